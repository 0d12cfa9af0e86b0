/**
 * A GGUF model that is in memory already, as in a page; and the header of any model's first bytes.
 * takes  the bytes of a whole file, and its name · gives  ModelFile, its tensors views on those bytes
 * before ./gguf-header, ./gguf-places · after ./gguf, sdk/browser
 */
import { LutraError } from '../../hal/error.js'
import { inTurns } from '../../hal/turns.js'
import { swapWords } from './byte-order.js'
import { NeedMore } from './gguf-cursor.js'
import { type GgufHeader, headerSteps } from './gguf-header.js'
import { firstPrefixBytes, maxHeaderBytes } from './gguf-limits.js'
import { placeTensors } from './gguf-places.js'
import type { ModelFile } from './model-file.js'

/**
 * Whole models only: of one that is split over several files the others would be missing.
 *
 * @throws LutraError format (damaged), limit (asks for too much), unsupported (GGUF v1, a split model)
 */
export async function readGguf(bytes: Uint8Array, name: string): Promise<ModelFile> {
  // A copy: no page decodes text that lies in shared memory.
  const first = async (length: number) => bytes.slice(0, length)
  const header = await readHeader(first, bytes.length, name)
  if (Number(header.metadata.get('split.count') ?? 0) > 1)
    throw new LutraError(
      'unsupported',
      `Expected a model in one file but ${name} is one of several; merge them with llama-gguf-split`,
    )
  const tensors = placeTensors(header, bytes.length, ({ name, shape }, dtype, { begin, length }) => {
    const own = bytes.subarray(begin, begin + length)
    return { name, dtype, shape, bytes: header.littleEndian ? own : swapWords(dtype, own.slice()) }
  })
  return { path: name, bytes: bytes.length, metadata: header.metadata, tensors }
}

/** `first` gives so many of the first bytes. */
export async function readHeader(
  first: (length: number) => Promise<Uint8Array>,
  size: number,
  name: string,
): Promise<GgufHeader> {
  for (let wanted = firstPrefixBytes; ; ) {
    const header = await tryParse(await first(Math.min(wanted, size)), size)
    if (!(header instanceof NeedMore)) return header
    if (header.bytes > maxHeaderBytes)
      throw new LutraError('limit', `Expected a header up to ${maxHeaderBytes} bytes but that of ${name} is longer`)
    wanted = Math.min(Math.max(wanted * 4, header.bytes), maxHeaderBytes)
  }
}

async function tryParse(prefix: Uint8Array, size: number): Promise<GgufHeader | NeedMore> {
  try {
    return await inTurns(headerSteps(prefix, size))
  } catch (error) {
    if (error instanceof NeedMore) return error
    throw error
  }
}
