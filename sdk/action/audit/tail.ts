/**
 * Where an audit file ends: cuts a line that a crash has torn, and finds the last number. Reads the end only.
 * takes  a file open for reading and appending · gives  its size and the number of its last line
 * before ./line · after ./audit
 */
import type { FileHandle } from 'node:fs/promises'
import { LutraError } from '../../../hal/error.js'
import { recordOf } from './line.js'

/** How much of the end is read first, and at most: more than that without one whole line is another kind of file. */
const firstWindow = 64 << 10
const mostWindow = 64 << 20

export interface Tail {
  readonly size: number
  /** The number of the last line, also where that one itself is damaged; undefined where no line can be read. */
  readonly last: number | undefined
  /** Lines, where none of them can be read. */
  readonly unreadable: number
}

export async function cutTail(file: FileHandle): Promise<Tail> {
  const { size } = await file.stat()
  for (let window = firstWindow; window <= mostWindow; window *= 2) {
    const from = Math.max(0, size - window)
    const bytes = await readFrom(file, from, size - from)
    const end = bytes.lastIndexOf('\n') + 1
    // What is cut was never acknowledged: that comes after its line end is on the disk.
    if (end < bytes.length && (end > 0 || from === 0)) await file.truncate(from + end)
    const lines = bytes
      .toString('utf8', 0, end)
      .split('\n')
      .slice(from > 0 ? 1 : 0, -1)
    for (let i = lines.length - 1; i >= 0; i--) {
      const record = recordOf(lines[i])
      if (typeof record !== 'string') return { size: from + end, last: record.n + lines.length - 1 - i, unreadable: 0 }
    }
    if (from === 0) return { size: end, last: undefined, unreadable: lines.length }
  }
  throw new LutraError('format', `Expected a line of an audit log in its last ${mostWindow} bytes but found none`)
}

async function readFrom(file: FileHandle, position: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(length)
  let filled = 0
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, position + filled)
    if (bytesRead === 0) break
    filled += bytesRead
  }
  return bytes.subarray(0, filled)
}
