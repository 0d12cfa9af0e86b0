/**
 * A tensor as floats in transformers' order: as stored where it is F32, F16 or BF16, else decoded to float32, exactly.
 * takes  a Tensor, its name in GGUF, a Naming · gives  StoredTensor
 * after  ./hub-folder
 */

import { dtypeByName } from '../../../hal/dtypes/index.js'
import type { Tensor } from '../../../hal/tensor.js'
import { sharedFloats } from '../rows/shared.js'
import type { Naming } from './names.js'
import type { StoredTensor } from './safetensors-file.js'

const plain = ['F32', 'F16', 'BF16']

/** @param columnOrder sorted column j multiplies input columnOrder[j]; the result has inputs in their own order */
export function floatTensor(
  name: string,
  tensor: Tensor,
  naming: Naming,
  columnOrder: Int32Array | undefined,
): StoredTensor {
  const { dtype, shape } = tensor
  const count = shape.reduce((a, b) => a * b, 1)
  const shifted = naming.normsFromOne && /norm\.weight$/.test(name)
  const type = plain.includes(dtype.name) && !shifted ? (dtype.name as 'F32' | 'F16' | 'BF16') : 'F32'
  const width = dtypeByName(type).blockBytes
  // A vector's order is of its elements, a matrix's of its rows.
  const rows = shape.length === 1 ? shape[0] : count / shape[0]
  const [cols, order] = [count / rows, naming.rowOrder(name, rows)]
  return {
    ...{ name: naming.name(name), type, shape: [...shape].reverse(), length: width * count },
    async make() {
      let bytes = tensor.bytes.subarray(0, width * count)
      if (type !== dtype.name || shifted) {
        const values = sharedFloats(count)
        dtype.decode(tensor.bytes, count, 0, count, values)
        if (shifted) for (let i = 0; i < count; i++) values[i] -= 1
        bytes = new Uint8Array(values.buffer)
      }
      if (!order && !columnOrder) return bytes
      const moved = new Uint8Array(bytes.length)
      for (let row = 0; row < rows; row++) {
        const from = (order ? order[row] : row) * cols
        if (!columnOrder) moved.set(bytes.subarray(from * width, (from + cols) * width), row * cols * width)
        else
          for (let c = 0; c < cols; c++)
            moved.set(bytes.subarray((from + c) * width, (from + c + 1) * width), (row * cols + columnOrder[c]) * width)
      }
      return moved
    },
  }
}
