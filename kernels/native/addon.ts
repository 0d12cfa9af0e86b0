/**
 * The engine's part of the native addon, typed; numbers named `…Id` are handles in the addon's registry.
 * gives  the addon's functions, or the reason why there are none; its errors as LutraError
 */
import type { Codebooks } from '../../hal/dtype.js'
import { type ErrorKind, LutraError } from '../../hal/error.js'
import { loadNative } from './load.js'

/**
 * A tensor as the addon takes it; `bytes`, or a file's path and offset. Bytes are read in place by the engine's threads:
 * their buffer must not be transferred or resized, nor the file cut, before the call's promise settles (a mapped file:
 * before its program closes).
 */
export interface NativeTensor {
  readonly name: string
  readonly dtype: number
  readonly cols: number
  readonly rows: number
  /** Of vector-quantized types. */
  readonly codebooks?: Codebooks
  readonly bytes?: Uint8Array
  readonly path?: string
  readonly offset?: number
  /** Used by linear ops; rows are looked up by embed. */
  readonly linear: boolean
  readonly lookup: boolean
  /** `mad` or `lut`; absent: as the engine was opened. */
  readonly algorithm?: string
}

/** A file of packed weights, and the key that it must carry (32 bytes). */
export interface PackPlace {
  readonly path: string
  readonly key: Uint8Array
}

export interface NativeGraph {
  readonly vocab: number
  readonly context: number
  readonly layers: number
  readonly kvHeads: number
  readonly headDim: number
  /** How states keep keys and values: 0 float32, 1 float16, 2 int8 with a scale for each row. */
  readonly cache: number
  /** Most tokens in one pass over the weights. */
  readonly chunk: number
  readonly widths: Float64Array
  /** Index of the buffer `logits`. */
  readonly logits: number
  readonly weights: readonly NativeTensor[]
  readonly vectors: readonly NativeTensor[]
  /** What a position adds to the angle of each pair, for rotary ops. */
  readonly rotations: readonly Float64Array[]
  /** Where inputs come from, for gather ops. */
  readonly places: readonly Int32Array[]
  /** 16 numbers an op, see lower.ts. */
  readonly ops: Float64Array
  /** Ops of the body; the rest is the head. */
  readonly body: number
  /** Where packed weights are kept between runs. */
  readonly pack?: PackPlace
}

export interface NativeAddon {
  engineOpen(isa: string, threads: number, algorithm: string): { id: number; isa: string }
  engineThreads(engineId: number, threads: number): void
  engineClose(engineId: number): Promise<void>
  engineGrids(grids: readonly Int8Array[]): void
  engineTiers(): { name: string; missing: string }[]
  engineLinear(engineId: number, weight: NativeTensor, x: Float32Array, n: number, int8: boolean): Promise<Float32Array>
  engineMeasure(engineId: number, weight: NativeTensor, copies: number, milliseconds: number): Promise<number>
  programCompile(engineId: number, graph: NativeGraph): Promise<{ id: number; residentBytes: number }>
  /** `parts`: for each state its handle, how many of `ids` are its own, and what is wanted (0 none … 3 hidden). */
  programRun(
    programId: number,
    parts: Uint32Array,
    ids: Int32Array,
  ): { run: number; done: Promise<{ rows: Float32Array; lengths: Float64Array }> }
  programClose(programId: number): Promise<void>
  runCancel(runId: number): void
  stateCreate(programId: number): number
  stateClose(stateId: number): void
  stateTruncate(stateId: number, length: number): void
  stateFork(stateId: number): Promise<{ id: number; length: number }>
  stateSave(stateId: number): Promise<Uint8Array>
  stateRestore(stateId: number, bytes: Uint8Array): Promise<number>
  cpuFeatures(): string[]
  measureBandwidth(threads: number, megabytes: number, milliseconds: number): Promise<number>
  trimMemory(): boolean
}

export function nativeAddon(): { addon: NativeAddon } | { reason: string } {
  const found = loadNative()
  if (found.exports === undefined) return { reason: found.reason }
  if (typeof found.exports.engineThreads !== 'function')
    return { reason: `${found.path} is of an older build without the engine; "npm run build:native" renews it` }
  return { addon: found.exports as unknown as NativeAddon }
}

/** Runs a call into the addon; what it throws or rejects with becomes a LutraError. */
export function native<T>(call: () => T): T {
  try {
    const result = call()
    return result instanceof Promise
      ? (result.catch((error: unknown) => Promise.reject(lutraError(error))) as T)
      : result
  } catch (error) {
    throw lutraError(error)
  }
}

const kinds: ReadonlySet<string> = new Set([
  'format',
  'limit',
  'unsupported',
  'mismatch',
  'io',
  'cancelled',
  'closed',
  'unsafe',
])

export function lutraError(error: unknown): LutraError {
  if (error instanceof LutraError) return error
  const { kind, message } = error as { kind?: string; message?: string }
  return new LutraError(kind && kinds.has(kind) ? (kind as ErrorKind) : 'io', message ?? String(error), {
    cause: error,
  })
}
