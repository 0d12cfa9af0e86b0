/**
 * What can be watched of a serving process: the words between `lutra serve` and its page, one JSON object an event.
 * gives  types only · GET /lutra/events sends them as server-sent events, GET /lutra/status the Status
 * before ./hub · after ../page
 */
import type { Board } from '../../../hal/board.js'
import type { Device, Throttling } from '../../../hal/device.js'
import type { Plan } from '../../../hal/plan.js'
import type { GovernorState } from '../../open/governor/options.js'
import type { ModelSummary } from '../../open/summary.js'

export interface Status {
  readonly version: string
  readonly device: Device
  readonly board: Board
  readonly backends: readonly {
    readonly name: string
    readonly simulated: boolean
    readonly available: boolean
    readonly reason?: string
  }[]
  /** The open model and its plan: which kernel runs where, and why the others lost. */
  readonly model: ModelSummary
  readonly plan: Plan
  readonly backend: {
    readonly name: string
    readonly isa: string
    readonly threads: number
    readonly simulated: boolean
  }
  readonly limits: { readonly concurrent: number; readonly queue: number; readonly context: number }
  readonly robot?: {
    readonly name: string
    readonly simulated: boolean
    readonly watchdog?: 'board' | 'host'
    /** Milliseconds. */
    readonly stopAfter?: number
    /** Skills by name, with description and JSON Schema of the arguments. */
    readonly skills: Readonly<Record<string, { readonly description: string; readonly parameters: unknown }>>
  }
  /** The world in metres, where it is known (the simulated rover's room): x to the right, y upwards, a rectangle by its lower left corner. */
  readonly map?: {
    readonly walls: readonly Rectangle[]
    /** What else the rover may meet: `person`, `edge`, `line`. */
    readonly marks: readonly (Rectangle & { readonly kind: string })[]
    readonly places: Readonly<Record<string, { readonly x: number; readonly y: number }>>
  }
}

export interface Rectangle {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/** Numbers over time, once a second. What no sensor tells is absent, never zero. */
export interface Load {
  readonly temperatures: Readonly<Record<string, number>>
  readonly watts: Readonly<Record<string, number>>
  readonly residentBytes: number
  readonly freeBytes: number
  /** Threads of this process, as the system counts them. */
  readonly threads?: number
  readonly running: number
  readonly waiting: number
  readonly tokensPerSecond: number
  /** By the sensor nearest to all that the machine takes, since the sample before; or `no sensor: …`, with what would help. */
  readonly energy:
    | {
        readonly sensor: string
        readonly covers: string
        readonly joules: number
        readonly watts: number
        /** Where tokens were made. */
        readonly joulesPerToken?: number
      }
    | string
  /** Why the machine is slower than it could be, now and whatever has been since it started. */
  readonly throttling: Pick<Throttling, 'now' | 'sinceBoot'>
  /** Where a budget was asked for. */
  readonly governor?: GovernorState
  /** Lateness of a 100 Hz timer in this process over the last second, ms. */
  readonly lateness: { readonly p99: number; readonly max: number }
  /**
   * The share, 0 to 1, of the LUT core's M × N lookups a cycle that were used in the cycles of the last second; 0 where it
   * had none. Only while the core is simulated here.
   */
  readonly lutCore?: { readonly simulated: true; readonly occupancy: number }
}

/** `at`: milliseconds since 1970. Strings that come from outside are clipped by the hub, see ./ring. */
export type WatchEvent = { readonly at: number } & (
  | {
      readonly type: 'request'
      readonly request: string
      readonly kind: 'chat' | 'completion' | 'embedding' | 'act'
      readonly prompt: string
    }
  | { readonly type: 'token'; readonly request: string; readonly index: number; readonly text: string }
  | {
      readonly type: 'end'
      readonly request: string
      readonly reason: string
      readonly tokens: number
      readonly ttftMs: number
      readonly tokensPerSecond: number
    }
  | {
      readonly type: 'verdict'
      readonly request: string
      readonly action: unknown
      readonly verdict: 'allowed' | 'clamped' | 'refused'
      readonly why: string
    }
  | {
      readonly type: 'report'
      readonly request?: string
      readonly action: unknown
      readonly state: string
      readonly percent: number
      readonly ms: number
      readonly error?: string
    }
  | {
      readonly type: 'robot'
      readonly mode: string
      readonly latched: boolean
      /** Why a stop holds. */
      readonly reason?: string
      readonly telemetry?: Readonly<Record<string, unknown>>
    }
  | { readonly type: 'load'; readonly load: Load }
  /** The first of every stream. Not resumed: whatever the page had from another `instance`, or older, is void. */
  | { readonly type: 'hello'; readonly instance: string; readonly resumed: boolean }
  /** So many tokens and loads were left out, because the page read too slowly. */
  | { readonly type: 'lost'; readonly events: number }
)
