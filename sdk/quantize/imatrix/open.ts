/**
 * Importance matrices from and to files of either kind, told apart by what is in them.
 * takes  a path · gives  Importance
 * before ./dat, ./gguf · after  ../calibrate (collects them), ../method (weighs by them)
 */
import { randomUUID } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { LutraError } from '../../../hal/error.js'
import { look, readFirst, readWhole } from '../../model/file-range.js'
import { openGguf } from '../../model/gguf.js'
import { datBytes, parseDat } from './dat.js'
import { ggufBytes, importanceOf } from './gguf.js'
import type { Importance } from './importance.js'

/** The largest known models (256 experts in 58 layers) have nearly a gigabyte. */
const maxBytes = 2 ** 30

/**
 * Opens an importance matrix of llama.cpp: GGUF or .dat.
 *
 * @throws LutraError io (cannot be read), format (damaged or something else), limit, unsupported
 */
export async function openImportance(path: string): Promise<Importance> {
  const found = await look(path)
  if (found !== 'file')
    throw new LutraError('io', `Expected an importance matrix at ${path} but found ${found ? 'a folder' : 'nothing'}`)
  const { first, stamp } = await readFirst(path, 4)
  if (Buffer.from(first).toString('latin1') !== 'GGUF') return parseDat(await readWhole(path, maxBytes))
  if (stamp.size > maxBytes)
    throw new LutraError('limit', `Expected up to ${maxBytes} bytes in ${path} but it has ${stamp.size}`)
  return importanceOf(await openGguf(path))
}

/**
 * Writes an importance matrix: as .dat where the path ends so, else as GGUF. The file appears only when it is whole.
 *
 * @throws LutraError io, mismatch (a matrix without counts)
 */
export async function saveImportance(path: string, importance: Importance): Promise<void> {
  const bytes = path.toLowerCase().endsWith('.dat') ? datBytes(importance) : ggufBytes(importance)
  const part = `${path}.${randomUUID()}.part`
  try {
    await writeFile(part, bytes, { flag: 'wx' })
    await rename(part, path)
  } catch (cause) {
    await rm(part, { force: true }).catch(() => {})
    throw new LutraError('io', `Could not write ${path}: ${cause instanceof Error ? cause.message : cause}`, { cause })
  }
}
