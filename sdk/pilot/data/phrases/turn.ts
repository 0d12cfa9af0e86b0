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
]

const bare = (side: string) => [
  `<turn*5|rotate*2|spin|pivot|go> ${side} {angle}`,
  `<turn*5|rotate*2|spin|pivot> {angle} ${side}`,
  `<turn*4|rotate*2> ${side} by {angle}`,
  `!${side} {angle}`,
]

export const turnPhrases = [
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
  ]),
  fixed('turn/circle', 0.8, { skill: 'turn', degrees: 360 }, [
    '!<do*2|make|perform> a (360*3|three sixty|three-sixty|360 degree spin)',
    '!<spin|turn|rotate> (around|round) once',
    '!<spin|turn> once (around|round|on the spot)',
    '!<spin|turn|rotate> in a (full|complete) circle',
    '!<spin|turn|rotate> 360',
    '!<do> a (pirouette|full spin|complete spin)',
    '!<turn> a full circle',
  ]),
]
