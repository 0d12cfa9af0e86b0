/**
 * A tensor whose bytes lie in a file, and are read when someone asks for them.
 * takes  format, shape, the file as first seen, where in it · gives  Tensor
 * before ./gguf-tensors · after kernels/<engine>/pack
 */
import type { DType } from '../../hal/dtype.js'
import type { Tensor } from '../../hal/tensor.js'
import { swapWords } from './byte-order.js'
import { type FileStamp, readShared } from './file-range.js'

/**
 * Reads its bytes on first use into shared memory, so that worker threads see them without a copy. They are held
 * weakly: whoever packed them lets them go, and an engine that maps the file by `file` never loads them here.
 */
export class FileTensor implements Tensor {
  readonly file: { readonly path: string; readonly offset: number } | undefined
  #held: WeakRef<Uint8Array> | undefined

  constructor(
    readonly name: string,
    readonly dtype: DType,
    readonly shape: readonly number[],
    private readonly stamp: FileStamp,
    private readonly offset: number,
    private readonly length: number,
  ) {
    this.file = this.place()
  }

  get bytes(): Uint8Array {
    const held = this.#held?.deref()
    if (held) return held
    const bytes = this.load()
    this.#held = new WeakRef(bytes)
    return bytes
  }

  protected place(): FileTensor['file'] {
    return { path: this.stamp.path, offset: this.offset }
  }

  protected load(): Uint8Array {
    return readShared(this.stamp, this.offset, this.length)
  }
}

/** In a big-endian file: its bytes are turned as they are read, and nobody may map them. */
export class SwappedTensor extends FileTensor {
  protected override place(): undefined {
    return undefined
  }

  protected override load(): Uint8Array {
    const bytes = super.load()
    swapWords(this.dtype, bytes)
    return bytes
  }
}
