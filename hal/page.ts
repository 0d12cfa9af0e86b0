/**
 * A machine on one page: every file that detection reads, as text that can be pasted into an issue and read again.
 * Lines `machine: OS ARCH`, `sysctl KEY: VALUE`; then sections `== path` with the file's text, `== path/` with the names in a
 * folder, or `== $ command` with what a firmware's program printed. `{0-3}` in a path stands for each of these. Two kinds of
 * files are binary on a real machine and stand as text: auxv (`HWCAP 0x…`, `HWCAP2 0x…`) and what lies in a device tree (strings
 * that end in NUL, one a line).
 * takes  a reader, what looks at it · gives  the page; from a page a reader
 */
import { readHwcap } from './detect/auxv.js'
import { LutraError } from './error.js'
import type { Reader } from './reader.js'
import { type FirmwareQuestion, isFirmwareQuestion } from './sense/command.js'

/** Pages beyond this are no machine's: the longest of our own has 10 KB, a server with 256 CPUs some 500. */
const LONGEST = 4 * 2 ** 20
/** Files that braces may unfold to. */
const MOST = 20_000
/** Characters of a firmware's answer; the longest that is known, a power chip's rails, has 1300. */
const LONGEST_ANSWER = 16_384
/** Before a command in a section's title. No file is called so: paths begin with a slash. */
const ASKED = '$ '

export interface Page {
  readonly os: string
  readonly arch: string
  readonly files: ReadonlyMap<string, Uint8Array>
  /** Names in folders, beyond those that `files` shows. */
  readonly folders: ReadonlyMap<string, readonly string[]>
  readonly sysctl: ReadonlyMap<string, string>
  /** What the firmware's programs printed. */
  readonly answers: ReadonlyMap<FirmwareQuestion, string>
}

/** All that `look` reads of the machine, as a page. */
export function writePage(reader: Reader, look: (reader: Reader) => unknown): string {
  const sections = new Map<string, string>()
  const told = new Map<string, string>()
  const decode = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
  const recorder: Reader = {
    ...reader,
    read(path) {
      const bytes = reader.read(path)
      if (bytes && path.endsWith('/auxv')) {
        const { hwcap = 0n, hwcap2 = 0n } = readHwcap(reader) ?? {}
        sections.set(path, `HWCAP 0x${hwcap.toString(16)}\nHWCAP2 0x${hwcap2.toString(16)}\n`)
      } else if (bytes) sections.set(path, shown(path, decode(bytes)))
      return bytes
    },
    list(path) {
      const names = reader.list(path)
      if (names.length > 0) sections.set(`${path}/`, names.join('\n'))
      return names
    },
    sysctl:
      reader.sysctl &&
      ((name) => {
        const value = reader.sysctl?.(name)
        if (value !== undefined) told.set(name, value)
        return value
      }),
    run:
      reader.run &&
      ((command) => {
        const answer = reader.run?.(command)
        const title = `${ASKED}${command}`
        if (answer !== undefined) sections.set(title, shown(title, answer.slice(0, LONGEST_ANSWER)))
        return answer
      }),
  }
  look(recorder)
  const head = [`machine: ${reader.os} ${reader.arch}`, ...[...told].map(([name, value]) => `sysctl ${name}: ${value}`)]
  // A text must not end its own section.
  const text = (value: string) => value.replace(/\n*$/, '\n').replace(/^== /gm, ' == ')
  return `${head.join('\n')}\n${[...sections].map(([path, value]) => `== ${path}\n${text(value)}`).join('')}`
}

/**
 * A page is for others' eyes: of a process's environment only the word that detection looks for, since passwords lie
 * there, and of cpuinfo and the firmware no serial number (Raspberry Pi).
 */
function shown(path: string, text: string): string {
  if (path.endsWith('/environ')) return /(?:^|\0)(container=[^\0\s]*)/.exec(text)?.[1] ?? ''
  if (path === '/proc/cpuinfo' || path.startsWith(ASKED)) return text.replace(/^Serial\s*:.*$\n?/gim, '')
  return path.includes('/device-tree/') ? text.replaceAll('\0', '\n') : text
}

/** LutraError format where it is no page, limit where it is too long. */
export function readPage(page: string): Page {
  if (page.length > LONGEST)
    throw new LutraError('limit', `Expected a page of ${LONGEST} characters at most but found ${page.length}`)
  const [head, ...sections] = page.replaceAll('\r\n', '\n').split(/^== /m)
  const [, os, arch] = /^machine: (\S+) (\S+)\s*$/m.exec(head) ?? []
  if (!os)
    throw new LutraError(
      'format',
      'Expected a line "machine: OS ARCH" but found none; "lutra inspect --report" writes such pages',
    )
  const files = new Map<string, Uint8Array>()
  const folders = new Map<string, readonly string[]>()
  const answers = new Map<FirmwareQuestion, string>()
  for (const section of sections) {
    const end = section.indexOf('\n')
    const text = end < 0 ? '' : section.slice(end + 1)
    const title = (end < 0 ? section : section.slice(0, end)).trim()
    if (title.startsWith(ASKED)) {
      const command = title.slice(ASKED.length)
      // A page asks nothing that Lutra would not ask itself.
      if (isFirmwareQuestion(command)) answers.set(command, text.slice(0, LONGEST_ANSWER))
      continue
    }
    for (const path of unfold(title)) {
      if (path.endsWith('/')) folders.set(path.slice(0, -1), text.split('\n').filter(Boolean))
      else files.set(path, contents(path, text, arch))
      if (files.size > MOST) throw new LutraError('limit', `Expected ${MOST} files at most on a page but found more`)
    }
  }
  const sysctl = new Map([...head.matchAll(/^sysctl (\S+): (.*)$/gm)].map(([, key, value]) => [key, value]))
  return { os, arch, files, folders, sysctl, answers }
}

/** A reader of the machine on a page. */
export function pageReader({ os, arch, files, folders, sysctl, answers }: Page): Reader {
  const names = new Map<string, Set<string>>()
  for (const path of files.keys())
    for (let at = path.lastIndexOf('/'), rest = path; at > 0; rest = rest.slice(0, at), at = rest.lastIndexOf('/')) {
      const folder = rest.slice(0, at)
      const known = names.get(folder)
      names.set(folder, (known ?? new Set()).add(rest.slice(at + 1)))
      if (known) break
    }
  return {
    os,
    arch,
    read: (path) => files.get(path),
    list: (path) => [...new Set([...(names.get(path) ?? []), ...(folders.get(path) ?? [])])].sort(),
    sysctl: (name) => sysctl.get(name),
    run: (command) => answers.get(command),
  }
}

/** The binary auxv that a process of that architecture has. */
export function auxvOf(arch: string, hwcap: bigint, hwcap2: bigint): Uint8Array {
  const size = arch === 'arm' ? 4 : 8
  const words = [6n, 4096n, 16n, hwcap, 17n, 100n, 26n, hwcap2, 0n, 0n]
  const bytes = new Uint8Array(words.length * size)
  const view = new DataView(bytes.buffer)
  words.forEach((word, i) => {
    if (size === 4) view.setUint32(4 * i, Number(BigInt.asUintN(32, word)), true)
    else view.setBigUint64(8 * i, word, true)
  })
  return bytes
}

function contents(path: string, text: string, arch: string): Uint8Array {
  if (path.endsWith('/auxv')) {
    const mask = (key: string) => BigInt(new RegExp(`^${key} (0x[0-9a-f]{1,16}|\\d{1,19})$`, 'im').exec(text)?.[1] ?? 0)
    return auxvOf(arch, mask('HWCAP'), mask('HWCAP2'))
  }
  if (!path.includes('/device-tree/')) return new TextEncoder().encode(text)
  const strings = text.trim().split('\n')
  return new TextEncoder().encode(strings.map((line) => `${line}\0`).join(''))
}

/** `cpu{0-2}` → cpu0, cpu1, cpu2; several braces multiply. */
function unfold(path: string): readonly string[] {
  const match = /^(.*?)\{(\d{1,4})-(\d{1,4})\}(.*)$/.exec(path)
  if (!match) return [path]
  const [, before, first, last, after] = match
  const rest = unfold(after)
  const count = Math.max(0, Number(last) - Number(first) + 1)
  if (count * rest.length > MOST)
    throw new LutraError('limit', `Expected ${MOST} files at most but "${path}" stands for more`)
  return Array.from({ length: count }, (_, i) => Number(first) + i).flatMap((n) =>
    rest.map((end) => `${before}${n}${end}`),
  )
}
