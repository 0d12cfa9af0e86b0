/**
 * Finds and loads the native addon, once: the file that the environment variable LUTRA_ADDON names (a build with
 * sanitizers, say), else the first that loads of those in places.ts.
 * Gives the addon's exports, or the reason why there are none; whoever asks narrows the exports to the room it needs.
 * Read by train.ts and the native engine, from kernels/native/*.ts (tests) as well as dist/kernels/native/*.js.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Place, places } from './places.js'

export type NativeLoad =
  | { readonly exports: Record<string, unknown>; readonly path: string; readonly reason?: undefined }
  | { readonly exports?: undefined; readonly path?: undefined; readonly reason: string }

/** The first folder upwards from this file whose package.json is ours; dist/ holds none, so both layouts meet there. */
function packageRoot(): string | undefined {
  let folder = dirname(fileURLToPath(import.meta.url))
  for (let up = 0; up < 5; up++, folder = dirname(folder)) {
    const file = join(folder, 'package.json')
    if (existsSync(file) && JSON.parse(readFileSync(file, 'utf8')).name === 'lutra') return folder
  }
  return undefined
}

/**
 * The first of the files that loads, or every file's reason; `absence` where there is none. A file that is there and does
 * not load is of another C library, or asks for a younger one.
 */
export function loadFirst(files: readonly Place[], absence: string): NativeLoad {
  const reasons: string[] = []
  for (const { path, name } of files)
    try {
      return { exports: createRequire(import.meta.url)(path) as Record<string, unknown>, path }
    } catch (error) {
      reasons.push(`${name} does not load: ${error instanceof Error ? error.message : String(error)}`)
    }
  return { reason: reasons.length > 0 ? reasons.join('; ') : absence }
}

function load(): NativeLoad {
  const asked = process.env.LUTRA_ADDON
  if (asked) {
    const path = resolve(asked)
    return loadFirst(existsSync(path) ? [{ path, name: asked }] : [], `${asked} is not there; LUTRA_ADDON names it`)
  }
  const root = packageRoot()
  if (root === undefined)
    return { reason: 'the package root (package.json named "lutra") was not found above this file' }
  const { found, absence } = places(root)
  return loadFirst(found, absence)
}

let loaded: NativeLoad | undefined

/** The addon's exports, or the reason for their absence. Loaded at the first call and kept. */
export function loadNative(): NativeLoad {
  loaded ??= load()
  return loaded
}
