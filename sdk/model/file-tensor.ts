/**
 * A tensor that is a range of a file, read on first use.
 * takes  name, dtype, shape and the range · gives  Tensor
 * before ./file-range · after ./gguf-tensors, ./huggingface, ./llama2c; then kernels/<engine>/pack
 * Bytes lie in shared memory, so that worker threads see them without a copy, and are held weakly: whoever packed them
 * lets them go.
 */
import type { DType } from '../../hal/dtype.js'
import { type FileStamp, readShared } from './file-range.js'
import { MadeTensor } from './made-tensor.js'

/** Bytes used as they lie in the file; an engine that maps the file by `file` never loads them here. */
export class FileTensor extends MadeTensor {
  readonly file: { readonly path: string; readonly offset: number }

  constructor(name: string, dtype: DType, shape: readonly number[], stamp: FileStamp, offset: number, length: number) {
    super(name, dtype, shape, () => readShared(stamp, offset, length))
    this.file = { path: stamp.path, offset }
  }
}
