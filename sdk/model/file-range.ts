/**
 * A range of a file that was looked at before, read into shared memory.
 * takes  path, size and time of change as first seen; offset and length in bytes · gives  bytes on a SharedArrayBuffer
 */
import { closeSync, fstatSync, openSync, readSync } from 'node:fs'
import { open, stat } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'

/** A file as it was when it was opened; a change since then is an error, not other weights. */
export interface FileStamp {
  readonly path: string
  readonly size: number
  readonly mtimeMs: number
}

/** One read call moves at most this much, below the 2 GiB where Node and Linux stop. */
const chunk = 1 << 30

export function readShared(stamp: FileStamp, offset: number, length: number): Uint8Array {
  let file: number | undefined
  try {
    file = openSync(stamp.path, 'r')
    const now = fstatSync(file)
    if (now.size !== stamp.size || now.mtimeMs !== stamp.mtimeMs)
      throw new LutraError('io', `Expected ${stamp.path} as it was when opened but it has changed; open it again`)
    const bytes = new Uint8Array(new SharedArrayBuffer(length))
    for (let at = 0; at < length; ) {
      const got = readSync(file, bytes, at, Math.min(chunk, length - at), offset + at)
      if (got === 0)
        throw new LutraError('io', `Expected ${length} bytes at ${offset} of ${stamp.path} but it ended early`)
      at += got
    }
    return bytes
  } catch (cause) {
    throw ioError(cause, stamp.path)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

/** Any fault of reading `path`, as LutraError. */
export function ioError(cause: unknown, path: string): LutraError {
  if (cause instanceof LutraError) return cause
  if (cause instanceof RangeError)
    return new LutraError('limit', `Could not make room for ${path}: ${cause.message}`, { cause })
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new LutraError('io', `Could not read ${path}: ${reason}`, { cause })
}

/** The first bytes of a file, `most` or all that it has, and what it looked like then. */
export async function readFirst(path: string, most: number): Promise<{ first: Uint8Array; stamp: FileStamp }> {
  try {
    const file = await open(path, 'r')
    try {
      const { size, mtimeMs } = await file.stat()
      const first = new Uint8Array(Math.min(most, size))
      const { bytesRead } = await file.read(first, 0, first.length, 0)
      return { first: first.subarray(0, bytesRead), stamp: { path, size, mtimeMs } }
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw ioError(cause, path)
  }
}

/** A small file beside a model, whole; LutraError limit above `most` bytes. */
export async function readWhole(path: string, most: number): Promise<Uint8Array> {
  try {
    const file = await open(path, 'r')
    try {
      const { size } = await file.stat()
      if (size > most) throw new LutraError('limit', `Expected up to ${most} bytes in ${path} but it has ${size}`)
      return await file.readFile()
    } finally {
      await file.close()
    }
  } catch (cause) {
    throw ioError(cause, path)
  }
}

/** What lies at `path`: 'file', 'folder', or undefined where nothing does. Pipes and devices would never end. */
export async function look(path: string): Promise<'file' | 'folder' | undefined> {
  const found = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT' || cause.code === 'ENOTDIR') return undefined
    throw ioError(cause, path)
  })
  if (found === undefined) return undefined
  if (found.isFile()) return 'file'
  if (found.isDirectory()) return 'folder'
  throw new LutraError('io', `Expected a file or a folder at ${path} but found something else`)
}
