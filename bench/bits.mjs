/**
 * Speed by bits: a matrix in LU1 to LU4 (one to four bits, a scale and a minimum per 128), one token, by multiply-add,
 * by table lookup, and by table lookup with averages for sums, in turns; and the error of each against exact products
 * (normalized mean square error: of the result, for activations from a bell curve).
 *   npm run bench bits
 */

import { dtypeByName, tensorBytes } from '../dist/hal/dtypes/index.js'
import { f32ToF16 } from '../dist/hal/half.js'
import { detectDevice } from '../dist/hal/index.js'
import { nativeBackend } from '../dist/kernels/native/index.js'

const rows = 4096
const cols = 4096
const copies = 24 // beyond the caches, as in a model
const device = await detectDevice()

function random(seed) {
  let x = seed
  return () => (x = (Math.imul(x, 1664525) + 1013904223) >>> 0)
}

function matrix(bits) {
  const dtype = dtypeByName(`LU${bits}`)
  const bytes = new Uint8Array(tensorBytes(dtype, rows * cols))
  const next = random(bits)
  for (let i = 0; i < bytes.length; i++) bytes[i] = next() >>> 24
  // Values from about -1 to 1.
  const [d, m] = [2 / (2 ** bits - 1), -1].map(f32ToF16)
  const view = new DataView(bytes.buffer)
  for (let at = 16 * bits; at < bytes.length; at += dtype.blockBytes) {
    view.setUint16(at, d, true)
    view.setUint16(at + 2, m, true)
  }
  return { name: `LU${bits}`, dtype, shape: [cols, rows], bytes }
}

function exact({ dtype, bytes }, x, count) {
  const row = new Float32Array(cols)
  return Float64Array.from({ length: count }, (_, r) => {
    dtype.decode(bytes, rows * cols, r * cols, cols, row)
    return row.reduce((sum, w, c) => sum + w * x[c], 0)
  })
}

const next = random(9)
const bell = () => Array.from({ length: 12 }, () => next() / 2 ** 32).reduce((a, b) => a + b, -6)
const x = Float32Array.from({ length: cols }, bell)
for (const threads of [1, 2]) {
  console.log(`\n${rows} × ${cols}, ${threads} threads: µs, G weights/s, GB/s, error`)
  for (const bits of [1, 2, 3, 4]) {
    const weight = matrix(bits)
    const truth = exact(weight, x, 256)
    const found = new Map()
    for (let round = 0; round < 3; round++)
      for (const algorithm of ['mad', 'lut', 'fast']) {
        const engine = await nativeBackend.open(device, { threads, algorithm })
        if ('absent' in engine) throw new Error(engine.absent)
        const seconds = await engine.measure(weight, copies, 300)
        const y = await engine.linear(weight, x, 1, 'float')
        const squares = (values) => values.reduce((sum, v) => sum + v ** 2, 0)
        const error = squares(truth.map((v, r) => y[r] - v)) / squares(truth)
        const best = Math.min(found.get(algorithm)?.seconds ?? Number.POSITIVE_INFINITY, seconds)
        found.set(algorithm, { seconds: best, error, isa: engine.isa })
        await engine.close()
      }
    for (const [algorithm, { seconds, error, isa }] of found)
      console.log(
        `  ${bits} bits ${algorithm.padEnd(5)} ${isa} ${(seconds * 1e6).toFixed(0).padStart(7)} ` +
          `${((rows * cols) / seconds / 1e9).toFixed(1).padStart(7)} ${(weight.bytes.length / seconds / 1e9).toFixed(1).padStart(6)}   ${error.toExponential(1)}`,
      )
  }
}
