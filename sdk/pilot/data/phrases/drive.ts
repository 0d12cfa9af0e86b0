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
  ]),
  group('drive/signed', 0.4, negative, [
    '<drive*3|move*2|go> {dist}',
    '<drive|move|go> by {dist}',
    '<drive|move> a distance of {dist}',
    '<drive|move> straight {dist}',
  ]),
]
