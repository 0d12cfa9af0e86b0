/**
 * The only way in which detection touches a machine: read a file, list a folder, ask a sysctl or a firmware's program. A
 * fake board is a reader over a folder of text files.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { wasmFeatures } from './detect/wasm.js'
import { askFirmware, askFirmwareLater, type FirmwareQuestion } from './sense/command.js'

export interface Reader {
  /** As `process.platform` and `process.arch` name them. */
  readonly os: string
  readonly arch: string
  /** The bytes of a file; undefined where it is absent or refuses. Never throws. */
  read(path: string): Uint8Array | undefined
  /** Names in a folder, sorted; none where it is absent. Never throws. */
  list(path: string): readonly string[]
  /** A macOS sysctl; undefined where there is none. */
  sysctl?(name: string): string | undefined
  /** What a firmware's program prints; see ./sense/command. Blocks for some ms. Undefined where it is absent or fails; never throws. */
  run?(command: FirmwareQuestion): string | undefined
  /** The same beside other work, for what is read again and again: blocks no event loop, never rejects. */
  readonly later?: {
    read(path: string): Promise<Uint8Array | undefined>
    run?(command: FirmwareQuestion): Promise<string | undefined>
  }
  /** WebAssembly features of the JavaScript engine: `wasm-simd128`, `wasm-relaxed-simd`. */
  readonly wasm?: readonly string[]
  /** What Node itself knows, for systems without /proc. */
  readonly node?: { readonly cpus: number; readonly cpu: string; readonly total: number; readonly available: number }
}

export type Machine = Omit<Reader, 'read' | 'list' | 'later'> & {
  readonly later?: Pick<NonNullable<Reader['later']>, 'run'>
}

/** A reader over `root` instead of `/`. */
export function folderReader(root: string, machine: Machine): Reader {
  return {
    ...machine,
    later: {
      ...machine.later,
      read: (path) => readFile(join(root, path)).catch(() => undefined),
    },
    read(path) {
      try {
        return readFileSync(join(root, path))
      } catch {
        return undefined
      }
    },
    list(path) {
      try {
        return readdirSync(join(root, path)).sort()
      } catch {
        return []
      }
    },
  }
}

/** This machine. */
export function systemReader(): Reader {
  const processors = cpus()
  return folderReader('/', {
    os: process.platform,
    arch: process.arch,
    wasm: wasmFeatures(),
    sysctl: process.platform === 'darwin' ? sysctl : undefined,
    run: askFirmware,
    later: { run: askFirmwareLater },
    node: {
      cpus: availableParallelism(),
      cpu: processors[0]?.model.trim() || 'unknown',
      total: totalmem(),
      available: freemem(),
    },
  })
}

function sysctl(name: string): string | undefined {
  try {
    // Loaded on macOS only, where alone it is asked for.
    return process
      .getBuiltinModule('node:child_process')
      .execFileSync('/usr/sbin/sysctl', ['-n', name], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      })
      .trim()
  } catch {
    return undefined
  }
}

/** A text file without the NUL or line end that closes it; undefined where absent. */
export function readText(reader: Reader, path: string): string | undefined {
  const bytes = reader.read(path)
  return bytes && new TextDecoder().decode(bytes).replace(/[\0\s]+$/, '')
}

/** The number that a file holds alone (`max` and the like: undefined). Hexadecimal with 0x. */
export function readNumber(reader: Reader, path: string): number | undefined {
  const text = readText(reader, path)?.trim()
  if (!text) return undefined
  const value = Number(text)
  return Number.isFinite(value) ? value : undefined
}
