/**
 * Writes a safetensors file tensor by tensor, each made when its turn comes.
 * takes  names, types, shapes, sizes, and who makes the bytes · gives  the file at a path
 * after  ./hub-folder; sdk/model/safetensors reads it
 */
import { open } from 'node:fs/promises'
import { LutraError } from '../../../hal/error.js'
import { utf8Bytes } from '../../../hal/text.js'

export interface StoredTensor {
  readonly name: string
  readonly type: 'F32' | 'F16' | 'BF16' | 'I32'
  /** As torch has it: rows first. */
  readonly shape: readonly number[]
  readonly length: number
  make(): Promise<Uint8Array>
}

/** @throws LutraError io, mismatch (a tensor that is not of the length it said) */
export async function writeSafetensors(path: string, tensors: readonly StoredTensor[]): Promise<void> {
  const header: Record<string, unknown> = { __metadata__: { format: 'pt' } }
  let at = 0
  for (const { name, type, shape, length } of tensors) {
    header[name] = { dtype: type, shape, data_offsets: [at, at + length] }
    at += length
  }
  const json = utf8Bytes(JSON.stringify(header))
  // The data begins at a multiple of 8; spaces may follow the header.
  const padded = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, ' ')
  padded.writeBigUInt64LE(BigInt(padded.length - 8))
  padded.set(json, 8)
  const file = await open(path, 'wx').catch((cause: unknown) => {
    throw new LutraError('io', `Could not write ${path}: ${(cause as Error).message}`, { cause })
  })
  try {
    await file.writeFile(padded)
    for (const { name, length, make } of tensors) {
      const bytes = await make()
      if (bytes.length !== length)
        throw new LutraError('mismatch', `Expected ${length} bytes of ${name} but found ${bytes.length}`)
      await file.writeFile(bytes)
    }
    await file.sync()
  } catch (cause) {
    if (cause instanceof LutraError) throw cause
    throw new LutraError('io', `Could not write ${path}: ${(cause as Error).message}`, { cause })
  } finally {
    await file.close()
  }
}
