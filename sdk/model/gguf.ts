/**
 * Opens a GGUF file: reads the header, leaves the tensors on the disk until someone wants their bytes.
 * takes  a path · gives  ModelFile
 * after  sdk/model/arch builds the graph, sdk/tokenizer reads the vocabulary
 */
import { open, stat } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import { type FileStamp, ioError } from './file-range.js'
import { NeedMore } from './gguf-cursor.js'
import { type GgufHeader, parseGgufHeader } from './gguf-header.js'
import { firstPrefixBytes, maxHeaderBytes } from './gguf-limits.js'
import { tensorsOf } from './gguf-tensors.js'
import type { ModelFile } from './model-file.js'

/**
 * Opens a GGUF file of version 2 or 3. A file that holds only a vocabulary is fine: its tensors are empty.
 *
 * @throws LutraError io (cannot be read), format (damaged), limit (asks for too much), unsupported (v1, big-endian,
 * split). A tensor of an unknown type throws unsupported only when its `dtype` or `bytes` are asked for.
 */
export async function openGguf(path: string): Promise<ModelFile> {
  const { header, stamp } = await readHeader(path)
  const splits = header.metadata.get('split.count')
  if (typeof splits === 'number' && splits > 1)
    throw new LutraError(
      'unsupported',
      `Expected one file but ${path} is one of ${splits}; merge them (llama-gguf-split)`,
    )
  return { path, bytes: stamp.size, metadata: header.metadata, tensors: tensorsOf(header, stamp) }
}

async function readHeader(path: string): Promise<{ header: GgufHeader; stamp: FileStamp }> {
  // A pipe would never open, and could not be read twice.
  const found = await stat(path).catch((cause: unknown) => {
    throw ioError(cause, path)
  })
  if (!found.isFile()) throw new LutraError('io', `Expected a file at ${path} but found something else`)
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw ioError(cause, path)
  })
  try {
    const { size, mtimeMs } = await file.stat()
    const stamp = { path, size, mtimeMs }
    for (let wanted = firstPrefixBytes; ; ) {
      const prefix = new Uint8Array(Math.min(wanted, size))
      let filled = 0
      while (filled < prefix.length) {
        const { bytesRead } = await file.read(prefix, filled, prefix.length - filled, filled)
        if (bytesRead === 0) throw new LutraError('io', `Expected ${size} bytes in ${path} but it ended at ${filled}`)
        filled += bytesRead
      }
      const header = tryParse(prefix, size)
      if (!(header instanceof NeedMore)) return { header, stamp }
      if (header.bytes > maxHeaderBytes)
        throw new LutraError('limit', `Expected a header up to ${maxHeaderBytes} bytes but that of ${path} is longer`)
      wanted = Math.min(Math.max(wanted * 2, header.bytes), maxHeaderBytes)
    }
  } catch (cause) {
    throw ioError(cause, path)
  } finally {
    await file.close()
  }
}

function tryParse(prefix: Uint8Array, size: number): GgufHeader | NeedMore {
  try {
    return parseGgufHeader(prefix, size)
  } catch (error) {
    if (error instanceof NeedMore) return error
    throw error
  }
}
