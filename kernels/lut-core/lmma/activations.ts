/**
 * Activations as a core without fused precompute loads them (`ldx`): groups × M × K numbers of its format; and the tables
 * that its array builds of them.
 * before ../core/tables · after ./machine, ./image
 */

import { LutraError } from '../../../hal/error.js'
import { f16ToF32, f32ToF16 } from '../../../hal/half.js'
import type { CoreConfig } from '../config.js'
import { type Group, groupsOf } from '../core/groups.js'
import { buildTables } from '../core/tables.js'
import { activationBytes } from './registers.js'

/** x (tokens × cols), tokens ≤ M · gives groups × M × K; what a group lacks is 0. */
export function packActivations(
  config: CoreConfig,
  x: ArrayLike<number>,
  tokens: number,
  cols: number,
  groups: readonly Group[],
): Uint8Array<ArrayBuffer> {
  const { m, k, activation } = config
  const bytes = new Uint8Array(groups.length * m * k * activationBytes[activation])
  const view = new DataView(bytes.buffer)
  groups.forEach(({ from, to }, g) => {
    for (let t = 0; t < tokens; t++)
      for (let c = from; c < to; c++) {
        const i = (g * m + t) * k + c - from
        const value = x[t * cols + c]
        if (activation === 'i8') view.setInt8(i, value)
        else if (activation === 'i16') view.setInt16(2 * i, value, true)
        else if (activation === 'f16') view.setUint16(2 * i, f32ToF16(value), true)
        else throw unsupported(config)
      }
  })
  return bytes
}

/** The tables of packed activations. */
export function tablesOf(config: CoreConfig, bytes: Uint8Array): Uint8Array {
  const { m, k, activation } = config
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const read = {
    i8: (i: number) => view.getInt8(i),
    i16: (i: number) => view.getInt16(2 * i, true),
    f16: (i: number) => f16ToF32(view.getUint16(2 * i, true)),
    e4m3: undefined,
    e5m2: undefined,
  }[activation]
  if (!read) throw unsupported(config)
  const groups = Math.floor(bytes.length / (m * k * activationBytes[activation]))
  const x = new Float64Array(groups * m * k)
  for (let g = 0; g < groups; g++)
    for (let t = 0; t < m; t++) for (let j = 0; j < k; j++) x[(t * groups + g) * k + j] = read((g * m + t) * k + j)
  return buildTables(config, x, m, groups * k, groupsOf(groups * k, groups * k, k)).tables
}

function unsupported({ activation }: CoreConfig): LutraError {
  return new LutraError('unsupported', `Expected fused precompute for ${activation}: the array builds no tables of it`)
}
