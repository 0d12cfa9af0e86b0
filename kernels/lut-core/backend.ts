/**
 * The LUT Tensor Core, simulated, as a back end: a host engine to which its linears are lent. Whatever runs on it says
 * that it is simulated.
 * takes  the host's back end · gives  a back end named lut-core
 */
import type { Backend } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import { workerFile } from '../../hal/worker-file.js'
import { coreOf, lutOf } from './capability.js'
import { coreOptions } from './options.js'

/** `wish`: options of the core, for those who open it without a plan. */
export function lutCoreOver<G>(host: Backend<G>, wish?: unknown): Backend<G> {
  const name = 'lut-core'
  const module = workerFile(import.meta.url, './accelerator.js')
  return {
    name,
    simulated: true,
    needs: [],
    accelerates: ['linear'],
    module,
    lend,
    footprint: host.footprint && ((graph, weights, options) => host.footprint!(graph, weights, options)),
    open: (device, options) =>
      host.open(device, { ...options, accelerator: { name, module, options: lend(device, wish).options } }),
  }
}

/** The board's core, or else the paper's, with what the user wants otherwise. */
function lend(device: Device, wish: unknown) {
  const declared = device.luts?.[0]
  const options = coreOptions(wish, declared && coreOf(declared))
  const by = wish === undefined ? (declared?.declaredBy ?? 'lut-core, by default') : 'options'
  return { lut: lutOf(options.config, by), options }
}
