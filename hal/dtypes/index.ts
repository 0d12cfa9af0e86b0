/** The number formats Lutra knows. A new one is an entry in this list and no kernel. */
import type { DType } from '../dtype.js'
import { LutraError } from '../error.js'
import { IQ4_NL, IQ4_XS, MXFP4, NVFP4 } from './codebook.js'
import { BF16, F16, F32 } from './float.js'
import { IQ1_M, IQ1_S, IQ2_S, IQ2_XS, IQ2_XXS, IQ3_S, IQ3_XXS } from './i-quants.js'
import { I32 } from './index-list.js'
import { Q4_0, Q4_1, Q5_0, Q5_1, Q8_0 } from './integer.js'
import { Q2_K, Q3_K, Q4_K, Q5_K, Q6_K } from './k-quants.js'
import { LU1, LU2, LU3, LU4 } from './planes.js'
import { I2_S, LT2, Q1_0, Q2_0, TQ1_0, TQ2_0 } from './ternary.js'
import { vqByName, vqType } from './vq.js'
import { LZ2, LZ2_32, LZ3, LZ3_32, LZ4, LZ4_32, LZ8, LZ8_32 } from './zero-point.js'

export { fillsBlocks, tensorBytes } from './blocked.js'
export * from './codebook.js'
export * from './float.js'
export * from './i-quants.js'
export * from './index-list.js'
export * from './integer.js'
export * from './k-quants.js'
export * from './planes.js'
export * from './ternary.js'
export * from './vq.js'
export * from './zero-point.js'

export const dtypes: readonly DType[] = [
  ...[F32, F16, BF16, Q8_0, Q4_0, Q4_1, Q5_0, Q5_1],
  ...[Q2_K, Q3_K, Q4_K, Q5_K, Q6_K, IQ4_NL, IQ4_XS, MXFP4, NVFP4],
  ...[IQ1_S, IQ1_M, IQ2_XXS, IQ2_XS, IQ2_S, IQ3_XXS, IQ3_S],
  ...[Q1_0, Q2_0, TQ1_0, TQ2_0, I2_S, LT2],
  ...[LU1, LU2, LU3, LU4],
  ...[LZ2, LZ3, LZ4, LZ8, LZ2_32, LZ3_32, LZ4_32, LZ8_32],
  I32,
]

/** The format of a GGUF type id as llama.cpp and BitNet's I2_S have it; LutraError unsupported if unknown. */
export function dtypeOf(gguf: number): DType {
  const found = dtypes.find((dtype) => dtype.gguf === gguf)
  if (found) return found
  throw new LutraError(
    'unsupported',
    `Expected a GGUF type among ${ggufNames()} but found ${gguf}; convert the model to one of these`,
  )
}

/** Whether hal finds the format by its name: those of the list, and the vector-quantized ones. */
export function isNamed(dtype: DType): boolean {
  return dtypes.includes(dtype) || (dtype.codebooks !== undefined && vqType(dtype.codebooks) === dtype)
}

/** The format of that name, in any case. LutraError unsupported if unknown. */
export function dtypeByName(name: string): DType {
  const found = dtypes.find((dtype) => dtype.name === name.toUpperCase()) ?? vqByName(name.toUpperCase())
  if (found) return found
  throw new LutraError(
    'unsupported',
    `Expected a number format among ${dtypes.map((dtype) => dtype.name).join(', ')} but found "${name}"`,
  )
}

function ggufNames(): string {
  return dtypes
    .filter((dtype) => dtype.gguf !== undefined)
    .map((dtype) => `${dtype.name} (${dtype.gguf})`)
    .join(', ')
}
