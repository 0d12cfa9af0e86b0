/**
 * Cosines and sines for the tokens of a pass, made in float64.
 * takes  a rope op's frequencies, the position of every token · gives  ./ops/rope's table
 */
import { type RopeShape, ropeTable } from './ops/rope.js'

export interface Rotation extends RopeShape {
  readonly angles: readonly number[]
  readonly magnitude: number
}

/** One table serves all ops with these. */
export const rotationKey = ({ angles, magnitude, style }: Rotation): string =>
  `${style} ${magnitude} ${angles.join(' ')}`

/** Fills the table row of a token. */
export function fillRotation(rotation: Rotation, position: number, row: number, table: Float32Array): void {
  const { angles, magnitude, style } = rotation
  const count = angles.length
  const at = row * ropeTable(rotation)
  for (let i = 0; i < count; i++) {
    const angle = position * angles[i]
    const [cos, sin] = [Math.cos(angle) * magnitude, Math.sin(angle) * magnitude]
    if (style === 'halves') {
      table[at + i] = cos
      table[at + count + i] = sin
    } else {
      table[at + 2 * i] = cos
      table[at + 2 * i + 1] = cos
      table[at + 2 * (count + i)] = -sin
      table[at + 2 * (count + i) + 1] = sin
    }
  }
}
