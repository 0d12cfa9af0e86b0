/**
 * ./loops in the addon, to the last bit as the plain ones.
 * takes  the addon's functions · gives  Loops · before kernels/native/quantize-codebooks · after ../gptvq
 */
import type { Codebooks } from '../../../../hal/dtype.js'
import { type NativeCodebooks, wishedCodebooks } from '../../../../kernels/native/quantize-codebooks.js'
import { type Loops, plain } from './loops.js'

export function nativeLoops(native: NativeCodebooks): Loops {
  return {
    assign({ lanes, entries: count, rows, span, weights, at, stride }, { roots }, firstVector, entries, found) {
      const book = { lanes, entries: count, rows, span, cols: span, column: 0 }
      const own = roots.subarray(firstVector * lanes * lanes)
      native.assign(book, weights.subarray(at), stride, own, entries, found.sums, found.masses, found.worst)
    },
    look({ lanes, entries: count, rows, span, weights, at, stride }, column, entries, feedback, quantized) {
      const { upper, cols, look, spread } = feedback
      const codes = new Uint8Array((rows * span) / lanes)
      const book = { lanes, entries: count, rows, span, cols, column }
      // The addon's rows lie side by side, as a matrix has them.
      if (stride !== cols)
        return plain.look(
          { lanes, entries: count, rows, span, weights, at, stride },
          column,
          entries,
          feedback,
          quantized,
        )
      native.look(book, weights.subarray(at - column), entries, upper, look.roots, spread.roots, quantized, codes)
      return codes
    },
    pullOf({ type, wanted, quantized, pull }, { hessian, damping }) {
      native.pull(bookOf(type, 0), wanted, quantized, hessian, damping, pull)
    },
    normalOf({ type, pull }, { column, codes }, { hessian, damping }, normal, step) {
      native.normal(bookOf(type, column), codes, hessian, damping, pull, normal, step)
    },
    follow({ type, quantized, pull }, { column, codes, entries }, { hessian, damping }) {
      native.follow(bookOf(type, column), codes, entries, hessian, damping, quantized, pull)
    },
    moveCodes({ type, quantized, pull }, { column, codes, entries }, { hessian, damping }) {
      native.recode(bookOf(type, column), codes, entries, hessian, damping, quantized, pull)
    },
  }
}

/** The addon's, unless another back end is asked for. */
export function wishedLoops(): Loops {
  const native = wishedCodebooks()
  return native ? nativeLoops(native) : plain
}

function bookOf({ lanes, codeBits, rows, span, cols }: Codebooks, column: number) {
  return { lanes, entries: 2 ** codeBits, rows, span, cols, column }
}
