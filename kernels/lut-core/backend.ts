/**
 * The LUT Tensor Core, simulated, as a back end: a host engine to which its linears are lent. Whatever runs on it says
 * that it is simulated.
 * takes  the host's back end · gives  a back end named lut-core
 */
import type { Backend } from '../../hal/backend.js'
import { workerFile } from '../../hal/worker-file.js'

export function lutCoreOver<G>(host: Backend<G>): Backend<G> {
  return {
    name: 'lut-core',
    simulated: true,
    needs: [],
    footprint: host.footprint && ((graph, weights, options) => host.footprint!(graph, weights, options)),
    open: (device, options) =>
      host.open(device, {
        ...options,
        accelerator: { name: 'lut-core', module: workerFile(import.meta.url, './accelerator.js') },
      }),
  }
}
