/**
 * The only way in which detection touches a machine: read a file, list a folder, ask a sysctl. A fake board is a
 * reader over a folder of text files.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { availableParallelism, cpus, freemem, totalmem } from 'node:os'
import { join } from 'node:path'
import { wasmFeatures } from './detect/wasm.js'

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
  /** WebAssembly features of the JavaScript engine: `wasm-simd128`, `wasm-relaxed-simd`. */
  readonly wasm?: readonly string[]
  /** What Node itself knows, for systems without /proc. */
  readonly node?: { readonly cpus: number; readonly cpu: string; readonly total: number; readonly available: number }
}

/** A reader over `root` instead of `/`. */
export function folderReader(root: string, machine: Omit<Reader, 'read' | 'list'>): Reader {
  return {
    ...machine,
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
