/**
 * Fake machines: pages under roots/; hal/page.ts tells their form.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { folderReader, type Page, pageReader, type Reader, readPage } from '../../hal/index.js'

export { auxvOf as auxv } from '../../hal/index.js'

const here = join(dirname(fileURLToPath(import.meta.url)), 'roots')
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export const fakeNames: readonly string[] = readdirSync(here).map((file) => file.replace(/\.txt$/, ''))

/** A page as files in memory. */
export function fakeFiles(name: string): Page {
  return readPage(readFileSync(join(here, `${name}.txt`), 'utf8'))
}

/**
 * A machine of that page. Unchanged it is unfolded to a folder, so that the real file reader is tested; with changes it
 * stays in memory, since many of them are made.
 */
export function fakeRoot(name: string, change?: (files: Map<string, Uint8Array>) => void): Reader {
  const page = fakeFiles(name)
  if (change) {
    const files = new Map(page.files)
    change(files)
    return pageReader({ ...page, files })
  }
  const folder = mkdtempSync(join(tmpdir(), 'lutra-fake-'))
  folders.push(folder)
  for (const [path, bytes] of page.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  const { os, arch, sysctl, answers } = page
  return folderReader(folder, { os, arch, sysctl: (key) => sysctl.get(key), run: (command) => answers.get(command) })
}
