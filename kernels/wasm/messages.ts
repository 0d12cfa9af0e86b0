/** What the engine and its workers say to each other. Every request is answered by one reply of the same `id`. */
import type { ActivationMode } from '../../hal/backend.js'
import type { ErrorKind } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import type { RemoteRun } from '../graph/remote-program.js'
import type { TType } from '../ladder/type/ttype.js'
import type { WasmMemory, WasmModule } from '../ladder/wasm/web-assembly.js'

/** A tensor on its way: its format by name, or described; its bytes in shared memory or in a file that the workers read. */
export interface SentWeight {
  readonly name: string
  readonly dtype: string
  /** Of a format that hal does not name. */
  readonly type?: TType
  readonly rows: number
  readonly cols: number
  /** Which of Ladder's kernels, where the plan has a preference. */
  readonly algorithm?: string
  readonly from: Uint8Array | { readonly path: string; readonly offset: number; readonly length: number }
}

export type Request =
  | { readonly do: 'hello' }
  | {
      readonly do: 'compile'
      readonly graph: Graph
      readonly context: number
      readonly weights: readonly SentWeight[]
    }
  | { readonly do: 'run'; readonly runs: readonly RemoteRun[]; readonly cancel: Int32Array }
  | { readonly do: 'fork'; readonly state: number; readonly twin: number; readonly length: number }
  | { readonly do: 'save'; readonly state: number; readonly length: number }
  | { readonly do: 'restore'; readonly state: number; readonly bytes: Uint8Array }
  | { readonly do: 'forget'; readonly state: number }
  | {
      readonly do: 'linear'
      readonly weight: SentWeight
      readonly x: Float32Array
      readonly n: number
      readonly mode: ActivationMode
    }
  | {
      readonly do: 'measure'
      readonly weight: SentWeight
      readonly copies: number
      readonly milliseconds: number
    }

/** What each request is answered with. */
export interface Answers {
  hello: undefined
  /** Bytes held. */
  compile: number
  run: Float32Array[]
  fork: undefined
  save: Uint8Array
  restore: number
  forget: undefined
  linear: Float32Array
  measure: number
}

export interface Fault {
  readonly kind?: ErrorKind
  readonly message: string
}

export type Reply =
  | { readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly id: number; readonly error: Fault }

/** How a worker starts: the one that answers requests, and those that help it. */
export type Start =
  | {
      readonly role: 'coordinator'
      readonly features: readonly string[]
      readonly threads: number
      readonly board: Int32Array
    }
  | {
      readonly role: 'helper'
      readonly features: readonly string[]
      /** From 1 to threads - 1; the coordinator is participant 0. */
      readonly participant: number
      readonly threads: number
      readonly board: Int32Array
      readonly memory: WasmMemory
    }

/** From the coordinator to its helpers. */
export type HelperOrder =
  /** The functions of a module by index, from now on. */
  | { readonly do: 'module'; readonly id: number; readonly module: WasmModule; readonly names: readonly string[] }
  /** Take part in the calls on the board. */
  | { readonly do: 'join' }
  /** Pack weights until no job is left; answered with `packed`. */
  | { readonly do: 'pack'; readonly jobs: readonly PackJob[] }

/** And back. */
export type HelperAnswer = { readonly did: 'start' } | { readonly did: 'packed'; readonly error?: Fault }

/** Rows from … from + rows of a weight, to be packed at an address. */
export interface PackJob {
  readonly weight: SentWeight
  readonly mode: ActivationMode
  readonly from: number
  readonly rows: number
  readonly at: number
}
