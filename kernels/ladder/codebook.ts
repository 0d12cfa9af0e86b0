/**
 * A linear over codebooks (hal/dtypes/vq): codes stay codes, and are looked up in registers, so that a kernel reads no more
 * than they take. Of up to 16 entries, shared by four rows at least; other types go as the bytes that entries are.
 * takes  Codebooks, what activations mean · gives  a kernel and its packer
 * before ./wasm/linear/codebook · after kernels/wasm/linear/kernel
 */
import type { ActivationMode } from '../../hal/backend.js'
import type { Codebooks, DType } from '../../hal/dtype.js'
import { vqCodes } from '../../hal/dtypes/index.js'
import { f16ToF32 } from '../../hal/half.js'
import { codeOrder, emitCodebook, groupBytes, tableAt, tileRows } from './wasm/linear/codebook.js'
import { type FormShape, formBytes, formKey } from './wasm/linear/form.js'
import { emitPrepare, prepareName } from './wasm/linear/prepare.js'
import type { ModuleBuilder } from './wasm/module.js'

/** Whether these codebooks fit in registers. */
export function looksUp({ codeBits, rows }: Codebooks): boolean {
  return codeBits <= 4 && rows % tileRows === 0
}

interface Rows {
  readonly dtype: DType
  readonly rows: number
  readonly cols: number
  readonly bytes: Uint8Array
}

/** As kernels/wasm has them. */
export function codebookKernel(books: Codebooks, mode: ActivationMode) {
  const { lanes, span } = books
  const form: FormShape = { values: 'q16', scale: mode === 'int8' ? 'token' : 'panel', unit: 32, panel: 32 }
  const run = `linear_vq_${lanes}_${span}_${mode}`
  const tileBytes = (cols: number) => (cols / span) * groupBytes(lanes, span)
  return {
    name: `linear vq${lanes}d codebook wasm-simd128`,
    form: { key: formKey(form), bytes: (cols: number) => formBytes(form, cols) },
    ...{ tileRows, prepare: prepareName(form), run, rounds: false },
    packedBytes: (rows: number, cols: number) => Math.ceil(rows / tileRows) * tileBytes(cols),
    pack: (rows: Rows, into: Uint8Array, first: number) =>
      pack(books, rows, into.subarray((first / tileRows) * tileBytes(books.cols))),
    emit(module: ModuleBuilder): void {
      emitPrepare(module, form)
      emitCodebook(module, { name: run, lanes, span, form })
    },
  }
}

/** Tiles of four rows; a tile's groups one after another: scale (float32), a table for each lane, codes. */
function pack(books: Codebooks, { rows, cols, bytes }: Rows, into: Uint8Array): void {
  const { lanes, span, codeBits, unitBytes, entriesAt } = books
  const groups = cols / span
  const size = groupBytes(lanes, span)
  const scale = new Float32Array(1)
  const codes = new Uint8Array(span / lanes)
  for (let r = 0; r < rows; r++)
    for (let g = 0; g < groups; g++) {
      const unit = (Math.floor(r / books.rows) * groups + g) * unitBytes
      const to = (Math.floor(r / tileRows) * groups + g) * size
      scale[0] = f16ToF32(bytes[unit] | (bytes[unit + 1] << 8))
      into.set(new Uint8Array(scale.buffer), to)
      for (let lane = 0; lane < lanes; lane++) {
        const from = unit + entriesAt + lane * 2 ** codeBits
        into.set(bytes.subarray(from, from + 2 ** codeBits), to + tableAt + 16 * lane)
      }
      vqCodes(books, bytes, unit, r % books.rows, codes)
      for (let j = 0; j < codes.length; j++) {
        const { byte, shift } = codeOrder(lanes, r % tileRows, j)
        into[to + tableAt + 16 * lanes + byte] |= codes[j] << shift
      }
    }
}
