/**
 * Ladder's linear as it compiles it: planned for the width, emitted, packed; preparing x (rounding it, or tables) is timed.
 * takes  a matrix (./matrix) · gives  its product
 */
import { wasmFeatures } from '../../dist/hal/detect/wasm.js'
import { emitLinear, planLinear } from '../../dist/kernels/ladder/linear.js'
import { iadd, imul, code as stored, toReal, unsigned } from '../../dist/kernels/ladder/type/build.js'
import { instantiate } from './wasm.mjs'

const plain = ['wasm-simd128']
const relaxed = ['wasm-simd128', 'wasm-relaxed-simd']
const newest = wasmFeatures().includes('wasm-relaxed-simd')

export const ladderInt8 = subject('Ladder, int8 activations', 'int8', plain)
export const ladderFloat = subject('Ladder, float activations', 'float', plain)
export const ladderTable = subject('Ladder, table lookup', 'int8', plain, 'lut')
export const ladderInt8Relaxed = subject('Ladder, int8 activations, relaxed', 'int8', relaxed)
export const ladderFloatRelaxed = subject('Ladder, float activations, relaxed', 'float', relaxed)

function subject(name, mode, features, algorithm) {
  return {
    name,
    takes: ({ bits }) => algorithm === undefined || bits < 8,
    open(matrix) {
      if (features === relaxed && !newest)
        return { absent: 'this host has no relaxed SIMD (Node 20: --experimental-wasm-relaxed-simd)' }
      const { rows, cols, group, codes, x } = matrix
      const type = typeOf(matrix)
      const kernel = planLinear(type, mode, rows, cols, features, algorithm)
      const packed = new Uint8Array(kernel.packedBytes(rows, cols))
      kernel.pack({ type, rows, cols, codes, group, scales: scalesOf(matrix) }, packed)
      const wasm = instantiate({ packed, x, prepared: kernel.form.bytes(cols), y: 4 * rows }, (module) =>
        emitLinear(module, kernel),
      )
      const { places, exports } = wasm
      const [input, output] = [wasm.floats('x', cols), wasm.floats('y', rows)]
      const [prepare, run] = [exports[kernel.prepare], exports[kernel.run]]
      const tiles = Math.ceil(rows / kernel.tileRows)
      return {
        about: kernel.name,
        run(x) {
          input.set(x)
          prepare(places.x, places.prepared, cols, 1)
          run(places.packed, places.prepared, places.y, 1, rows, cols, 0, tiles, 0, 0)
          return output
        },
      }
    },
  }
}

/** The matrix as a tType: ±1 of half the scale at one bit, whole numbers round zero elsewhere. */
function typeOf({ bits, group, cols, zero }) {
  const decode = [bits === 1 ? toReal(iadd(imul(stored, 2), -1)) : unsigned(-zero)]
  const shared = { group: group === cols ? undefined : group, scaled: true, shifted: false }
  return { name: `bench${bits}`, bits, lanes: 1, decode, ...shared, storage: { kind: 'hal', dtype: 'none' } }
}

function scalesOf({ bits, scales }) {
  return bits === 1 ? scales.map((scale) => scale / 2) : scales
}
