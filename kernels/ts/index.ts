/** The ts back end: complete, plain, readable; the truth that the others answer to. Runs anywhere. */
import type { Backend, EngineOptions } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import type { TsEngine } from './engine.js'

export const tsBackend: Backend<Graph> = {
  name: 'ts',
  simulated: false,
  needs: [],
  tiers: [{ name: 'js', needs: [] }],
  hosts: true,
  async footprint(graph, weights, options) {
    const { tsFootprint } = await import('./footprint.js')
    return tsFootprint(graph, weights, options)
  },
  async open(_device: Device, options: EngineOptions = {}): Promise<TsEngine> {
    if (options.isa !== undefined && options.isa !== 'js')
      throw new LutraError(
        'unsupported',
        `Expected the tier js of the ts engine but found ${JSON.stringify(options.isa)}`,
      )
    // Only now: where another engine runs, this one need not load.
    const { TsEngine } = await import('./engine.js')
    return TsEngine.open(options)
  },
}
