/**
 * Ways to say "turn by an angle": left and right with degrees, shares of a circle, right angles, turning around.
 * gives  groups for ./index; left is positive; an angle without a side counts left
 */
import { angle, bareAngle, type Quantity, turns } from '../quantity.js'
import type { Random } from '../random.js'
import { define } from '../template.js'
import { fixed, group } from './phrase.js'

define({
  left: '(left*7|to the left*4|to your left*2|leftward|leftwards|to the left side|towards the left)',
  ccw: '(counterclockwise*2|counter-clockwise*2|counter clockwise|anticlockwise*2|anti-clockwise*2|anti clockwise|ccw)',
  right: '(right*7|to the right*4|to your right*2|rightward|rightwards|to the right side|towards the right)',
  cw: '(clockwise*6|in a clockwise direction|cw)',
})

const turn = '<turn*8|rotate*5|spin*3|pivot*2|swivel*2|swing|veer|wheel|twist|yaw|go|steer|revolve>'

const by = (draw: (random: Random) => Quantity, sign: 1 | -1) => (random: Random) => {
  const { text, parts } = draw(random)
  return { slots: { angle: text }, wire: [{ skill: 'turn', degrees: sign * parts.degrees }] }
}

const measured = (side: string, round: string) => [
  `!${turn} ${side} {angle}`,
  `!${turn} {angle} ${side}`,
  `${turn} ${side} by {angle}`,
  `${turn} by {angle} ${side}`,
  `!${turn} {angle} ${round}`,
  `!${turn} ${round} {angle}`,
  `${turn} ${round} by {angle}`,
  `${turn} by {angle} ${round}`,
  `${turn} ${side} through {angle}`,
  `${turn} through {angle} ${side}`,
  `${turn} ${round} through {angle}`,
  `${turn} yourself {angle} ${side}`,
  `${turn} yourself ${round} by {angle}`,
  `${turn} {angle} on the spot ${side}`,
  `${turn} on the spot {angle} ${side}`,
  `${turn} in place {angle} ${round}`,
  `${turn} in place ${side} by {angle}`,
  `${turn} ${side}, {angle}`,
  `${turn} your (body|base) {angle} ${side}`,
  `<turn|rotate|spin> the (robot|rover) {angle} ${side}`,
  `<make|do|take|perform|execute> a {angle} turn ${side}`,
  `<make|do|perform> a {angle} rotation ${round}`,
  `<make|do|perform> a turn of {angle} ${side}`,
  `<do> {angle} ${side}`,
  `<change> (direction|course|heading) by {angle} ${side}`,
  `!{angle} ${side}`,
  `{angle} ${round}`,
  `!${side} {angle}`,
  `${side} by {angle}`,
  `${round} {angle}`,
  `a {angle} turn ${side}`,
  `<make|do|take> a turn ${side} of {angle}`,
  `<turn|rotate> (slowly|quickly|carefully) {angle} ${side}`,
]

const shares = (side: string, round: string) => [
  `<make*3|do*3|take*2|perform|execute|complete|turn*2|rotate|spin> {angle} ${side}`,
  `<make*3|do*3|perform|execute|turn*2|rotate|spin> {angle} ${round}`,
  `<turn|rotate|spin|pivot> ${side} by {angle}`,
  `<turn|rotate|spin|pivot> ${round} by {angle}`,
  `<turn|spin|rotate> ${side} {angle}`,
  `<turn|spin|rotate> ${round} through {angle}`,
  `<give> me {angle} ${side}`,
  `{angle} ${side}`,
  `{angle} ${round}`,
  `!${side} {angle}`,
  `!${round} {angle}`,
  `!${side}, {angle}`,
  `!${side} by {angle}`,
  `<go|swing|pivot> {angle} ${side}`,
  `<turn|rotate|spin> yourself {angle} ${side}`,
  `<turn|rotate|spin> {angle} (on the spot|in place) ${side}`,
  `i (need|want) {angle} ${side}`,
]

const plain = (side: 'left' | 'right', round: string) => [
  `<turn*6|rotate*2|pivot|swivel|veer|spin|swing|wheel|go|bear|steer|take> ${side}`,
  `<turn*3|rotate> ${side} again`,
  `<turn|rotate> (once|one more time|once more) ${side}`,
  `<turn|rotate|spin> (slowly|quickly|carefully|a quarter) ${side}`,
  `!${side}`,
  `!<turn*4|rotate*2|pivot|swivel|spin|swing> (to the|to your|towards the) ${side}`,
  `!<take*3|make*3|hang|do> a ${side}`,
  `<make*3|take*2|do|perform> a ${side} turn`,
  `<make|take|do|perform> a (sharp|hard|90 degree) ${side} turn`,
  `<turn> (hard|sharp|sharply) ${side}`,
  `<take|make> the ${side} turn`,
  `<turn|rotate> yourself (to the |)${side}`,
  `<turn|rotate> ${side} on the spot`,
  `<turn> to face ${side}`,
  `<turn|rotate|pivot|spin> ${round}`,
  `<make|do> a ${side}-hand turn`,
  `<turn> your (body|base) (to the |)${side}`,
  `<turn> to the ${side}`,
  `<turn|rotate> the (robot|rover) (to the |)${side}`,
  `(a|one) ${side} turn`,
  `${side} turn`,
  `hang a ${side}`,
  `^<turn|rotate> your (nose|front) (to the |)${side}`,
  `!<swing|spin|bring|swivel|pivot> (your|the) (nose|front|front end) (over |round |around |)(to the |)${side}`,
  `!<turn|rotate> (the nose|the front|your front end|your bow|your front side) (over |round |)(to the |)${side}`,
  `!(nose|front) (to the |turned |)${side}(, turn|)`,
]

const bare = (side: string) => [
  `<turn*5|rotate*2|spin|pivot|go> ${side} {angle}`,
  `<turn*5|rotate*2|spin|pivot> {angle} ${side}`,
  `<turn*4|rotate*2> ${side} by {angle}`,
  `!${side} {angle}`,
]

/** Whole sentences round a side and an angle. */
const sideways = (side: 'left' | 'right', round: string) => [
  `!${side} turn of {angle}`,
  `a ${side} turn of {angle}`,
  `<make|do|take> a ${side} turn of {angle}`,
  `!${side} turn {angle}`,
  `<make|do|take> a ${side} of {angle}`,
  `<turn|rotate|pivot> {angle} (towards|toward) (the|your) ${side}( side|)`,
  `i (need|want) you {angle} (further |more |)to the ${side}`,
  `(i'd|id|i would) like you {angle} (further |more |)to the ${side}`,
  `{angle} more to the ${side}`,
  `{angle} further (to the |)${side}`,
  `<go|turn|rotate> {angle} further (to the |)${side}`,
  `<turn|rotate> another {angle} (to the |)${side}`,
  `!<face|aim|point> {angle} (to the |to your |)${side}`,
  `!<face> ${side} {angle}`,
  `<angle|aim|point|bring|swivel> (yourself|the robot) {angle} (to the |)${side}`,
  `<adjust|correct|alter|shift> (your|the) (heading|course|direction) {angle} (to the |)${side}`,
  `(heading|course|bearing) {angle} ${side}`,
  `(${side}|turn ${side}|rotate ${side})(:| -) {angle}`,
  `!${side}, {angle}`,
  `<give> me {angle} (to the |)${side}`,
  `!<trun|tunr|turnn|rotat|rotaet|roate|trn> {angle} ${side}`,
  `!<trun|tunr|turnn|rotat|rotaet|roate|trn> ${side} (by |){angle}`,
  `<turn|rotate|spin> ${round} (exactly|only|just|another) {angle}`,
  `<turn|rotate> (exactly|only|just|a further) {angle} (to the |)${side}`,
  `(only|just) {angle} (to the |)${side}`,
  `how about {angle} (to the |)${side}`,
  `<turn|rotate> ${side} {till} you have (turned|done|made|rotated) {angle}`,
]

/** The number alone: "left 90", "45 to the right". */
const numbered = (side: 'left' | 'right', round: string) => [
  `!${side} {angle}`,
  `!{angle} ${side}`,
  `!${side} by {angle}`,
  `!(to the|to your) ${side} (by |){angle}`,
  `{angle} to (the|your) ${side}`,
  `!${side} turn {angle}`,
  `<turn|rotate|pivot> {angle} to (the|your) ${side}`,
  `<turn|rotate|pivot> to (the|your) ${side} (by |){angle}`,
  `<make|do|take> a {angle} to the ${side}`,
  `<make|do|take> a {angle} ${side} turn`,
  `<turn|go|rotate> ${side} (about|around|exactly|roughly|just) {angle}`,
  `!<spin|pivot|swing|swivel|steer> ${side} (about|around|exactly|roughly|just) {angle}`,
  `!${side} (about|exactly|roughly|just|approximately) {angle}`,
  `<face> ${side} {angle}`,
  `<turn|rotate|spin> {angle} ${round}`,
  `<turn|rotate|spin> ${round} (by |){angle}`,
  `${round} {angle}`,
  `{angle} ${round}`,
  `<bear|veer|swing|steer> ${side} {angle}`,
]

/** A side without an angle, in more words. */
const plainer = (side: 'left' | 'right', slip: string) => [
  `!<face*2|face towards|face toward> (the |your |)${side}( side|)`,
  `!<face|turn to face> (to the |)${side}`,
  `<come|swing|swerve|curve|peel off|hook|cut> (to the |)${side}`,
  `i (need|want) you (facing|turned|to face|turned to the) ${side}`,
  `(i'd|id|i would) like you (facing|turned to the|to face) ${side}`,
  `<take|make> the next ${side}`,
  `${side} (please|here|now|next|again)`,
  `<turn|go|rotate> ${side} (here|there|now|at this point|next)`,
  `<turn|rotate|go> ${side} (a quarter turn|by a quarter turn|one quarter turn|by a right angle|through a right angle)`,
  `<change|shift> (direction|course|heading|your heading) to the ${side}`,
  `<make|do|take> a (normal|simple|full|proper|tight) ${side} turn`,
  `!<pull|bang|throw|grab> a ${side} turn`,
  `!<turn|go|rotate> (${slip})`,
  `!(${slip}) turn`,
  `!<trun|tunr|turnn|trn|rotat|roate> (to the |)${side}`,
  `(make it|make that|let us have) a ${side} turn`,
  `how about a ${side} turn`,
  `<turn> so that you (face|are facing) (to the |)${side}`,
]

export const turnPhrases = [
  group('turn/left-more', 1.6, by(angle, 1), sideways('left', '{ccw}')),
  group('turn/right-more', 1.6, by(angle, -1), sideways('right', '{cw}')),
  group('turn/left-number', 1, by(bareAngle, 1), numbered('left', '{ccw}')),
  group('turn/right-number', 1, by(bareAngle, -1), numbered('right', '{cw}')),
  fixed('turn/left-plainer', 1, { skill: 'turn', degrees: 90 }, plainer('left', 'lefft|leftt|lft|letf|elft|lef')),
  fixed('turn/right-plainer', 1, { skill: 'turn', degrees: -90 }, plainer('right', 'rigth|rihgt|rigt|righ|rigjt|rite')),
  group('turn/unsided-number', 0.4, by(bareAngle, 1), [
    '!<turn*3|rotate*2|spin|pivot> {angle}',
    '!<turn*3|rotate*2|spin|pivot> by {angle}',
    '<make|do> a {angle} turn',
    '<turn|rotate> (yourself |)(about |around |exactly |){angle}',
  ]),
  group(
    'turn/way-round',
    0.5,
    (random) => {
      const [text, degrees] = random.pick([
        ['a quarter', 90],
        ['one quarter', 90],
        ['half', 180],
        ['three quarters', 270],
        ['three-quarters', 270],
        ['a full', 360],
      ] as const)
      const left = random.chance(0.5)
      const share = degrees === 360 ? 'all' : `${text} of`
      return {
        slots: { share, side: left ? 'left' : 'right' },
        wire: [{ skill: 'turn', degrees: left ? degrees : -degrees }],
      }
    },
    [
      '!<turn*2|rotate|spin|pivot> {share} the way (round|around) to the {side}',
      '!<turn*2|rotate|spin|pivot> {side} {share} the way (round|around)',
      '!{share} the way (round|around) to the {side}',
    ],
  ),
  group('turn/left', 5, by(angle, 1), measured('{left}', '{ccw}')),
  group('turn/right', 5, by(angle, -1), measured('{right}', '{cw}')),
  group('turn/left-share', 1.6, by(turns, 1), shares('{left}', '{ccw}')),
  group('turn/right-share', 1.6, by(turns, -1), shares('{right}', '{cw}')),
  group('turn/left-bare', 0.7, by(bareAngle, 1), bare('left')),
  group('turn/right-bare', 0.7, by(bareAngle, -1), bare('right')),
  fixed('turn/left-alone', 3, { skill: 'turn', degrees: 90 }, plain('left', '{ccw}')),
  fixed('turn/right-alone', 3, { skill: 'turn', degrees: -90 }, plain('right', '{cw}')),
  group('turn/unsided', 1.2, by(angle, 1), [
    `${turn} {angle}`,
    `!${turn} by {angle}`,
    `${turn} through {angle}`,
    `${turn} {angle} on the spot`,
    `${turn} around by {angle}`,
    `${turn} yourself by {angle}`,
    '<make|do|perform> a turn of {angle}',
    '<make|do|perform> a {angle} (turn|rotation)',
    '<change> (direction|heading) by {angle}',
  ]),
  group('turn/unsided-share', 1.2, by(turns, 1), [
    '<make*3|do*3|perform|execute|complete> {angle}',
    '<turn*2|rotate|spin|pivot> {angle}',
    '<turn|rotate|spin|pivot> by {angle}',
    '<turn|rotate|spin> through {angle}',
    '{angle}',
  ]),
  group(
    'turn/signed',
    0.5,
    (random) => {
      const n = random.pick([15, 30, 45, 60, 90, 90, 120, 180, random.int(1, 360)])
      const sign = random.chance(0.75) ? -1 : 1
      const text = `⟦${sign < 0 ? random.pick(['-', 'minus ']) : random.pick(['+', 'plus '])}${n}${random.pick([' degrees', ' degrees', '°', ' deg'])}⟧`
      return { slots: { angle: text }, wire: [{ skill: 'turn', degrees: sign * n }] }
    },
    ['<turn*3|rotate*2|spin> {angle}', '<turn*3|rotate*2|spin> by {angle}', '<make|do> a turn of {angle}'],
  ),
  fixed('turn/around', 2.2, { skill: 'turn', degrees: 180 }, [
    '!<turn*5|swing|wheel|swivel|pivot> (around*4|round*2)',
    '!<turn*4|spin|swing> yourself (around|round)',
    '!<turn> (all|right) the way (around|round) to face the other way',
    '!<face|turn> the (other|opposite) (way|direction)',
    '!<turn> to face (the other|the opposite) (way|direction)',
    '!<turn> to face backwards',
    '!<do|make|perform|take> a (u-turn|u turn|uturn)',
    '!<do|make|perform> an about-turn',
    '!<do> an (about-face|about face)',
    '!<do*2|make|perform> a (180*3|one eighty|one-eighty|180 degree turn)',
    '!<turn|rotate|spin> 180',
    '!<make|do> a half turn',
    '!<reverse> (your direction|your heading)',
    '!<turn> (your back|your back to me|around and face the other way)',
    '!about face',
    '!u-turn',
    '!<turn> (around|round) (on the spot|in place|completely|180 degrees|by 180 degrees)',
    '!(about turn|about-turn|about-face|u turn|uturn|a u-turn|half turn|a half turn)( please| now| here|)',
    '!<pull|make|do|throw> a (u-ey|uey|uie|u-turn)',
    '!<do|pull|make> a (one eighty turn|one-eighty|180 turn|180 degree spin)',
    '!<face> (backwards|the way you came|where you came from|behind you|the other side|the opposite side|the opposite end)',
    '!<turn> (so that|so) you (face|are facing) (the other way|backwards|the opposite way|where you came from|the other direction)',
    '!<turn|go> the other way (round|around)',
    '!<turn|rotate> (halfway|half way) (round|around)',
    '!<turn|rotate> half way',
    '!<make|do|perform> (an about face|an about turn|a complete about-turn)',
    '!i (need|want) you (facing|to face) (the other way|backwards|the opposite way|the opposite direction|the other direction)',
    "!(i'd|id) like you (facing|to face) (the other way|backwards|the opposite direction)",
    '!<change|switch> to the opposite direction',
    '!<reverse> direction',
    '!<turn> your (rear|tail|backside) (to|towards) (me|the front)',
    '!<flip|swivel|whirl|pivot> (yourself |)(around|round)',
    '!<turn> (arround|aroud|aruond|arond|rond|aroun)',
    '!<trun|tunr|turnn> (around|round)',
    'the other way (round|around)',
  ]),
  fixed('turn/circle', 0.8, { skill: 'turn', degrees: 360 }, [
    '!<do*2|make|perform> a (360*3|three sixty|three-sixty|360 degree spin)',
    '!<spin|turn|rotate> (around|round) once',
    '!<spin|turn> once (around|round|on the spot)',
    '!<spin|turn|rotate> in a (full|complete) circle',
    '!<spin|turn|rotate> 360',
    '!<do> a (pirouette|full spin|complete spin)',
    '!<turn> a full circle',
    '!(three sixty|a three sixty|full circle|one full spin|a full spin|360 spin)( please| now|)',
    '!<go|come|turn> full circle',
    '!<do|make> (one|a) (complete|full|whole) (spin|loop|pirouette) (on the spot|in place)',
    '!<twirl|whirl> (around once|round once|once)',
    '!<spin|turn|rotate> (one time|once) all the way (round|around)',
    '!<do> a (twirl|little twirl|three sixty)',
    '!<turn> until you face the same (way|direction) again',
  ]),
]
