/**
 * A core that really runs each linear as an LMMA program: on the functional array, or on Verilog (or hardware) at the end of
 * a pipe. Slow; the sums are those of the fast path.
 * takes  an array · gives  an Accelerator; closing it closes the array
 * before ./lmma/kernel, ./floats · after ./accelerator
 */
import type { Accelerator } from '../../hal/accelerator.js'
import type { LutArray } from './array.js'
import { floatsOver } from './floats.js'
import { LmmaKernel } from './lmma/kernel.js'

/** `arrayCycles`: what the array itself has counted, where it counts. */
export function programCore(array: LutArray, arrayCycles?: () => number): Accelerator {
  const kernel = new LmmaKernel(array, 'lut-core')
  const { name, tokens } = kernel
  return {
    ...{ name, tokens, simulated: array.simulated },
    prepare: (x, n) => kernel.prepare(x, n),
    load: (weight) => kernel.load(weight),
    float: floatsOver(kernel),
    counters: () => ({
      programs: kernel.programs,
      instructions: kernel.instructions,
      ...(arrayCycles ? { cycles: arrayCycles() } : {}),
    }),
    close: () => array.close?.(),
  }
}
