/** The native back end: C++ kernels for this CPU, reached through one addon. */
import { availableParallelism } from 'node:os'
import type { Absent, Backend, Engine, EngineOptions } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import { native, nativeAddon } from './addon.js'
import { NativeEngine } from './engine.js'
import { nativeDtypes } from './tensor.js'

const ternary = ['TQ1_0', 'TQ2_0', 'I2_S', 'LT2']

/** Instructions that the inner loops of one token take, per so many weights; NEON's as `npm run bench arm-loops` counts. */
const loops: readonly (readonly [tier: string, weights: number, mad: number, lut: number, tl2: number])[] = [
  ['avx512-vnni', 256, 9, 24, 26],
  ['avx2', 128, 18, 12, 16],
  ['neon-dotprod', 64, 14, 8, 13],
  ['neon', 64, 18, 8, 13],
  // Without vectors all are slow; a table costs a load where a product costs an instruction.
  ['scalar', 4, 16, 24, 32],
]
/** Packed, with a scale per 256: multiply-add and planes take two bits a weight, triples five thirds. */
const bytes = { mad: 66 / 256, lut: 66 / 256, tl2: 57 / 256 }
/** The ways with ternary weights, as the cost model ranks them until `measurements` say better. */
const rivals = loops.flatMap(([tier, weights, mad, lut, tl2]) =>
  Object.entries({ mad, lut, tl2 }).map(([algorithm, instructions]) => ({
    op: 'linear',
    algorithm,
    tier,
    dtypes: ternary,
    instructionsPerWeight: instructions / weights,
    bytesPerWeight: bytes[algorithm as keyof typeof bytes],
  })),
)
/** The engine's ways with ternary weights, as C++ names them. */
export const algorithms = ['mad', 'lut', 'vec', 'tl2'] as const

export const nativeBackend: Backend<Graph> = {
  name: 'native',
  simulated: false,
  needs: [],
  // As native/engine/dispatch.cpp has them; each CPU family finds its own by what it needs.
  tiers: [
    { name: 'avx512-vnni', needs: ['avx512', 'avx512-vnni', 'avx2', 'fma', 'f16c'] },
    { name: 'avx2', needs: ['avx2', 'fma', 'f16c'] },
    { name: 'neon-dotprod', needs: ['neon', 'dotprod'] },
    { name: 'neon', needs: ['neon'] },
    { name: 'scalar', needs: [] },
  ],
  kernels: [
    ...rivals,
    // Tables of many tokens, for prompts: no faster than `lut` where it was measured (docs/performance.md).
    { op: 'linear', algorithm: 'vec', tier: 'avx2', dtypes: ternary, asked: true },
    { op: 'linear', algorithm: 'mad', dtypes: nativeDtypes.filter((name) => !ternary.includes(name)) },
  ],
  async open(device: Device, options: EngineOptions = {}): Promise<Engine<Graph> | Absent> {
    const found = nativeAddon()
    if ('reason' in found) return { absent: found.reason }
    const { addon } = found
    const threads = options.threads ?? Math.max(1, Math.min(device.cpus || availableParallelism(), 16))
    const algorithm = options.algorithm ?? 'mad'
    if (!algorithms.some((name) => name === algorithm))
      throw new LutraError('unsupported', `Expected algorithm ${algorithms.join(', ')} but found "${algorithm}"`)
    const { id, isa } = native(() => addon.engineOpen(options.isa ?? '', threads, algorithm))
    return new NativeEngine(addon, id, isa, threads, algorithm)
  },
}

/** Instruction set tiers inside the addon, best first, each with what this CPU lacks for it; empty without an addon. */
export function nativeTiers(): readonly { readonly name: string; readonly missing: string }[] {
  const found = nativeAddon()
  return 'reason' in found ? [] : found.addon.engineTiers()
}
