/** The native back end: C++ kernels for this CPU, reached through one addon. */
import { availableParallelism } from 'node:os'
import type { Absent, Backend, Engine, EngineOptions } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import { native, nativeAddon } from './addon.js'
import { NativeEngine } from './engine.js'
import { nativeFootprint } from './footprint.js'
import { algorithms, linearKernels } from './kernels.js'

export { algorithms }

export const nativeBackend: Backend<Graph> = {
  name: 'native',
  simulated: false,
  needs: [],
  // As native/engine/dispatch.cpp has them.
  tiers: [
    ...of('x64', [
      { name: 'avx512-vnni', needs: ['avx512', 'avx512-vnni', 'avx2', 'fma', 'f16c'] },
      { name: 'avx-vnni', needs: ['avx-vnni', 'avx2', 'fma', 'f16c'] },
      { name: 'avx2', needs: ['avx2', 'fma', 'f16c'] },
      { name: 'sse4.1', needs: ['ssse3', 'sse4.1'] },
    ]),
    ...of('arm64', [
      { name: 'sve2', needs: ['neon', 'dotprod', 'i8mm', 'sve2', 'sve256'] },
      { name: 'neon-i8mm', needs: ['neon', 'dotprod', 'i8mm'] },
      { name: 'neon-dotprod', needs: ['neon', 'dotprod'] },
      { name: 'neon', needs: ['neon'] },
    ]),
    ...of('arm', [{ name: 'neon', needs: ['neon', 'vfpv4'] }]),
    { name: 'scalar', needs: [] },
  ],
  kernels: linearKernels,
  footprint: async (graph, weights, options) => nativeFootprint(graph, weights, options),
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

type Tier = NonNullable<Backend<Graph>['tiers']>[number]

function of(arch: string, tiers: readonly Tier[]): readonly Tier[] {
  return tiers.map((tier) => ({ ...tier, arch }))
}

/** Instruction set tiers inside the addon, best first, each with what this CPU lacks for it; empty without an addon. */
export function nativeTiers(): readonly { readonly name: string; readonly missing: string }[] {
  const found = nativeAddon()
  return 'reason' in found ? [] : found.addon.engineTiers()
}
