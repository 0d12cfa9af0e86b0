/**
 * Tensors whose bytes are made on first use, and tensors that cannot be read.
 * takes  name, dtype, shape, and who makes the bytes · gives  Tensor
 * after  ./file-tensor, ./gguf-places, ./huggingface
 */
import type { DType } from '../../hal/dtype.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
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
