/**
 * Angles in degrees and in shares of a full circle.
 * gives  angle, bareAngle, turns: Quantities with { degrees }, never negative
 */
import { guard, spoken, typed, words } from './number.js'
import type { Quantity } from './quantity.js'
import type { Random } from './random.js'

/** Degrees, 1 to 720; now and then more. */
export function angle(random: Random): Quantity {
  const n = random.chance(0.015)
    ? random.pick([random.int(721, 1500), random.int(1, 9) * 1000, random.int(8, 40) * 100])
    : random.weighted([
        [random.pick([30, 45, 60, 90, 90, 120, 135, 180, 270, 360]), 5],
        [random.int(1, 36) * 10, 4],
        [random.int(1, 72) * 5, 3],
        [random.int(1, 180), 4],
        [random.int(181, 720), 2],
      ])
  const half = n < 200 && random.chance(0.03)
  const value = half ? n + 0.5 : n
  const parts = { degrees: value }
  if (random.chance(0.4)) {
    const text =
      half && random.chance(0.5)
        ? `${words(n, random)} and a half`
        : half || random.chance(0.93)
          ? spoken(value, random)
          : short(n, random)
    return {
      text: `${guard(text)} ${n === 1 && !half ? 'degree' : random.pick(['degrees', 'degrees', 'degrees', 'degrees', 'degree', 'deg'])}`,
      parts,
    }
  }
  const number = typed(value, random)
  return {
    text: random.pick([
      `${guard(number)} degrees`,
      `${guard(number)} degrees`,
      guard(`${number}°`),
      guard(`${number} °`),
      `${guard(number)} deg`,
      `${guard(number)}-degree`,
      guard(`${number}deg`),
      `${guard(number)} degree`,
    ]),
    parts,
  }
}

/** "One eighty", "two seventy", "three sixty". */
function short(n: number, random: Random): string {
  const rest = n % 100
  if (n < 100 || n > 999 || rest < 10) return words(n, random)
  return `${words((n - rest) / 100, random)}${random.chance(0.2) ? '-' : ' '}${words(rest, random)}`
}

/** Only the number of an angle, for "turn left 90". */
export function bareAngle(random: Random): Quantity {
  const n = random.pick([15, 20, 30, 45, 45, 60, 90, 90, 90, 120, 135, 150, 180, 180, 270, 360, random.int(5, 360)])
  return {
    text: guard(random.chance(0.65) ? String(n) : random.chance(0.75) ? words(n, random) : short(n, random)),
    parts: { degrees: n },
  }
}

/** Named shares of a full circle, with any count. */
export function turns(random: Random): Quantity {
  const many = random.int(2, 2)
  return random.weighted<() => Quantity>([
    [
      () => ({
        text: random.pick([
          'a quarter turn',
          'a quarter of a turn',
          'a quarter circle',
          'one quarter turn',
          'a 1/4 turn',
          'a right angle',
          'a quarter rotation',
          'a quarter revolution',
          'quarter turn',
          'quarter turn',
          'quarter of a turn',
          'quarter circle',
          'quarter rotation',
          'a qarter turn',
          'a quater turn',
          'quater turn',
          'a quarter-turn',
          'a quarter spin',
          'quarter of a circle',
          'a quarter of a full turn',
          'one quarter of a turn',
          'a quarter of a circle',
          'a ninety degree turn',
          '1/4 of a turn',
          '1/4 turn',
        ]),
        parts: { degrees: 90 },
      }),
      4,
    ],
    [
      () => ({
        text: random.pick([
          'half a turn',
          'a half turn',
          'half a circle',
          'a half circle',
          'half a rotation',
          'a 1/2 turn',
          'one half turn',
          'half a revolution',
          'half turn',
          'half turn',
          'half circle',
          'half rotation',
          'a haf turn',
          'half a full turn',
          'a half-turn',
          'half of a turn',
          'a half rotation',
          'two quarter turns',
          'half a spin',
          'a half spin',
          'half of a circle',
          '1/2 turn',
          'a one eighty',
        ]),
        parts: { degrees: 180 },
      }),
      4,
    ],
    [
      () => ({
        text: random.pick([
          'a full turn',
          'a full circle',
          'one full turn',
          'a complete turn',
          'a whole turn',
          'one full rotation',
          'a full rotation',
          'one complete circle',
          'one revolution',
          'a full revolution',
          'a full 360',
          'a complete rotation',
          'full turn',
          'full circle',
          'full rotation',
          'one whole turn',
          'a whole circle',
          'one turn all the way round',
          'one full circle',
          '1 full turn',
          'four quarter turns',
          'a full spin',
          'one complete turn',
          'a three sixty',
        ]),
        parts: { degrees: 360 },
      }),
      4,
    ],
    [
      () => ({
        text: random.pick([
          'three quarters of a turn',
          'a three quarter turn',
          'three quarter turns',
          'a 3/4 turn',
          'three quarters of a circle',
          'three quarter turn',
          'three quarters turn',
          'three-quarter turn',
          'a three-quarter turn',
          'three qarters of a turn',
          'three quaters of a turn',
          'a three quater turn',
          'three quarters of a full turn',
          '3/4 of a turn',
          '3/4 turn',
          'three quarters of a rotation',
          '3 quarter turns',
          '3 quarters of a turn',
          'three quarter of a turn',
        ]),
        parts: { degrees: 270 },
      }),
      2,
    ],
    [
      () => ({
        text: random.pick(['an eighth of a turn', 'one eighth of a turn', 'half a right angle']),
        parts: { degrees: 45 },
      }),
      1,
    ],
    [
      () => ({
        text: `${guard(random.pick(['two', '2']))} ${random.pick(['full turns', 'full circles', 'full rotations', 'complete turns', 'whole turns', 'revolutions', 'complete rotations'])}`,
        parts: { degrees: 360 * many },
      }),
      2,
    ],
    [
      () => ({
        text: random.pick([
          'one and a half turns',
          'a turn and a half',
          '1.5 turns',
          'one and a half rotations',
          'a full turn and a half',
          'one and a half circles',
        ]),
        parts: { degrees: 540 },
      }),
      2,
    ],
  ])()
}
