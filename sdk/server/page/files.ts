/**
 * The page's files as they lie in the package, few and small, with the headers that hold a browser to them.
 * takes  a name · gives  a PageFile, read once
 * before ./routes · The files stand in sdk/server/page, from source and from dist alike: they need no build.
 */
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packageRoot } from '../../../hal/worker-file.js'

export interface PageFile {
  readonly type: string
  readonly bytes: Uint8Array
  readonly etag: string
}

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
}

/** Nothing from elsewhere, nothing inline, in no frame: a hostile text that became markup still could do nothing. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

let files: ReadonlyMap<string, PageFile> | undefined

/** A file by its name; the page itself is `index.html`. */
export function pageFile(name: string): PageFile | undefined {
  files ??= readFiles()
  return files.get(name)
}

function readFiles(): ReadonlyMap<string, PageFile> {
  const folder = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'sdk', 'server', 'page')
  const found = readdirSync(folder).flatMap((name): [string, PageFile][] => {
    const type = types[extname(name)]
    if (type === undefined) return []
    const bytes = readFileSync(join(folder, name))
    const etag = `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`
    return [[name, { type, bytes, etag }]]
  })
  return new Map(found)
}
