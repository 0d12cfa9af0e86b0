/**
 * The number format of a weight that crossed to this thread: hal's by name, others by their description.
 * takes  a SentWeight · gives  its DType, the same one every time
 * before kernels/ladder/type · after ./source, ./linear/kernel
 */
import type { DType } from '../../hal/dtype.js'
import { dtypeByName } from '../../hal/dtypes/index.js'
import { dtypeFrom } from '../ladder/type/define.js'
import type { SentWeight } from './messages.js'

const described = new Map<string, DType>()

export function formatOf({ dtype, type }: Pick<SentWeight, 'dtype' | 'type'>): DType {
  if (!type) return dtypeByName(dtype)
  const key = JSON.stringify(type)
  const format = described.get(key) ?? dtypeFrom(type)
  described.set(key, format)
  return format
}
