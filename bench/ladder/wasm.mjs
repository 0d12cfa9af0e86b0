/**
 * A module of our own encoder over a memory of its own, filled with arrays.
 * takes  named arrays or byte counts, a function that adds to the module · gives  exports, places, and views on the memory
 */
import { ModuleBuilder } from '../../dist/kernels/ladder/wasm/module.js'

const page = 65536
const slack = 64

export function instantiate(parts, build) {
  const places = {}
  let end = slack
  for (const [name, part] of Object.entries(parts)) {
    places[name] = end
    end += Math.ceil((typeof part === 'number' ? part : part.byteLength) / slack) * slack + slack
  }
  const pages = Math.ceil(end / page)
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages })
  for (const [name, part] of Object.entries(parts))
    if (typeof part !== 'number')
      new Uint8Array(memory.buffer).set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), places[name])
  const module = new ModuleBuilder({ initial: pages, maximum: pages, shared: false })
  build(module, places)
  const bytes = module.bytes()
  if (!WebAssembly.validate(bytes))
    return { absent: 'this host has no relaxed SIMD (Node 20: --experimental-wasm-relaxed-simd)' }
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytes), { env: { memory } })
  return { exports, places, floats: (name, length) => new Float32Array(memory.buffer, places[name], length) }
}
