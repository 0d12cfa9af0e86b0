/**
 * Where the native addon may lie, in the order in which load.ts tries it: build/Release (built on this machine), then
 * prebuilds/ by node-gyp-build's rules (platform, architecture, ARM version, C library). Addons for the other C library
 * come last: node-gyp-build knows musl by Alpine's file alone, and a wrong one does not load.
 * takes  the package root
 * gives  files that are there, and what a person may do when none of them is
 */
import { existsSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, sep } from 'node:path'

/** A file to try, and how messages call it. */
export interface Place {
  readonly path: string
  readonly name: string
}

interface Tuple {
  readonly name: string
}

interface Tags {
  readonly file: string
  readonly armv?: string
  readonly libc?: string
}

/** The part of node-gyp-build that chooses among files; it has no types of its own. */
interface Rules {
  parseTuple(name: string): Tuple | undefined
  matchTuple(platform: string, arch: string): (tuple: Tuple | undefined) => boolean
  compareTuples(a: Tuple, b: Tuple): number
  parseTags(file: string): Tags | undefined
  matchTags(runtime: string, abi: string): (tags: Tags | undefined) => boolean
  compareTags(runtime: string): (a: Tags, b: Tags) => number
}

const { parseTuple, matchTuple, compareTuples, parseTags, matchTags, compareTags } = createRequire(import.meta.url)(
  'node-gyp-build',
) as Rules

const list = (folder: string) => (existsSync(folder) ? readdirSync(folder) : [])

/** Prebuilt addons of a package root for a machine, best first. */
export function prebuilt(root: string, platform: string = process.platform, arch: string = process.arch): Place[] {
  const folder = join(root, 'prebuilds')
  const tuples = list(folder).map(parseTuple).filter(matchTuple(platform, arch)) as Tuple[]
  return tuples.sort(compareTuples).flatMap(({ name }) => {
    const all = list(join(folder, name)).map(parseTags)
    const matches = matchTags('node', process.versions.modules)
    const first = (all.filter(matches) as Tags[]).sort(compareTags('node'))
    const others = all.filter((tags) => tags?.libc && !matches(tags) && matches({ ...tags, libc: undefined })) as Tags[]
    return [...first, ...others].map(({ file }) => ({
      path: join(folder, name, file),
      name: `prebuilds/${name}/${file}`,
    }))
  })
}

/** What builds the addon here: installed, the package has no tools of its own beside it. */
const command = (root: string) =>
  root.split(sep).includes('node_modules')
    ? 'npm install cmake-js node-addon-api && node node_modules/lutra/native/build.mjs'
    : 'npm run build:native'

/** All files to try for a package root, and what to say where there is none. */
export function places(root: string): { readonly found: readonly Place[]; readonly absence: string } {
  const own = { path: join(root, 'build', 'Release', 'lutra.node'), name: 'build/Release/lutra.node' }
  const found = [...(existsSync(own.path) ? [own] : []), ...prebuilt(root)]
  const absence =
    `${own.name} is not there, nor anything in prebuilds/ for ${process.platform}-${process.arch}; ` +
    `"${command(root)}" makes it (needs cmake and a C++ compiler)`
  return { found, absence }
}
