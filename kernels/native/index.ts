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
const loops: readonly (readonly [tier: string, weights: number, mad: number, lut: number])[] = [
  ['avx512-vnni', 256, 9, 24],
  ['avx2', 128, 18, 12],
  ['neon-dotprod', 64, 14, 8],
  ['neon', 64, 18, 8],
  // Without vectors both are slow; a table costs a load where a product costs an instruction.
  ['scalar', 4, 16, 24],
]
/** The two ways with ternary weights, as the cost model ranks them until `measurements` say better. */
const rivals = loops.flatMap(([tier, weights, mad, lut]) =>
  Object.entries({ mad, lut }).map(([algorithm, instructions]) => ({
    op: 'linear',
    algorithm,
    tier,
    dtypes: ternary,
    instructionsPerWeight: instructions / weights,
  })),
)

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
    { op: 'linear', algorithm: 'mad', dtypes: nativeDtypes.filter((name) => !ternary.includes(name)) },
  ],
  async open(device: Device, options: EngineOptions = {}): Promise<Engine<Graph> | Absent> {
    const found = nativeAddon()
    if ('reason' in found) return { absent: found.reason }
    const { addon } = found
    const threads = options.threads ?? Math.max(1, Math.min(device.cpus || availableParallelism(), 16))
    const algorithm = options.algorithm ?? 'mad'
    if (algorithm !== 'mad' && algorithm !== 'lut')
      throw new LutraError('unsupported', `Expected algorithm mad or lut but found "${algorithm}"`)
    const { id, isa } = native(() => addon.engineOpen(options.isa ?? '', threads, algorithm))
    return new NativeEngine(addon, id, isa, threads, algorithm)
  },
}

/** Instruction set tiers inside the addon, best first, each with what this CPU lacks for it; empty without an addon. */
export function nativeTiers(): readonly { readonly name: string; readonly missing: string }[] {
  const found = nativeAddon()
  return 'reason' in found ? [] : found.addon.engineTiers()
}
