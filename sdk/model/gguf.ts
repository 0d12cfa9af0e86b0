/**
 * Opens a GGUF model, of one file or of several: reads the headers, leaves the tensors on the disk until someone wants
 * their bytes.
 * takes  a path · gives  ModelFile
 * before ./gguf-header, ./gguf-split · after  sdk/model/arch builds the graph, sdk/tokenizer reads the vocabulary
 */
import { open, stat } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import { type FileStamp, ioError } from './file-range.js'
import { readHeader } from './gguf-bytes.js'
import type { GgufHeader } from './gguf-header.js'
import { joinShards, shardPaths } from './gguf-split.js'
import { tensorsOf } from './gguf-tensors.js'
import type { ModelFile } from './model-file.js'

/**
 * Opens a GGUF model of version 2 or 3. One file of a split model stands for the whole set, whichever it is; the others
 * lie beside it. A file that holds only a vocabulary is fine: its tensors are empty.
 *
 * @throws LutraError io (cannot be read), format (damaged, or a set with a hole), limit (asks for too much), unsupported
 * (v1). A tensor of an unknown type throws unsupported only when its `dtype` or `bytes` are asked for.
 */
export async function openGguf(path: string): Promise<ModelFile> {
  const { header, stamp } = await headerOf(path)
  const paths = await shardPaths(path, header)
  if (!paths) return { path, bytes: stamp.size, metadata: header.metadata, tensors: tensorsOf(header, stamp) }
  const shards = []
  for (const part of paths) {
    const shard = part === path ? { header, stamp } : await headerOf(part)
    shards.push({
      path: part,
      header: shard.header,
      bytes: shard.stamp.size,
      tensors: tensorsOf(shard.header, shard.stamp),
    })
  }
  return joinShards(shards)
}

async function headerOf(path: string): Promise<{ header: GgufHeader; stamp: FileStamp }> {
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
    const header = await readHeader(
      async (length) => {
        const prefix = new Uint8Array(length)
        for (let filled = 0; filled < length; ) {
          const { bytesRead } = await file.read(prefix, filled, length - filled, filled)
          if (bytesRead === 0) throw new LutraError('io', `Expected ${size} bytes in ${path} but it ended at ${filled}`)
          filled += bytesRead
        }
        return prefix
      },
      size,
      path,
    )
    return { header, stamp: { path, size, mtimeMs } }
  } catch (cause) {
    throw ioError(cause, path)
  } finally {
    await file.close()
  }
}
