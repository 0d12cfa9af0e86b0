/**
 * The tensors of a GGUF file, which read their bytes on first use.
 * takes  the header, path and size of the file · gives  tensors by name
 * before ./gguf-places · after sdk/model/arch, kernels/<engine>/pack
 */
import type { Tensor } from '../../hal/tensor.js'
import { swapWords } from './byte-order.js'
import { type FileStamp, readShared } from './file-range.js'
import { FileTensor } from './file-tensor.js'
import type { GgufHeader } from './gguf-header.js'
import { placeTensors } from './gguf-places.js'
import { MadeTensor } from './made-tensor.js'

export function tensorsOf(header: GgufHeader, file: FileStamp): Map<string, Tensor> {
  return placeTensors(header, file.size, ({ name, shape }, dtype, { begin, length }) =>
    header.littleEndian
      ? new FileTensor(name, dtype, shape, file, begin, length)
      : new MadeTensor(name, dtype, shape, () => swapWords(dtype, readShared(file, begin, length))),
  )
}
