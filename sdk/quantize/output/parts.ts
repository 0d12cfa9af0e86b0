/**
 * What is done already, on disk beside the output (`OUT.parts/`): a file a tensor, the streams where the walk rested, and
 * `progress.json`, replaced whole after them. A killed run goes on from there; another wish starts anew.
 * takes  the output's path, a fingerprint of the wish · before ./write · after ../quantize
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import { Live } from '../calibrate/live.js'
import { bytesOf, sharedFloats } from '../rows/shared.js'
import type { LayerReport } from '../walk/plan.js'
import type { Streams } from '../walk/walk.js'
import { lockFolder } from './lock.js'
import { replaceFile } from './replace.js'

interface Progress {
  readonly wish: string
  readonly layers: readonly LayerReport[]
  readonly rest?: { readonly at: number; readonly buffer: string }
}

export class Parts {
  readonly layers: LayerReport[] = []
  #rest: Progress['rest']
  #release?: () => void
  /** A tensor is asked for in stretches of rows: the last one is kept. */
  #last?: { readonly name: string; readonly bytes: Uint8Array }

  private constructor(
    readonly folder: string,
    readonly wish: string,
  ) {}

  /** Takes up what is there if it is of the same wish; anything else there is removed. */
  static open(output: string, wish: string, resume: boolean): Parts {
    const parts = new Parts(`${output}.parts`, wish)
    // Not recursive: the output's folder is the user's to make, and node's recursion never ends below /proc.
    trying(parts.folder, () => existsSync(parts.folder) || mkdirSync(parts.folder))
    parts.#release = trying(parts.folder, () => lockFolder(parts.folder))
    const progress = resume ? readProgress(parts.folder) : undefined
    if (progress?.wish === wish) {
      parts.layers.push(...progress.layers)
      parts.#rest = progress.rest
    } else {
      for (const name of readdirSync(parts.folder))
        if (name !== 'lock') rmSync(join(parts.folder, name), { recursive: true, force: true })
    }
    return parts
  }

  has(name: string): boolean {
    return this.layers.some((layer) => layer.name === name)
  }

  /** A tensor's bytes, from the disk: those of a whole model need not be in memory together. */
  get(name: string): Uint8Array | undefined {
    if (!this.has(name)) return undefined
    if (this.#last?.name !== name)
      this.#last = { name, bytes: trying(this.folder, () => readFileSync(this.#tensorFile(name)), 'read') }
    return this.#last.bytes
  }

  /** Op to go on from; 0 at the start. */
  get from(): number {
    return this.#rest?.at ?? 0
  }

  /** The streams as they were where the walk rested, or empty ones at its start. */
  streams(windows: readonly Int32Array[], float: boolean): Streams {
    const quantized = this.#live('quantized', windows)
    return float ? { quantized, float: this.#live('float', windows) } : { quantized }
  }

  add(layer: LayerReport, bytes: Uint8Array): void {
    replaceFile(this.#tensorFile(layer.name), bytes)
    this.layers.push(layer)
    this.#last = { name: layer.name, bytes }
    this.#write()
  }

  rest(at: number, buffer: string, streams: Streams): void {
    for (const [name, live] of Object.entries(streams) as [string, Live | undefined][])
      if (live) replaceFile(join(this.folder, `${name}-${at}.bin`), bytesOf(live.get(buffer)))
    const before = this.#rest?.at
    this.#rest = { at, buffer }
    this.#write()
    if (before !== undefined && before !== at)
      for (const name of readdirSync(this.folder))
        if (name.endsWith(`-${before}.bin`)) rmSync(join(this.folder, name), { force: true })
  }

  /** Whoever comes next may go on from here. */
  close(): void {
    this.#release?.()
  }

  remove(): void {
    this.close()
    rmSync(this.folder, { recursive: true, force: true })
  }

  #live(name: string, windows: readonly Int32Array[]): Live {
    const live = new Live(windows)
    if (!this.#rest) return live
    const bytes = readFileSync(join(this.folder, `${name}-${this.#rest.at}.bin`))
    const values = sharedFloats(bytes.length / 4)
    new Uint8Array(values.buffer).set(bytes)
    live.set(this.#rest.buffer, values)
    return live
  }

  /** Tensor names are the model's own and may hold anything. */
  #tensorFile(name: string): string {
    return join(this.folder, `tensor-${Buffer.from(name).toString('hex').slice(0, 200)}.bin`)
  }

  #write(): void {
    const progress: Progress = { wish: this.wish, layers: this.layers, rest: this.#rest }
    replaceFile(join(this.folder, 'progress.json'), JSON.stringify(progress))
  }
}

function readProgress(folder: string): Progress | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'progress.json'), 'utf8')) as Progress
  } catch {
    return undefined
  }
}

function trying<T>(path: string, action: () => T, what = 'write'): T {
  try {
    return action()
  } catch (cause) {
    if (cause instanceof LutraError) throw cause
    throw new LutraError('io', `Expected to ${what} ${path} but ${(cause as Error).message}`, { cause })
  }
}
