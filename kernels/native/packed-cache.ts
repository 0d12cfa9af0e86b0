/**
 * Where packed weights are kept between runs, so that a big model is packed once and mapped from then on.
 * takes  the tensors of a graph, all in files · gives  a place and a key, or nothing: then it is packed in memory
 * In hal/cache-folder's folder; LUTRA_CACHE_LIMIT is its size in MiB (default 8192, and never more than half of what is
 * free).
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, statfsSync, statSync, utimesSync } from 'node:fs'
import { join } from 'node:path'
import { cacheFolder } from '../../hal/cache-folder.js'
import type { NativeTensor, PackPlace } from './addon.js'

/** Below this, packing takes less time than is worth a file. */
const least = 64 * 2 ** 20
const suffix = '.pack'
/** A part that nobody has touched for so long is of a process that died. */
const abandoned = 60 * 60 * 1000

export function packPlace(
  tensors: readonly NativeTensor[],
  env: Readonly<Record<string, string | undefined>> = process.env,
): PackPlace | undefined {
  const paths = [...new Set(tensors.map((tensor) => tensor.path))]
  const folder = cacheFolder(env)
  if (paths.length === 0 || folder === undefined) return undefined
  try {
    let size = 0
    const files = paths.map((path) => {
      if (path === undefined) throw new Error('weights that lie in no file') // no key would find them again
      const found = statSync(path)
      size += found.size
      return [found.size, found.mtimeMs, found.ino]
    })
    if (size < least) return undefined
    const rows = tensors.map((t) => [
      t.name,
      t.dtype,
      t.codebooks,
      t.cols,
      t.rows,
      paths.indexOf(t.path),
      t.offset,
      t.linear,
      t.algorithm,
    ])
    const key = createHash('sha256')
      .update(JSON.stringify([files, rows]))
      .digest()
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const place = join(folder, `${key.toString('hex')}${suffix}`)
    if (!touch(place) && !makeRoom(folder, size, limitOf(env))) return undefined
    return { path: place, key }
  } catch {
    return undefined // no such folder, no right to it: packing in memory is as good
  }
}

function limitOf(env: Readonly<Record<string, string | undefined>>): number {
  const limit = Number(env.LUTRA_CACHE_LIMIT)
  return (Number.isFinite(limit) && limit > 0 ? limit : 8192) * 2 ** 20
}

/** Marks a file as used now; false where it is not there. */
function touch(path: string): boolean {
  try {
    const now = new Date()
    utimesSync(path, now, now)
    return true
  } catch {
    return false
  }
}

/** Removes what was unused longest until `size` more fits, and parts of writers that died; false where it cannot fit. */
function makeRoom(folder: string, size: number, limit: number): boolean {
  const now = Date.now()
  const kept: { path: string; size: number; used: number }[] = []
  for (const name of readdirSync(folder)) {
    const path = join(folder, name)
    const { size: bytes, mtimeMs } = statSync(path)
    if (name.endsWith('.part') && now - mtimeMs > abandoned) rmSync(path, { force: true })
    else if (name.endsWith(suffix)) kept.push({ path, size: bytes, used: mtimeMs })
  }
  const { bavail, bsize } = statfsSync(folder)
  let free = Math.min(limit - kept.reduce((sum, file) => sum + file.size, 0), (bavail * bsize) / 2)
  for (const file of kept.sort((a, b) => a.used - b.used)) {
    if (free >= size) break
    rmSync(file.path, { force: true })
    free += file.size
  }
  return free >= size
}
