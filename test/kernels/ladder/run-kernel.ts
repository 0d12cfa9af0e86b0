/** Runs a compiled linear in this thread, for tests: packs, prepares, multiplies. */
import type { LinearKernel } from '../../../kernels/ladder/linear.js'
import { emitLinear } from '../../../kernels/ladder/linear.js'
import type { Elements } from '../../../kernels/ladder/type/ttype.js'
import { ModuleBuilder } from '../../../kernels/ladder/wasm/module.js'
import { webAssembly } from '../../../kernels/ladder/wasm/web-assembly.js'

export interface Extra {
  readonly bias?: Float32Array
  readonly residual?: Float32Array
  /** The later tiles are computed first. */
  readonly split?: boolean
}

/** Packs elements once; then y (n × rows) of any x. Fails where a kernel writes beyond its output. */
export function kernelRunner(kernel: LinearKernel, elements: Elements, most: number) {
  const { rows, cols } = elements
  const sizes = [
    kernel.packedBytes(rows, cols),
    most * cols * 4,
    most * kernel.form.bytes(cols),
    most * rows * 4,
    rows * 4,
    most * rows * 4,
  ]
  const places: number[] = []
  let end = 64
  for (const size of sizes) {
    places.push(end)
    end += Math.ceil(size / 16) * 16 + 64
  }
  const [packed, input, prepared, out, biasAt, residualAt] = places
  const pages = Math.ceil(end / 65536)
  const memory = new webAssembly.Memory({ initial: pages, maximum: pages })
  const module = new ModuleBuilder({ initial: pages, maximum: pages, shared: false })
  emitLinear(module, kernel)
  const instance = new webAssembly.Instance(new webAssembly.Module(module.bytes()), { env: { memory } })
  const floats = new Float32Array(memory.buffer as ArrayBuffer)
  kernel.pack(elements, new Uint8Array(memory.buffer as ArrayBuffer, packed, sizes[0]))
  return (x: Float32Array, n: number, { bias, residual, split }: Extra = {}): Float32Array => {
    floats.set(x, input / 4)
    if (bias) floats.set(bias, biasAt / 4)
    if (residual) floats.set(residual, residualAt / 4)
    floats.fill(12345, out / 4, out / 4 + n * rows + 8)
    instance.exports[kernel.prepare](input, prepared, cols, n)
    const tiles = Math.ceil(rows / kernel.tileRows)
    const middle = split ? tiles >> 1 : 0
    const run = (from: number, to: number) => {
      const [b, r] = [bias ? biasAt : 0, residual ? residualAt : 0]
      instance.exports[kernel.run](packed, prepared, out, n, rows, cols, from, to, b, r)
    }
    run(middle, tiles)
    run(0, middle)
    for (let i = 0; i < 8; i++)
      if (floats[out / 4 + n * rows + i] !== 12345) throw new Error('the kernel wrote beyond its output')
    return floats.slice(out / 4, out / 4 + n * rows)
  }
}
