import type { Device } from './device.js'
import type { Footprint } from './footprint.js'
import type { BackendDescription } from './plan.js'
import type { Tensor } from './tensor.js'

/**
 * Backend → Engine → Program: the contract that every kernel back end implements.
 * `G` is the transformer as data (kernels/graph); hal only passes it on.
 */
export interface Backend<G = unknown> extends BackendDescription {
  /** What a compiled graph and one full state will take at most; reads no weights, and rejects where `compile` would. */
  footprint?(graph: G, weights: ReadonlyMap<string, Tensor>, options: FootprintOptions): Promise<Footprint>
  /** Opens the engine, or answers *absent* with a reason. MUST throw only for faults other than absence. */
  open(device: Device, options: EngineOptions): Promise<Engine<G> | Absent>
}

/** "Not here", as a value: only this moves the choice on to the next back end. */
export interface Absent {
  readonly absent: string
}

export interface EngineOptions {
  /** Worker threads to compute on; default: what the plan says. */
  readonly threads?: number
  /** Forces an instruction set tier by name, e.g. `avx2`. Unknown or missing tiers are LutraError unsupported. */
  readonly isa?: string
  /**
   * How linears compute where the engine has rivals: `mad` (multiply-add), `lut` and its kin (table lookup). Same sums, but
   * for `fast`, which rounds them (docs/kernels.md).
   */
  readonly algorithm?: string
  /**
   * An accelerator for `linear`, lent to this host engine: an ES module that exports `createAccelerator`, and the plain data
   * that it is called with.
   */
  readonly accelerator?: { readonly name: string; readonly module: string; readonly options?: unknown }
}

/**
 * How a linear treats its input: `float` (the engine may quantize within its stated bound) or `int8`, which is the
 * model's own meaning (BitNet): one scale per token, max|x| / 127, integer sums. Formats with one scale per tensor give
 * exactly equal results on every engine; those with a scale per block add exact block sums in float32, in any order.
 */
export type ActivationMode = 'float' | 'int8'

export interface Engine<G = unknown> {
  readonly name: string
  readonly simulated: boolean
  readonly isa: string
  /** As it was opened. */
  readonly threads: number
  /**
   * Computes on so many threads from the next op on, 1 to `threads` (LutraError limit); the others sleep. Results stay the
   * same, bit by bit. Absent where an engine cannot.
   */
  setThreads?(threads: number): void
  /** y (n × rows) = x (n × cols) · Wᵀ for one tensor; the conformance suite and tuners stand on it. */
  linear(weight: Tensor, x: Float32Array, n: number, mode: ActivationMode): Promise<Float32Array>
  /** Seconds that `linear` of one token takes, over `copies` of a weight in turn, the best in `milliseconds`; for tuners. */
  measure?(weight: Tensor, copies: number, milliseconds: number): Promise<number>
  /** Packs the weights (once) and compiles the graph. MUST NOT block the event loop for long. */
  compile(graph: G, weights: ReadonlyMap<string, Tensor>, options?: ProgramOptions): Promise<Program>
  /** Work that a lent accelerator has counted since it was made, by name; empty, or absent, without one. */
  counters?(): Promise<Readonly<Record<string, number>>>
  /** Frees threads; programs MUST be closed by their owner first. Idempotent. */
  close(): Promise<void>
}

export type CacheFormat = 'f32' | 'f16' | 'q8'

export interface ProgramOptions {
  /** Most tokens a state may hold; default: the graph's context. */
  readonly context?: number
  /**
   * How states keep keys and values: `f16` halves their memory and what a token reads (rounding of 2^-11), `q8` (a scale
   * and int8 for each row, 2^-8) quarters it. Default: `f32` while a full state takes 32 MiB at most, else `f16`.
   * Engines without the format keep float32.
   */
  readonly cache?: CacheFormat
  /** How linears of a shape compute, where the engine has rivals and the plan a preference; default: the engine's own. */
  readonly algorithm?: (dtype: string, rows: number, cols: number) => string | undefined
}

export interface FootprintOptions extends ProgramOptions {
  /** Linears that a lent accelerator takes, as the plan has it; default: none. */
  readonly lent?: (weight: Tensor, mode: ActivationMode) => boolean
}

/**
 * What a run answers with. Rows of logits (vocab) for the `last` token or for `all`; for `hidden` a row for every token of
 * what the head's last linear reads, the model's last layer after its norm; nothing for `none`.
 */
export type Wanted = 'last' | 'all' | 'none' | 'hidden'

/** One sequence's part of a batch: its next ids. */
export interface Run {
  readonly state: State
  readonly ids: Int32Array
  readonly wanted: Wanted
}

/** A compiled model. Never blocks the event loop. One run at a time per program; later calls queue in order. */
export interface Program {
  readonly vocab: number
  readonly context: number
  /** Bytes held for packed weights and buffers, without states. */
  readonly residentBytes: number
  createState(): State
  /**
   * Appends `ids` to the state and resolves to what is wanted. Aborting the signal rejects with LutraError cancelled
   * between ops, and the state keeps its old length. A full state is LutraError limit; an id outside the vocabulary, or
   * none at all, is LutraError mismatch.
   */
  run(state: State, ids: Int32Array, wanted: Wanted, signal?: AbortSignal): Promise<Float32Array>
  /**
   * Several sequences in one pass over the weights. Each gets exactly what `run` would give it alone. A state MUST NOT stand
   * in it twice (LutraError mismatch); after an abort or a failure all states keep their old lengths. The answers may be
   * views of one buffer.
   */
  runBatch(runs: readonly Run[], signal?: AbortSignal): Promise<Float32Array[]>
  close(): Promise<void>
}

/** A KV cache. */
export interface State {
  /** Tokens held. */
  readonly length: number
  /** Forgets the tokens from `length` on; LutraError mismatch while a run of the state is under way or waits. */
  truncate(length: number): void
  fork(): Promise<State>
  save(): Promise<Uint8Array>
  restore(bytes: Uint8Array): Promise<void>
  close(): void
}
