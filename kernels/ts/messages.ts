/** What the engine and its worker say to each other. Every request is answered by one reply of the same `id`. */
import type { ActivationMode } from '../../hal/backend.js'
import type { ErrorKind } from '../../hal/error.js'
import type { Graph } from '../graph/graph.js'
import type { RemoteRun } from '../graph/remote-program.js'

/** A tensor on its way: its format by name, its bytes in shared memory or in a file that the worker reads. */
export interface SentWeight {
  readonly name: string
  readonly dtype: string
  readonly rows: number
  readonly cols: number
  readonly from: Uint8Array | { readonly path: string; readonly offset: number; readonly length: number }
}

export type Request =
  | { readonly do: 'weight'; readonly program: number; readonly weight: SentWeight }
  | { readonly do: 'compile'; readonly program: number; readonly graph: Graph; readonly context: number }
  | { readonly do: 'close'; readonly program: number }
  | {
      readonly do: 'run'
      readonly program: number
      readonly runs: readonly RemoteRun[]
      readonly cancel: Int32Array
    }
  | {
      readonly do: 'fork'
      readonly program: number
      readonly state: number
      readonly twin: number
      readonly length: number
    }
  | { readonly do: 'save'; readonly program: number; readonly state: number; readonly length: number }
  | { readonly do: 'restore'; readonly program: number; readonly state: number; readonly bytes: Uint8Array }
  | { readonly do: 'forget'; readonly program: number; readonly state: number }
  | {
      readonly do: 'linear'
      readonly weight: SentWeight
      readonly x: Float32Array
      readonly n: number
      readonly mode: ActivationMode
    }
  | { readonly do: 'hello' }
  | { readonly do: 'counters' }
  /** The last request: the accelerator ends what it started. */
  | { readonly do: 'end' }

/** What each request is answered with. */
export interface Answers {
  weight: undefined
  compile: number
  close: undefined
  run: Float32Array[]
  fork: undefined
  save: Uint8Array
  restore: number
  forget: undefined
  linear: Float32Array
  /** Whether linears run on something that only simulates an accelerator. */
  hello: { readonly simulated: boolean }
  counters: Readonly<Record<string, number>>
  end: undefined
}

export type Reply =
  | { readonly id: number; readonly value: Answers[keyof Answers] }
  | { readonly id: number; readonly error: { readonly kind?: ErrorKind; readonly message: string } }

/** The worker's start: the accelerator that is lent, see EngineOptions. */
export interface Start {
  readonly accelerator?: { readonly module: string; readonly options?: unknown }
}
