/** The module that a host engine loads to be lent the simulated core. */
import type { Accelerator } from '../../hal/accelerator.js'
import { LutraError } from '../../hal/error.js'
import { LutCore } from './core.js'
import { timeLinear } from './cycles/linear.js'
import { metered } from './meter.js'
import { type CoreOptions, coreOptions } from './options.js'

/** `options` is what ./backend's `lend` gives: CoreOptions. */
export function createAccelerator(options?: unknown): Accelerator {
  const { config, execution } = (options as CoreOptions | undefined) ?? coreOptions(undefined)
  if (execution === 'fast') return metered(new LutCore(config), config.hertz, (work) => timeLinear(config, work))
  throw new LutraError('unsupported', `Expected execution fast but found ${execution}`)
}
