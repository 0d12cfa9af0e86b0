/**
 * Cores that cover the switch matrix: any two values of different factors stand together in one of them, as
 * ./verilog.test.ts checks. 1,000,000 random products each: ./array.long.test.ts.
 */
import type { CoreConfig } from '../../../../kernels/lut-core/config.js'
import type { RtlStyle } from '../../../../kernels/lut-core/rtl/parameters.js'
import { config } from './vectors.js'

export const factors = {
  shape: ['M2N64K4', 'M1N8K3', 'M4N16K5', 'M8N8K2'],
  ideas: ['all', 'negate', 'full ±1', 'full 0/1'],
  tables: ['exact', 'shift8', 'built'],
  registers: ['single', 'double'],
  element: ['narrow', 'wide'],
  weights: [1, 2, 3, 4, 8],
} as const

const shapes = { M2N64K4: [2, 64, 4], M1N8K3: [1, 8, 3], M4N16K5: [4, 16, 5], M8N8K2: [8, 8, 2] } as const
/** What the paper's ablation takes away, step by step, each also with tables built in the array. */
const ideas = {
  all: {},
  negate: { negationElimination: false },
  'full ±1': { negationElimination: false, symmetrization: false },
  'full 0/1': { negationElimination: false, symmetrization: false, reinterpretation: false },
} as const
const tables = {
  exact: { tableMode: 'exact' },
  shift8: { tableMode: 'shift', tableBits: 8 },
  built: { tableMode: 'exact' },
} as const

export type Factors = readonly [
  shape: keyof typeof shapes,
  ideas: keyof typeof ideas,
  tables: keyof typeof tables,
  registers: 'single' | 'double',
  element: 'narrow' | 'wide',
  weights: 1 | 2 | 3 | 4 | 8,
]

export const matrix: readonly Factors[] = [
  ['M2N64K4', 'all', 'exact', 'single', 'narrow', 8],
  ['M2N64K4', 'negate', 'built', 'double', 'narrow', 3],
  ['M2N64K4', 'full ±1', 'shift8', 'single', 'wide', 1],
  ['M2N64K4', 'full ±1', 'exact', 'single', 'narrow', 4],
  ['M2N64K4', 'full 0/1', 'exact', 'single', 'narrow', 2],
  ['M1N8K3', 'all', 'shift8', 'double', 'wide', 8],
  ['M1N8K3', 'all', 'built', 'single', 'narrow', 1],
  ['M1N8K3', 'negate', 'exact', 'single', 'narrow', 4],
  ['M1N8K3', 'full ±1', 'built', 'double', 'narrow', 2],
  ['M1N8K3', 'full 0/1', 'shift8', 'single', 'wide', 3],
  ['M4N16K5', 'all', 'built', 'single', 'wide', 4],
  ['M4N16K5', 'negate', 'shift8', 'single', 'wide', 2],
  ['M4N16K5', 'negate', 'built', 'single', 'narrow', 8],
  ['M4N16K5', 'full ±1', 'exact', 'double', 'narrow', 3],
  ['M4N16K5', 'full 0/1', 'exact', 'single', 'narrow', 1],
  ['M8N8K2', 'all', 'exact', 'double', 'narrow', 2],
  ['M8N8K2', 'all', 'shift8', 'double', 'wide', 3],
  ['M8N8K2', 'negate', 'exact', 'double', 'wide', 1],
  ['M8N8K2', 'full ±1', 'built', 'single', 'wide', 8],
  ['M8N8K2', 'full 0/1', 'shift8', 'double', 'narrow', 4],
  ['M8N8K2', 'full 0/1', 'built', 'single', 'narrow', 8],
]

export function coreOf([shape, idea, table, , , weights]: Factors): CoreConfig {
  const [m, n, k] = shapes[shape]
  const core = config(
    { m, n, k, ...tables[table], weightBits: Array.from({ length: weights }, (_, i) => i + 1) },
    { ...ideas[idea], fusedPrecompute: table !== 'built' },
  )
  return core.tableMode === 'exact' ? { ...core, tableBits: 8 + Math.ceil(Math.log2(k)) } : core
}

export function styleOf([, , , registers, element]: Factors): RtlStyle {
  return { double: registers === 'double', wide: element === 'wide' }
}
