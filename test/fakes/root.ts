/**
 * Fake machines. A page under roots/ holds a machine's files, as `grep -r` over /proc and /sys would print them:
 * `== path` and then the file's text; `{0-3}` in a path stands for each of these, and so it does in a record of cpuinfo;
 * `{}` in a text is the path's number. Three files are binary on a real machine and are written out here: auxv (lines
 * `HWCAP 0x…`), and the device tree's `compatible` and `model` with their NUL ends. `fakeRoot` unfolds the page to a folder and reads that, so the real file reader is what is tested.
 */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll } from 'vitest'
import { folderReader, type Reader } from '../../hal/index.js'

const here = join(dirname(fileURLToPath(import.meta.url)), 'roots')
const folders: string[] = []
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

export const fakeNames: readonly string[] = readdirSync(here).map((file) => file.replace(/\.txt$/, ''))

export interface FakeFiles {
  readonly os: string
  readonly arch: string
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly sysctl: ReadonlyMap<string, string>
}

/** A page as files in memory. */
export function fakeFiles(name: string): FakeFiles {
  const [head, ...sections] = readFileSync(join(here, `${name}.txt`), 'utf8').split(/^== /m)
  const word = (key: string) => new RegExp(`^${key}: (.*)$`, 'm').exec(head)?.[1]
  const [os, arch] = (word('machine') ?? '').split(' ')
  const files = new Map<string, Uint8Array>()
  for (const section of sections) {
    const end = section.indexOf('\n')
    const text = section.slice(end + 1)
    for (const [path, n] of unfold(section.slice(0, end).trim()))
      files.set(path, contents(path, text.replaceAll('{}', n), arch))
  }
  const sysctl = new Map([...head.matchAll(/^sysctl (\S+): (.*)$/gm)].map(([, key, value]) => [key, value]))
  return { os, arch, files, sysctl }
}

/** A page as a folder on disk, and a reader over it. */
export function fakeRoot(name: string, change: (files: Map<string, Uint8Array>) => void = () => {}): Reader {
  const { os, arch, files, sysctl } = fakeFiles(name)
  const changed = new Map(files)
  change(changed)
  const folder = mkdtempSync(join(tmpdir(), 'lutra-fake-'))
  folders.push(folder)
  for (const [path, bytes] of changed) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), bytes)
  }
  return folderReader(folder, { os, arch, sysctl: (key) => sysctl.get(key) })
}

/** The same without a disk, for tests that ask many variants of a page. */
export function fakeReader(name: string, change: (files: Map<string, Uint8Array>) => void = () => {}): Reader {
  const { os, arch, files, sysctl } = fakeFiles(name)
  const changed = new Map(files)
  change(changed)
  return memoryReader(changed, { os, arch, sysctl: (key) => sysctl.get(key) })
}

export function memoryReader(files: ReadonlyMap<string, Uint8Array>, machine: Omit<Reader, 'read' | 'list'>): Reader {
  const folders = new Map<string, Set<string>>()
  for (const path of files.keys())
    for (let end = path.length, cut = path.lastIndexOf('/'); cut > 0; end = cut, cut = path.lastIndexOf('/', cut - 1)) {
      const names = folders.get(path.slice(0, cut)) ?? new Set()
      folders.set(path.slice(0, cut), names.add(path.slice(cut + 1, end)))
    }
  return {
    ...machine,
    read: (path) => files.get(path),
    list: (path) => [...(folders.get(path) ?? [])].sort(),
  }
}

/** The binary auxv that a process of that architecture has. */
export function auxv(arch: string, hwcap: bigint, hwcap2: bigint): Uint8Array {
  const size = arch === 'arm' ? 4 : 8
  const pairs = [
    [6n, 4096n],
    [16n, hwcap],
    [17n, 100n],
    [26n, hwcap2],
    [0n, 0n],
  ]
  const bytes = new Uint8Array(pairs.length * 2 * size)
  const view = new DataView(bytes.buffer)
  pairs.flat().forEach((value, i) => {
    if (size === 4) view.setUint32(4 * i, Number(value), true)
    else view.setBigUint64(8 * i, value, true)
  })
  return bytes
}

function contents(path: string, text: string, arch: string): Uint8Array {
  const encode = (value: string) => new TextEncoder().encode(value)
  if (path.endsWith('/auxv')) {
    const mask = (key: string) => BigInt(new RegExp(`^${key} (\\S+)$`, 'm').exec(text)?.[1] ?? 0)
    return auxv(arch, mask('HWCAP'), mask('HWCAP2'))
  }
  if (path.includes('/device-tree/'))
    return encode(
      text
        .trim()
        .split('\n')
        .map((line) => `${line}\0`)
        .join(''),
    )
  if (path === '/proc/cpuinfo')
    return encode(
      text
        .split('\n\n')
        .flatMap((record) => unfold(record).map(([each]) => each))
        .join('\n\n'),
    )
  return encode(text)
}

/** `cpu{0-2}` → cpu0, cpu1, cpu2, each with its number. */
function unfold(path: string): readonly (readonly [string, string])[] {
  const match = /^(.*?)\{(\d+)-(\d+)\}(.*)$/s.exec(path)
  if (!match) return [[path, '']]
  const [, before, first, last, after] = match
  return Array.from({ length: Number(last) - Number(first) + 1 }, (_, i) => {
    const n = String(Number(first) + i)
    return [`${before}${n}${after}`, n] as const
  })
}
