/**
 * onnxruntime-web's MatMulNBits in Node: its WebAssembly execution provider, one thread, the same numbers in its own
 * layout. It has no one-bit weights: those go in as two bits.
 * takes  a matrix (./matrix), where `npm install --prefix bench/ladder` was run · gives  its product
 */
import { existsSync } from 'node:fs'
import { matMulNBits } from './onnx.mjs'

const installed = existsSync(new URL('./node_modules/onnxruntime-web', import.meta.url))
const widths = { 1: 2, 2: 2, 4: 4, 8: 8 }
/** One scale a row is written as one a block of this: the largest that its kernels are made for. */
const longest = 128

export const onnx = subject('onnxruntime-web MatMulNBits', 0)
/** Level 4 lets it quantize activations to int8. */
export const onnxInt8 = subject('onnxruntime-web MatMulNBits, accuracy level 4', 4)

function subject(name, accuracy) {
  return {
    name,
    takes: () => true,
    async open(matrix) {
      if (!installed) return { absent: 'not installed; "npm install --prefix bench/ladder" brings it' }
      const { default: ort } = await import('onnxruntime-web')
      ort.env.wasm.numThreads = 1
      const session = await ort.InferenceSession.create(matMulNBits({ ...theirs(matrix), accuracy }), {
        executionProviders: ['wasm'],
        graphOptimizationLevel: 'all',
      })
      const data = new Float32Array(matrix.cols)
      const feeds = { x: new ort.Tensor('float32', data, [1, matrix.cols]) }
      return {
        async run(x) {
          data.set(x)
          return (await session.run(feeds)).y.data
        },
        close: () => session.release(),
      }
    },
  }
}

/** Codes whose middle, 2^(bits - 1), is zero. */
function theirs({ bits, group, rows, cols, zero, codes, scales }) {
  const width = widths[bits]
  const middle = 2 ** (width - 1)
  const double = bits === 1 ? 2 : 1
  const block = Math.min(group, longest)
  return {
    ...{ bits: width, block, rows, cols },
    codes: codes.map((code) => double * (code - zero) + middle),
    scales: Float32Array.from(
      { length: (rows * cols) / block },
      (_, i) => scales[Math.floor((i * block) / group)] / double,
    ),
  }
}
