/** The module that a host engine loads to be lent the simulated core. */
import type { Accelerator } from '../../hal/accelerator.js'
import { LutraError } from '../../hal/error.js'
import { LutCore } from './core.js'
import { type CoreOptions, coreOptions } from './options.js'

/** `options` is what ./backend's `lend` gives: CoreOptions. */
export function createAccelerator(options?: unknown): Accelerator {
  const { execution } = (options as CoreOptions | undefined) ?? coreOptions(undefined)
  if (execution === 'fast') return new LutCore()
  throw new LutraError('unsupported', `Expected execution fast but found ${execution}`)
}
