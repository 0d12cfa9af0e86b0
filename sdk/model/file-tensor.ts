/**
 * Tensors that get their bytes on first use: from a range of a file as it is, or made from ranges of files.
 * takes  name, dtype, shape and where the bytes come from · gives  Tensor
 * before ./file-range · after ./gguf-tensors, ./huggingface, ./llama2c; then kernels/<engine>/pack
 * Bytes lie in shared memory, so that worker threads see them without a copy, and are held weakly: whoever packed them
 * lets them go.
 */
import type { DType } from '../../hal/dtype.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import { type FileStamp, readShared } from './file-range.js'
import { quote } from './quote.js'

/** Bytes that are made, mostly of another form in the file; `make` fills shared memory. */
export class MadeTensor implements Tensor {
  readonly #make: () => Uint8Array
  #held: WeakRef<Uint8Array> | undefined

  constructor(
    readonly name: string,
    readonly dtype: DType,
    readonly shape: readonly number[],
    make: () => Uint8Array,
  ) {
    this.#make = make
  }

  get bytes(): Uint8Array {
    const held = this.#held?.deref()
    if (held) return held
    const bytes = this.#make()
    this.#held = new WeakRef(bytes)
    return bytes
  }
}

/** Bytes used as they lie in the file; an engine that maps the file by `file` never loads them here. */
export class FileTensor extends MadeTensor {
  readonly file: { readonly path: string; readonly offset: number }

  constructor(name: string, dtype: DType, shape: readonly number[], stamp: FileStamp, offset: number, length: number) {
    super(name, dtype, shape, () => readShared(stamp, offset, length))
    this.file = { path: stamp.path, offset }
  }
}

/** A tensor of a type that Lutra does not know: harmless until someone needs it. */
export class UnreadableTensor implements Tensor {
  /** How many of the file's tensors are like this one. */
  count = 1

  constructor(
    readonly name: string,
    readonly shape: readonly number[],
    readonly reason: LutraError,
  ) {}

  get dtype(): DType {
    throw new LutraError('unsupported', `Tensor ${quote(this.name)} (one of ${this.count}): ${this.reason.message}`, {
      cause: this.reason,
    })
  }

  get bytes(): Uint8Array {
    return this.dtype as never
  }
}

/** Shared memory for made bytes; LutraError limit where there is none. */
export function sharedBytes(length: number): Uint8Array {
  try {
    return new Uint8Array(new SharedArrayBuffer(length))
  } catch (cause) {
    throw new LutraError('limit', `Expected room for a tensor of ${length} bytes but there is none`, { cause })
  }
}
