/**
 * The core that runs every linear as an LMMA program: on the functional array, or on the Verilog one at the end of a pipe.
 * Slow, and exact.
 * takes  a core, where its array is · gives  an accelerator
 * before ./lmma/kernel, ./rtl/array · after ./accelerator
 */
import type { Accelerator } from '../../hal/accelerator.js'
import type { CoreConfig } from './config.js'
import { FunctionalArray } from './core/functional.js'
import { LmmaKernel } from './lmma/kernel.js'
import { RtlArray, type RtlOptions } from './rtl/array.js'

/** LutraError unsupported where no Verilog simulator is installed, or the core has no RTL. */
export async function openPrograms(
  config: CoreConfig,
  execution: 'programs' | 'rtl',
  options?: RtlOptions,
): Promise<Accelerator> {
  const array = execution === 'rtl' ? await RtlArray.open(config, options) : new FunctionalArray(config)
  const kernel = new LmmaKernel(array)
  return {
    name: `lut-core ${execution}`,
    simulated: array.simulated,
    tokens: kernel.tokens,
    load: (weight) => kernel.load(weight),
    prepare: (x, tokens) => kernel.prepare(x, tokens),
    counters: () => ({
      programs: kernel.programs,
      instructions: kernel.instructions,
      ...(array instanceof RtlArray ? { clockCycles: array.cycles } : { lookups: array.lookups }),
    }),
    close: () => {
      if (array instanceof RtlArray) array.close()
    },
  }
}
