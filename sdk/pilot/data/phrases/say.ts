/**
 * Ways to make the robot speak, quoted and unquoted.
 * gives  groups for ./index; slot {text} is guarded by ⟪…⟫ so that nothing changes the words (../noise)
 */
import type { Random } from '../random.js'
import { define } from '../template.js'
import { saying } from '../words.js'
import { group } from './phrase.js'

define({
  listeners:
    '(everyone*3|everybody*2|them*2|him*2|her*2|us|me|the kids|the children|the guests|the visitors|mum|mom|dad|grandma|my sister|my brother|anna|tom|lisa|people|the people|the crowd|the audience|the team|the class|your owner)',
})

const say =
  '<say*10|speak|announce*2|shout*2|whisper*2|yell|call out*2|utter|declare|proclaim|mumble|state|recite|read out|exclaim|pronounce>'

const draw = (quoted: boolean) => (random: Random) => {
  let drawn = saying(random)
  // "Tell mum that is all" would leave open whether "that" is said.
  while (!quoted && (drawn.delicate || drawn.text.startsWith('that '))) drawn = saying(random)
  const [open, close] = quoted
    ? random.pick([
        ['"', '"'],
        ['"', '"'],
        ['"', '"'],
        ["'", "'"],
        ['“', '”'],
        ['‘', '’'],
      ])
    : ['', '']
  // Marks at the end belong to the sentence; inside the quotation they are dropped from the answer.
  const inner = quoted && random.chance(0.12) ? random.pick(['!', '.', '?', '!!', '...']) : ''
  const apostrophe = drawn.text.includes("'")
  const text = apostrophe && open !== '"' ? `"${drawn.text}${inner}"` : `${open}${drawn.text}${inner}${close}`
  return { slots: { text: `⟪${text}⟫` }, wire: [{ skill: 'say', text: ` ${drawn.text}` }] }
}

export const sayPhrases = [
  group('say/quoted', 5, draw(true), [
    `!${say} {text}`,
    `!${say}: {text}`,
    `${say} the (words|word|sentence|phrase|text|line|following words) {text}`,
    `${say} the following: {text}`,
    `${say} {text} (to*2|for) {listeners}`,
    `${say} {text} (out loud|aloud|loudly|softly|quietly|in a loud voice|slowly|clearly)`,
    `${say} (out loud|aloud|loudly|softly|quietly) {text}`,
    `${say} to {listeners} {text}`,
    `${say}, {text}`,
    `${say} just {text}`,
    '!just <say|announce|shout|whisper|speak> {text}',
    `!${say} (only|simply|merely) {text}`,
    '!<tell> {listeners} (just|only|simply) {text}',
    '<tell> {listeners} {text}',
    '<tell> {listeners}: {text}',
    '<greet> {listeners} with {text}',
    '<speak|use|read out> the (words|sentence|message) {text}',
    '<let> {listeners} hear {text}',
    '<give> the message {text}',
    '<play> the (message|words) {text}',
    '<make> (an announcement|the announcement): {text}',
    '<answer|reply|respond> (with |){text}',
    '<ask> {text}',
    '<ask> {listeners} {text}',
    '<read> (this |)(aloud|out): {text}',
    'the words {text}, (say them|speak them)',
    '{text} is what you (should|must|have to) say',
    '<say> {text} (nice and loud|with a smile|in a cheerful voice|in a low voice|in a friendly voice|once|for us)',
    '<shout|yell|scream> {text} at {listeners}',
    '<say> this: {text}',
    '<say> these words: {text}',
    '<say> something like {text}',
    '<let> {listeners} know: {text}',
    '<shout out|cry|cry out|mutter|murmur|blurt out|chant> {text}',
    'your line is {text}',
    'the (message|announcement) is {text}',
    'sing {text}',
  ]),
  group('say/plain', 5, draw(false), [
    '<say*10|shout*2|whisper*2|announce*2|yell|call out*2|utter|speak|exclaim> {text}',
    '<say*6|announce|shout|speak|call out|read out|whisper>: {text}',
    '<say> the (words|word|sentence|phrase|line) {text}',
    '<say> (out loud|aloud|loudly|softly|quietly) {text}',
    '<say> the following: {text}',
    '<tell> {listeners} {text}',
    '<tell> {listeners}: {text}',
    '!<tell> {listeners} that {text}',
    '<announce> that {text}',
    '<say> to {listeners}: {text}',
    '!<announce|shout|whisper|speak|call out> to {listeners}: {text}',
    '!<announce|report|proclaim|declare> (to {listeners} |)that {text}',
    '<speak|utter|pronounce> the (words|word) {text}',
    '<make> (an announcement|the announcement): {text}',
    '<answer|reply|respond> with {text}',
    '<read> (this |)(aloud|out): {text}',
    '<say> just {text}',
    '<send> (out |)the message {text}',
    '<give> the message {text}',
  ]),
  group('say/plain-and-simple', 5, draw(false), [
    '!<say> {text}',
    '!<say> {text}',
    '!<say*4|shout|whisper|announce|call out|yell> {text}',
    '<say> this: {text}',
    '<say> these words: {text}',
    '<say> something like {text}',
    '<shout out|cry|cry out|mutter|murmur|blurt out|chant> {text}',
    '<let> {listeners} know that {text}',
    '!<let> {listeners} (hear|understand|be told|read|see|be aware) that {text}',
    '!<have|make> {listeners} (know|hear|understand) that {text}',
    '!{listeners} (should|must|ought to|need to) (know|hear|be told) that {text}',
    '!<let> (it|this) be known (to {listeners} |)that {text}',
    '!<inform|tell|remind|warn|notify|assure|convince> {listeners} that {text}',
    '<let> {listeners} know {text}',
    '<remind> {listeners} that {text}',
    '<inform> {listeners} that {text}',
    '<warn> {listeners} that {text}',
    '!<say|mention|state|report|declare|proclaim|explain|shout|call out|whisper|yell> (to {listeners} |)that {text}',
    '!(make it known|pass on|spread the word|give the news) that {text}',
    '!<announce|say|tell everybody|tell them all|let it be known|let people hear|remark|note|point out|confirm|make clear> that {text}',
    '!<repeat|explain> to {listeners} that {text}',
    '!<make sure> {listeners} (know|hear|understand) that {text}',
    '<shout|yell> at {listeners}: {text}',
    '<say> (nice and loud|with a smile|in a cheerful voice): {text}',
  ]),
]
