/**
 * Table 1 of the paper as figures for the end-to-end model.
 * before ./paper · after ../system/end-to-end
 */
import type { Figure } from '../system/end-to-end.js'
import { table1 } from './paper.js'

export const figures: readonly Figure[] = table1.flatMap(({ name, gpu, core, milliseconds }) =>
  (['prefill', 'decode'] as const).map((phase, i) => ({
    name,
    gpu,
    core,
    phase,
    milliseconds: milliseconds[i] as number,
  })),
)
