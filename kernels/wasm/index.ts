/** The wasm back end: WebAssembly SIMD from kernels/ladder, threads over shared memory; where no addon loads, and in a page. */
import type { Absent, Backend, EngineOptions } from '../../hal/backend.js'
import { wasmFeatures } from '../../hal/detect/wasm.js'
import type { Device } from '../../hal/device.js'
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import type { WasmEngine } from './engine.js'
import { tiers } from './tiers.js'

export const wasmBackend: Backend<Graph> = {
  name: 'wasm',
  simulated: false,
  needs: ['wasm-simd128'],
  tiers,
  async footprint(graph, weights, options) {
    const { wasmFootprint } = await import('./footprint.js')
    return wasmFootprint(graph, weights, options)
  },
  async open(device: Device, options: EngineOptions = {}): Promise<WasmEngine | Absent> {
    const { isa } = options
    const asked = tiers.find(({ name }) => name === isa)
    if (isa !== undefined && !asked)
      throw new LutraError(
        'unsupported',
        `Expected a tier of the wasm engine, ${tiers.map(({ name }) => name).join(' or ')}, but found ${JSON.stringify(isa)}`,
      )
    const features = wasmFeatures()
    if (!features.includes('wasm-simd128')) return { absent: 'this JavaScript engine has no WebAssembly SIMD' }
    if (typeof SharedArrayBuffer === 'undefined')
      return { absent: 'there is no shared memory: a page needs cross-origin isolation' }
    const here = tiers.filter(({ needs }) => needs.every((need) => features.includes(need)))
    const tier = asked ?? here[0]
    if (!here.includes(tier))
      throw new LutraError(
        'unsupported',
        `Expected ${tier.needs.join(' and ')} for the tier ${tier.name} but found ${features.join(', ')}`,
      )
    // Only now: where another engine runs, this one need not load.
    const [{ WasmEngine }, { loadHost }] = await Promise.all([import('./engine.js'), import('./host/host.js')])
    const host = await loadHost()
    const threads = options.threads ?? Math.max(1, Math.min(device.cpus || host.cpus, 16))
    return new WasmEngine(host, tier.name, tier.needs, threads, options.algorithm)
  },
}
