/**
 * A core as the capability of a device, and back: what boards declare and plans weigh.
 * takes  a LutAccelerator · gives  a checked CoreConfig; and the other way round
 * before hal/device, ./config · after ./backend
 */
import type { LutAccelerator } from '../../hal/device.js'
import { LutraError } from '../../hal/error.js'
import { activations, type CoreConfig, checkConfig, tableModes } from './config.js'

/** The core that a board declares. LutraError mismatch where it declares what is no core. */
export function coreOf(lut: LutAccelerator): CoreConfig {
  const [m, n, k] = lut.array
  const activation = activations.find((each) => each === lut.activations[0])
  const tableMode = tableModes.find((each) => each === lut.tableMode)
  if (!activation) throw unknown(lut, 'activations', activations, lut.activations[0])
  if (!tableMode) throw unknown(lut, 'a table mode', tableModes, lut.tableMode)
  const { weightBits, tableBits, accumulatorBits, ideas, hertz, memory } = lut
  return checkConfig({
    ...{ m, n, k, activation, weightBits, tableBits, tableMode, accumulatorBits, ideas, hertz, memory },
  })
}

export function lutOf(config: CoreConfig, declaredBy: string): LutAccelerator {
  const { m, n, k, activation, weightBits, tableBits, tableMode, accumulatorBits, ideas, hertz, memory } = config
  return {
    name: `lut-core M${m}N${n}K${k}`,
    simulated: true,
    array: [m, n, k],
    activations: [activation],
    ...{ weightBits, tableBits, tableMode, accumulatorBits, ideas, hertz, memory, declaredBy },
  }
}

function unknown(lut: LutAccelerator, what: string, all: readonly string[], found: string): LutraError {
  return new LutraError('mismatch', `Expected ${what} of ${lut.name} among ${all.join(', ')} but found ${found}`)
}
