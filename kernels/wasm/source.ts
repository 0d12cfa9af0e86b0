/**
 * A weight's bytes by the piece: from shared memory, or from a file that stays open while it is used.
 * takes  a SentWeight · gives  the bytes of rows from … from + rows, with the tensor's tail behind them
 * after  ./pack, ./embed
 */
import type { DType } from '../../hal/dtype.js'
import { tensorBytes } from '../../hal/dtypes/index.js'
import { formatOf } from './format.js'
import type { Host, OpenFile } from './host/host.js'
import type { SentWeight } from './messages.js'

/** Files open in this thread. */
export class Files {
  readonly #open = new Map<string, OpenFile>()

  constructor(readonly host: Host) {}

  file(path: string): OpenFile {
    const file = this.#open.get(path) ?? this.host.open(path)
    this.#open.set(path, file)
    return file
  }

  close(): void {
    for (const file of this.#open.values()) file.close()
    this.#open.clear()
  }
}

/** Part of a tensor, as if it were a whole one. */
export interface Piece {
  readonly dtype: DType
  readonly rows: number
  readonly cols: number
  readonly bytes: Uint8Array
}

/** Rows that begin and end with a block come in multiples of this. */
export function rowStep(weight: Pick<SentWeight, 'dtype' | 'type' | 'cols'>): number {
  const { cols } = weight
  const { block } = formatOf(weight)
  let step = 1
  while ((step * cols) % block !== 0) step++
  return step
}

export class Source {
  readonly dtype: DType
  readonly rows: number
  readonly cols: number

  constructor(
    readonly weight: SentWeight,
    readonly files: Files,
  ) {
    this.dtype = formatOf(weight)
    this.rows = weight.rows
    this.cols = weight.cols
  }

  /** `from` is a multiple of `rowStep`; so is `rows`, or they are the last. */
  piece(from: number, rows: number): Piece {
    const { dtype, cols } = this
    const offset = ((from * cols) / dtype.block) * dtype.blockBytes
    const length = tensorBytes(dtype, rows * cols) - dtype.tailBytes
    const bytes = new Uint8Array(length + dtype.tailBytes)
    this.read(offset, bytes.subarray(0, length))
    if (dtype.tailBytes > 0) this.read(tensorBytes(dtype, this.rows * cols) - dtype.tailBytes, bytes.subarray(length))
    return { dtype, rows, cols, bytes }
  }

  private read(offset: number, into: Uint8Array): void {
    const { from } = this.weight
    if (from instanceof Uint8Array) into.set(from.subarray(offset, offset + into.length))
    else this.files.file(from.path).read(from.offset + offset, into)
  }
}

/** A whole small tensor as floats: gains, biases, places. */
export function vectorOf(source: Source): Float32Array {
  const { rows, cols, dtype } = source
  const out = new Float32Array(rows * cols)
  dtype.decode(source.piece(0, rows).bytes, rows * cols, 0, rows * cols, out)
  return out
}
