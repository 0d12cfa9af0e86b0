/**
 * Counts simulated time beside a core's own counters: what each of its linears takes by the cycle model. Host time never
 * enters.
 * takes  an accelerator, its clock, the time of a linear by shape · gives  the same accelerator with more counters
 * before ./cycles · after ./accelerator
 */
import type { Accelerator, IntegerWeight } from '../../hal/accelerator.js'
import type { Timing } from './cycles/timing.js'

export interface LinearWork extends Pick<IntegerWeight, 'rows' | 'cols' | 'bits' | 'segment'> {
  readonly tokens: number
}

/**
 * Adds `simulatedCycles`, `simulatedSeconds` at `hertz`, and `dramBytes`. Each linear counts by itself, one after the other:
 * what the next one could load meanwhile is not taken off.
 */
export function metered(core: Accelerator, hertz: number, timeOf: (work: LinearWork) => Timing): Accelerator {
  let cycles = 0
  let bytes = 0
  const meter = (weight: IntegerWeight, most: number) => {
    const { rows, cols, bits, segment } = weight
    const known: Timing[] = []
    // A linear that the core cannot time (too little SRAM) is told when the model opens, not at its first token.
    known[most] = timeOf({ rows, cols, bits, segment, tokens: most })
    return (tokens: number) => {
      known[tokens] ??= timeOf({ rows, cols, bits, segment, tokens })
      cycles += known[tokens].cycles
      bytes += known[tokens].bytes.dram
    }
  }
  const kernel = <X, W extends IntegerWeight, Y>(of: {
    readonly tokens: number
    prepare(x: X, tokens: number): void
    load(weight: W): { readonly residentBytes: number; multiply(y: Y): void } | undefined
  }) => {
    let prepared = 0
    return {
      name: core.name,
      tokens: of.tokens,
      prepare(x: X, tokens: number) {
        prepared = tokens
        of.prepare(x, tokens)
      },
      load(weight: W) {
        const linear = of.load(weight)
        const count = linear && meter(weight, of.tokens)
        return (
          linear && {
            residentBytes: linear.residentBytes,
            multiply(y: Y) {
              linear.multiply(y)
              count?.(prepared)
            },
          }
        )
      },
    }
  }
  return {
    ...kernel(core),
    simulated: core.simulated,
    float: core.float && kernel(core.float),
    counters: () => ({
      ...core.counters(),
      simulatedCycles: cycles,
      simulatedSeconds: cycles / hertz,
      dramBytes: bytes,
    }),
    close: () => core.close?.(),
  }
}
