/** The module that a host engine loads to be lent the simulated core. */
import type { Accelerator } from '../../hal/accelerator.js'
import { LutCore } from './core.js'
import { timeLinear } from './cycles/linear.js'
import { metered } from './meter.js'
import { type CoreOptions, coreOptions } from './options.js'

/** `options` is what ./backend's `lend` gives: CoreOptions. */
export async function createAccelerator(options?: unknown): Promise<Accelerator> {
  const { config, execution } = (options as CoreOptions | undefined) ?? coreOptions(undefined)
  if (execution === 'fast') return metered(new LutCore(config), config.hertz, (work) => timeLinear(config, work))
  const { openPrograms } = await import('./programs.js')
  return openPrograms(config, execution)
}
