/**
 * A file that appears only when it is whole: written beside, brought to the disk, renamed. What is left of a failed try is
 * removed, and the old file stays.
 * takes  path, content or pieces of it · gives  LutraError io with the reason (a full disk is one)
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { LutraError } from '../../../hal/error.js'

export function replaceFile(path: string, content: string | Uint8Array | Iterable<Uint8Array>): void {
  const beside = `${path}.tmp`
  const pieces =
    typeof content === 'string' ? [Buffer.from(content)] : content instanceof Uint8Array ? [content] : content
  try {
    const file = openSync(beside, 'w')
    try {
      for (const piece of pieces) for (let at = 0; at < piece.length; at += writeSync(file, piece, at));
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(beside, path)
  } catch (cause) {
    rmSync(beside, { force: true })
    if (cause instanceof LutraError) throw cause
    throw new LutraError('io', `Expected to write ${path} but ${(cause as Error).message}`, { cause })
  }
}
