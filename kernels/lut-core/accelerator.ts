/** The module that a host engine loads to be lent the simulated core. */
import type { Accelerator } from '../../hal/accelerator.js'
import { LutCore } from './core.js'

export function createAccelerator(): Accelerator {
  return new LutCore()
}
