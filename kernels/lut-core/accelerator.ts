/** The module that a host engine loads to be lent the simulated core, executed as its options say. */
import type { Accelerator } from '../../hal/accelerator.js'
import type { CoreConfig } from './config.js'
import { timeLinear } from './cycles/linear.js'
import { metered } from './meter.js'
import { type CoreOptions, coreOptions, type Execution } from './options.js'

/** `options` is what ./backend's `lend` gives: CoreOptions. LutraError unsupported where `rtl` finds no simulator. */
export async function createAccelerator(options?: unknown): Promise<Accelerator> {
  const { config, execution } = (options as CoreOptions | undefined) ?? coreOptions(undefined)
  return metered(await make[execution](config), config.hertz, (work) => timeLinear(config, work))
}

/** Each loads what it needs. */
const make: Readonly<Record<Execution, (config: CoreConfig) => Promise<Accelerator>>> = {
  async fast(config) {
    const { LutCore } = await import('./core.js')
    return new LutCore(config)
  },
  async programs(config) {
    const [{ programCore }, { FunctionalArray }] = await Promise.all([
      import('./programs.js'),
      import('./core/functional.js'),
    ])
    return programCore(new FunctionalArray(config))
  },
  async rtl(config) {
    const [{ programCore }, { RtlArray }] = await Promise.all([import('./programs.js'), import('./rtl/array.js')])
    const array = await RtlArray.open(config)
    return programCore(array, () => array.cycles)
  },
}
