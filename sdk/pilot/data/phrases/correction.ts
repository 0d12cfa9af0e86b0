/**
 * People correct themselves: "drive two metres, no, three metres". What was said last counts.
 * gives  groups that ./index adds to their skills
 */
import { places } from '../../skills.js'
import { angle, duration, length, type Quantity } from '../quantity.js'
import type { Random } from '../random.js'
import { define } from '../template.js'
import { names } from './goto.js'
import { group } from './phrase.js'

define({
  oops: '(, hang on, |, scratch that, |, hmm no, |, oh wait, |, hmm, make it |, let me rephrase, |. no, |. sorry, |, rather |, or better |, better |, oops, |, i mean, | er no | no no |, on second thought |, correction, |, well, no, )',
  no: '(, no, |, no wait, |, i mean |, sorry, |, sorry, i mean |, no sorry, |, wait, no, |, uh, no, |, or rather |, make that |, actually |... no, |, no, i meant |, i meant | - no, | no wait | i mean | sorry )',
})

const again =
  (draw: (random: Random) => Quantity, wire: (parts: Quantity['parts']) => Record<string, unknown>) =>
  (random: Random) => {
    const right = draw(random)
    return { slots: { wrong: draw(random).text, right: right.text }, wire: [wire(right.parts) as { skill: string }] }
  }
const turn = (sign: number) => again(angle, (parts) => ({ skill: 'turn', degrees: sign * parts.degrees }))
const back = (parts: Quantity['parts']) =>
  Object.fromEntries(Object.entries(parts).map(([key, value]) => [key, -value]))

export const corrections = {
  drive: [
    group(
      'drive/corrected',
      0.3,
      again(length, (parts) => ({ skill: 'drive', ...parts })),
      [
        '<drive*3|go*3|move*3|roll> {fwd} {wrong}{no}{right}',
        '<drive*3|go*3|move*3> {wrong}{no}{right}',
        '<drive|go|move> {wrong} {fwd}{no}{right}',
        '!<drive|go|move> {fwd} {wrong}( - actually |, actually make it |, uh, | uh |. i meant |, or actually | - correction, ){right}',
        '<drive*3|go*3|move*3|roll> {fwd} {wrong}{oops}{right}',
        '<drive|go|move> not {wrong} but {right}',
        '<drive|go|move> {fwd}, not {wrong} but {right}',
        '{fwd} {wrong}{oops}{right}',
      ],
    ),
    group(
      'drive/back-corrected',
      0.2,
      again(length, (parts) => ({ skill: 'drive', ...back(parts) })),
      [
        '<drive*3|go*3|move*3|roll> {bwd} {wrong}{no}{right}',
        '<reverse*3|back up*3> {wrong}{no}{right}',
        '<reverse*3|back up*3> {wrong}{oops}{right}',
      ],
    ),
  ],
  turn: [
    group('turn/left-corrected', 0.2, turn(1), [
      '<turn*4|rotate*2|spin> left {wrong}{no}{right}',
      '!<pivot|swivel|swing> (left|to the left) {wrong}{no}{right}',
      '!left {wrong}{no}{right}',
      '!<turn|rotate> {wrong} (left|to the left){no}{right}',
      '<turn*4|rotate*2> right{no}left {right}',
      '<turn*4|rotate*2|spin> left {wrong}{oops}{right}',
      '<turn*4|rotate*2> right{oops}left {right}',
    ]),
    group('turn/right-corrected', 0.2, turn(-1), [
      '<turn*4|rotate*2|spin> right {wrong}{no}{right}',
      '!<pivot|swivel|swing> (right|to the right) {wrong}{no}{right}',
      '!right {wrong}{no}{right}',
      '!<turn|rotate> {wrong} (right|to the right){no}{right}',
      '<turn*4|rotate*2> left{no}right {right}',
      '<turn*4|rotate*2|spin> right {wrong}{oops}{right}',
      '<turn*4|rotate*2> left{oops}right {right}',
    ]),
    group(
      'turn/side-corrected',
      0.25,
      (random) => {
        const left = random.chance(0.5)
        return {
          slots: { wrong: left ? 'right' : 'left', side: left ? 'left' : 'right' },
          wire: [{ skill: 'turn', degrees: left ? 90 : -90 }],
        }
      },
      [
        '<turn*4|go|rotate> {wrong}{no}{side}',
        '<turn*4> {wrong}{no}turn {side}',
        '<make|take> a {wrong}{no}a {side}',
        '<turn*4|go> {wrong}{oops}{side}',
        '<turn> not {wrong} but {side}',
      ],
    ),
  ],
  wait: [
    group(
      'wait/corrected',
      0.03,
      again(duration, (parts) => ({ skill: 'wait', ...parts })),
      [
        '<wait*4|pause> {wrong}{no}{right}',
        '<wait*4|pause> for {wrong}{no}{right}',
        '!<hold on|rest|stay|sleep|hold> (for |){wrong}{no}{right}',
        '!(a pause|a break|a wait) of {wrong}{no}{right}',
        '!<wait|pause> {wrong}( - actually |, actually make it |, uh, | uh |. i meant |, i actually meant |, or actually ){right}',
        '<wait*4|pause> (for |){wrong}{oops}{right}',
      ],
    ),
  ],
  goto: [
    group(
      'goto/corrected',
      0.3,
      (random) => {
        const place = random.pick(places)
        return {
          slots: { wrong: random.pick(names[random.pick(places)]), the: random.pick(names[place]) },
          wire: [{ skill: 'goto', place }],
        }
      },
      [
        '<go*4|drive*2|head|move> to {wrong}{no}{the}',
        '<go*4|drive*2|head|move> to {wrong}{no}to {the}',
        '<go*4|drive*2|head> to {wrong}{oops}(to |){the}',
        '<go*4|drive*2|head> not to {wrong} but to {the}',
        '!<move|come|roll|navigate|run|walk|travel> not to {wrong} but (rather |)to {the}',
        '!<go|drive|head|come> to {the} and not to {wrong}',
        '!not (to |){wrong} but (to |){the}',
        '!(not|no not) {wrong}(,|, but| -) {the}',
      ],
    ),
  ],
}
