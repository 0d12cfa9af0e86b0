/**
 * Finds and loads the native addon, once: build/Release/lutra.node under the package root, or the file that the
 * environment variable LUTRA_ADDON names (a build with sanitizers, say).
 * Gives the addon's exports, or the reason why there are none; whoever asks narrows the exports to the room it needs.
 * Read by train.ts and the native engine, from kernels/native/*.ts (tests) as well as dist/kernels/native/*.js.
 */
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

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

/** The addon's file, and how messages call it. */
function place(): { path: string; name: string; absence: string } | undefined {
  const asked = process.env.LUTRA_ADDON
  if (asked) return { path: resolve(asked), name: asked, absence: 'LUTRA_ADDON names it' }
  const root = packageRoot()
  if (root === undefined) return undefined
  const absence = '"npm run build:native" makes it (needs cmake and a C++ compiler)'
  return { path: join(root, 'build', 'Release', 'lutra.node'), name: 'build/Release/lutra.node', absence }
}

function load(): NativeLoad {
  const found = place()
  if (found === undefined)
    return { reason: 'the package root (package.json named "lutra") was not found above this file' }
  const { path, name, absence } = found
  if (!existsSync(path)) return { reason: `${name} is not there; ${absence}` }
  try {
    return { exports: createRequire(import.meta.url)(path) as Record<string, unknown>, path }
  } catch (error) {
    return { reason: `${name} does not load: ${error instanceof Error ? error.message : String(error)}` }
  }
}

let loaded: NativeLoad | undefined

/** The addon's exports, or the reason for their absence. Loaded at the first call and kept. */
export function loadNative(): NativeLoad {
  loaded ??= load()
  return loaded
}
