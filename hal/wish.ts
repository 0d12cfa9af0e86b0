/** What the user forces by name: LUTRA_BACKEND, LUTRA_ISA, LUTRA_ALGORITHM, LUTRA_THREADS, LUTRA_BOARD, LUTRA_LUT_CORE, or the same as options. */
import { LutraError } from './error.js'

export interface Wish {
  readonly backend?: string
  readonly isa?: string
  /** How linears with rivals compute: `mad` or `lut`. */
  readonly algorithm?: string
  readonly threads?: number
  readonly board?: string
  /** Options of a LUT core; it reads them itself (docs/lut-core.md). */
  readonly lutCore?: unknown
}

/** Reads the environment; an empty variable counts as unset. LutraError mismatch for a thread count that is none. */
export function wishOf(env: Readonly<Record<string, string | undefined>>): Wish {
  return {
    backend: env.LUTRA_BACKEND || undefined,
    isa: env.LUTRA_ISA || undefined,
    algorithm: env.LUTRA_ALGORITHM || undefined,
    threads: env.LUTRA_THREADS ? threadCount(env.LUTRA_THREADS, 'LUTRA_THREADS') : undefined,
    board: env.LUTRA_BOARD || undefined,
    lutCore: env.LUTRA_LUT_CORE || undefined,
  }
}

/** A thread count from text. */
export function threadCount(text: string, from: string): number {
  const threads = Number(text)
  if (Number.isInteger(threads) && threads >= 1 && threads <= 1024) return threads
  throw new LutraError('mismatch', `Expected a whole number from 1 to 1024 in ${from} but found "${text}"`)
}
