/**
 * What a candidate should take: the slower of reading its packed weights and of its instructions.
 * takes  problem, core, conversion · gives  Cost · after ./candidates; measurements overrule it (../tune)
 */
import type { CoreType, TDevice } from '../device/device.js'
import type { Alignment } from './align.js'
import type { Problem } from './candidates.js'
import type { Conversion } from './convert.js'

export interface Cost {
  readonly instructions: number
  readonly bytes: number
  /** Predicted, one thread. */
  readonly seconds: number
}

/** Instructions at a panel's end for four rows: widen or convert, scale, add. */
const flush = 5

export function costOf(
  { type, rows, cols, tokens }: Problem,
  core: CoreType,
  convert: Conversion,
  { group, padded, panel }: Alignment,
  device: TDevice,
): Cost {
  const growth = group === undefined || padded === undefined ? 1 : padded / group
  const weights = rows * cols * growth
  const { rows: r, columns: k } = core.tile
  const planes = core.weights.kind === 'planes' ? convert.bits : 1
  const perWeight = (core.instructions * planes) / (r * k)
  const perRegister = (device.register.bytes * 8) / core.lane
  const convertPerWeight =
    core.weights.kind === 'planes' ? convert.instructions / (r * k) : convert.instructions / perRegister
  const metadata = (type.scaled ? 4 : 0) + (type.shifted ? 4 : 0)
  const bytes = (weights * convert.bits) / (8 * type.lanes) + (metadata * weights) / (padded ?? cols)
  // What is converted in registers serves up to four tokens.
  const conversions = Math.ceil(tokens / 4)
  const instructions =
    weights * (perWeight * tokens + convertPerWeight * conversions) + (flush * tokens * weights) / (4 * panel)
  const [memory] = device.layers
  const reading = bytes / (memory.bytesPerSecond ?? Number.POSITIVE_INFINITY)
  return { instructions, bytes, seconds: Math.max(instructions / device.instructionsPerSecond, reading) }
}
