/**
 * Ways to say "drive a distance": forward, backward, and with a signed number.
 * gives  groups for ./index; slots {dist} from ../quantity
 */
import { length, type Quantity } from '../quantity.js'
import type { Random } from '../random.js'
import { define } from '../template.js'
import { group } from './phrase.js'

define({
  fwd: '(forward*8|forwards*3|ahead*3|straight ahead*2|straight*2|straight on|onward|onwards|straight forward|to the front)',
  bwd: '(back*4|backward*4|backwards*5|in reverse)',
})

const go =
  '<drive*6|go*6|move*6|roll*2|travel*2|head|proceed|run|ride|cruise|creep|crawl|inch|trundle|motor|wheel|steer|glide|walk|step|advance|scoot|shift|progress|continue|carry on|keep going|zoom|race|march|slide|sprint|jog>'
const back =
  '<drive*5|go*5|move*5|roll*3|travel|head|run|ride|creep|crawl|inch|step|walk|scoot|shift|trundle|steer|come|motor|wheel>'

const signed = (sign: 1 | -1) => (random: Random) => {
  const { text, parts } = length(random)
  return { slots: { dist: text }, wire: [{ skill: 'drive', ...negate(parts, sign) }] }
}

function negate(parts: Quantity['parts'], sign: 1 | -1): Record<string, number> {
  return Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, sign * value]))
}

/** "drive -1.5 metres": a number with its sign. */
function negative(random: Random) {
  const value = random.chance(0.5) ? random.int(1, 20) : random.int(1, 60) / 10
  const unit = random.pick(['metres', 'metres', 'meters', 'm'])
  const sign = random.pick(['-', '-', 'minus '])
  return {
    slots: { dist: `⟦${sign}${value}${unit === 'm' && random.chance(0.5) ? '' : ' '}${unit}⟧` },
    wire: [{ skill: 'drive', metres: -value }],
  }
}

export const drive = [
  group('drive/forward', 10, signed(1), [
    `!${go} {fwd} {dist}`,
    `!${go} {dist} {fwd}`,
    `!${go} {fwd} by {dist}`,
    `${go} {fwd} for {dist}`,
    `${go} {dist}`,
    `${go} for {dist}`,
    `${go} by {dist}`,
    `${go} a distance of {dist}`,
    `${go} a distance of {dist} {fwd}`,
    `${go} {fwd} a distance of {dist}`,
    `${go} a total of {dist} {fwd}`,
    `${go} in a straight line for {dist}`,
    `${go} {dist} in a straight line`,
    `${go} on for {dist}`,
    `${go} yourself {fwd} {dist}`,
    `${go} {dist} to the front`,
    `${go} {dist} in front of you`,
    `${go} {dist} further {fwd}`,
    `${go} {fwd} another {dist}`,
    `${go} {fwd} exactly {dist}`,
    `${go} {fwd}, {dist}`,
    '<advance*3|proceed|go on|push on|press on|push ahead|forge ahead|move up|move on|pull forward|carry on> {dist}',
    '<advance*3|proceed|push forward|press forward|pull ahead|edge forward|inch forward> (by|for) {dist}',
    '<come> {dist} {fwd}',
    '<come> {fwd} {dist}',
    '<come> (forward|forwards) by {dist}',
    '<take|bring|get> yourself {dist} {fwd}',
    '<make|do|cover> {dist} {fwd}',
    '<cover|travel|do> {dist}',
    '<cover|travel> a distance of {dist}',
    '<keep> (going|driving|moving|rolling) {fwd} for {dist}',
    '<keep> (going|driving|moving) for {dist}',
    '<continue|carry on> {fwd} for {dist}',
    '<drive|move> the (robot|rover|car) {fwd} {dist}',
    '<drive|move|roll> the (robot|rover) {dist} {fwd}',
    '{dist} {fwd}',
    '<come|move|get|go> {dist} closer',
    '<move|come|get> closer by {dist}',
    `${go} (slowly|quickly|carefully|gently|at full speed|at half speed) {fwd} {dist}`,
    `${go} {fwd} (slowly|quickly|carefully|gently) for {dist}`,
    '<nudge|edge|push|propel> (yourself |){fwd} {dist}',
    '!{fwd} {dist}',
    '{fwd} by {dist}',
    '{fwd} for {dist}',
    '{dist} straight on',
    '(straight|full speed) ahead for {dist}',
    'for {dist} (go|drive|move) {fwd}',
    '{fwd}, {dist}',
    '!(gimme|give me) {dist} {fwd}',
    'i need you {dist} (further forward|further ahead|further on|forward|ahead)',
    'i (need|want) (you|the robot) {dist} {fwd}',
    "(i'd|id|i would) like you {dist} (further forward|further ahead|further on|ahead)",
    '<drive|go|move|roll> {dist} (farther|further on|more) {fwd}',
    '<drive|roll|go> the next {dist} {fwd}',
    '!(dead|right|full speed|slowly|just|straight) ahead {dist}',
    '{fwd} {dist} more',
    '{dist} (more|further|farther) {fwd}',
    '{dist} (on|onwards|onward|straight on|up ahead|dead ahead|straight forward)',
    '!<shuffle|toddle|putter|tootle|amble|chug|coast|speed|dash|dart|whizz|pootle|mosey> {fwd} {dist}',
    '!<shuffle|toddle|putter|tootle|amble|chug|coast|speed|dash|dart|whizz|pootle|mosey> {dist} {fwd}',
    '<take> (it|the robot|the rover|this thing) {fwd} {dist}',
    '<take> it {dist} {fwd}',
    `${go} {dist} without (turning|stopping|a break)`,
    `${go} straight for {dist} without (turning|stopping)`,
    '<drive|go|move|roll> {fwd} {till} you have (gone|driven|covered|done|travelled|made|moved) {dist}',
    '<drive|go|move|roll> {till} you have (gone|driven|covered|done|travelled|made|moved) {dist}',
    '!<close> the (gap|distance) by {dist}',
    '<do|make> a (run|stretch|move|drive|trip) of {dist} {fwd}',
    '!<drive*2|go*2|move*2> (fwd|forwrd|foward|fowards|forwads|foreward|forwar|fowrard|farward|straigt|strait|ahed) {dist}',
    '!(fwd|forwrd|foward|fowards|forwads|foreward|forwar|strait|ahed) {dist}',
    '!{dist} (fwd|forwrd|foward|fowards|foreward|strait|ahed)',
    '!(forward|ahead|straight|drive|forwards|go)(:| -|,) {dist}',
    '<gain|clear> {dist} {fwd}',
    'how about {dist} {fwd}',
    '(only|just|simply) {dist} {fwd}',
    '{dist} {fwd} and no (more|further)',
    '<come|move|roll|drive> {dist} (towards me|toward me|in my direction|nearer|nearer to me)',
    '<move|roll|come|drive> up (by |){dist}',
  ]),
  group('drive/backward', 8, signed(-1), [
    `!${back} {bwd} {dist}`,
    `${back} back {dist}`,
    `${back} {dist} {bwd}`,
    `${back} {bwd} by {dist}`,
    `${back} {bwd} for {dist}`,
    `${back} backwards a distance of {dist}`,
    `${back} a distance of {dist} {bwd}`,
    `${back} in reverse for {dist}`,
    `${back} {dist} in reverse`,
    `${back} {dist} to the rear`,
    `${back} yourself {bwd} {dist}`,
    `${back} {bwd}, {dist}`,
    `${back} {dist} in the reverse direction`,
    `${back} {bwd} another {dist}`,
    `${back} {bwd} exactly {dist}`,
    '<reverse*4|back up*4|retreat*2|back off|back away|withdraw|pull back|roll back|fall back|backtrack|back> {dist}',
    '<reverse*4|back up*4|retreat*2|back off|pull back|back away> by {dist}',
    '<reverse*4|back up*3|retreat|back off> for {dist}',
    '<reverse|back up|retreat> a distance of {dist}',
    '<reverse|retreat> {bwd} {dist}',
    '<do|take|cover> {dist} {bwd}',
    '<take|bring> yourself {dist} {bwd}',
    '<keep> (reversing|backing up) for {dist}',
    '<keep> (going|moving|driving) {bwd} for {dist}',
    '<drive|move> the (robot|rover|car) {bwd} {dist}',
    '<put> it in reverse for {dist}',
    '<back> (yourself|it) up {dist}',
    '!{dist} {bwd}',
    `${back} (slowly|quickly|carefully|gently|at full speed) {bwd} {dist}`,
    '<reverse|back up> (slowly|quickly|carefully|gently) (by |for |){dist}',
    '<back up|reverse> another {dist}',
    '<nudge|edge> (yourself |){bwd} {dist}',
    '{bwd} {dist}',
    '{bwd} by {dist}',
    '(reverse|in reverse) for {dist}',
    '{dist} in reverse',
    'for {dist} (go|drive|move) {bwd}',
    '!(gimme|give me) {dist} {bwd}',
    'i need you {dist} (further back|back|back a bit further)',
    'i (need|want) (you|the robot) {dist} {bwd}',
    "(i'd|id|i would) like you {dist} (further back|back)",
    `${back} {dist} (the way you came|back the way you came|rearward|rearwards|to the back|astern)`,
    '(rearward|rearwards|astern) {dist}',
    '!(reverse|back|backward|backwards|reversing|backing up)(:| -|,) {dist}',
    '!(reverse|back|backward|backwards|in reverse) (by |for |about |){dist}',
    '<step|move|scoot|shuffle|scooch|budge|edge|get> back (by |a further |another |){dist}',
    '<back off|back away|back up|reverse|retreat|move back> from (me|it|the wall|the door|the table|the desk|the sofa|there|the window) (by |for |){dist}',
    '<drive|go|move|roll> {bwd} {till} you have (gone|driven|covered|done|travelled|made|moved) {dist}',
    '<reverse|back up> {till} you have (gone|driven|covered|done|travelled|made|moved) {dist}',
    '<reverse|back up> the (robot|rover|car) (by |for |){dist}',
    '<back> (the robot|the rover|the car|yourself) up (by |for |){dist}',
    '<drive|go|move> {dist} {bwd} without turning( round| around|)',
    '<go|drive|move> in reverse gear for {dist}',
    'in reverse {dist}',
    '<take> (it|the robot|the rover) {bwd} {dist}',
    '!<reverse|back up|back> (exactly|only|just|another|a further|no more than) {dist}',
    '!<drive*2|go*2|move*2> (bak|bck|bakward|backwrd|backwads|bacwards|backwars|bakwards|bwd|revers) {dist}',
    '!(bak|bakward|backwrd|backwads|bacwards|backwars|bakwards|bwd|revers|rev) {dist}',
    '!<revers|rverse|reverce|backup|bak up|back upp> (by |for |){dist}',
    '!{dist} (bak|bakward|backwrd|backwads|backwars|bwd)',
    '(only|just|simply) {dist} {bwd}',
    'how about {dist} {bwd}',
    '<do|make> a (run|stretch|move|trip) of {dist} {bwd}',
    '{dist} {bwd} and no (more|further)',
    '{dist} (more|further|farther) {bwd}',
  ]),
  group('drive/signed', 0.4, negative, [
    '<drive*3|move*2|go> {dist}',
    '<drive|move|go> by {dist}',
    '<drive|move> a distance of {dist}',
    '<drive|move> straight {dist}',
  ]),
]
