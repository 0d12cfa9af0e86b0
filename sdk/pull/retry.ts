/**
 * Tries again what the network broke off, a bounded number of times, each after a longer wait.
 * takes  an attempt that tells whether it got anywhere · gives  its result; LutraError io or cancelled
 */
import { setTimeout } from 'node:timers/promises'
import { LutraError } from '../../hal/error.js'
import { Stall } from './stall.js'

/** What another attempt may mend. */
export class Broken extends Error {
  constructor(
    message: string,
    /** How long the server wants to be left alone. */
    readonly waitMs = 0,
  ) {
    super(message)
  }
}

export interface Patience {
  /** Attempts in a row that bring nothing. */
  readonly retries: number
  readonly stallMs: number
  /** Before the second attempt; doubles, up to half a minute. */
  readonly backoffMs: number
  readonly signal?: AbortSignal
}

/** Even a server that always sends a little is not asked more often than this. */
const mostAttempts = 1000
const longestWait = 30_000

/** `attempt` calls `progressed` once it has moved on. */
export async function persist<T>(
  what: string,
  { retries, stallMs, backoffMs, signal }: Patience,
  attempt: (stall: Stall, progressed: () => void) => Promise<T>,
): Promise<T> {
  let vain = 0
  let last = ''
  for (let n = 0; n < mostAttempts && vain <= retries; n++) {
    if (signal?.aborted) throw cancelled(what)
    const stall = new Stall(signal, stallMs)
    try {
      return await attempt(stall, () => {
        vain = 0
      })
    } catch (fault) {
      if (signal?.aborted) throw cancelled(what)
      if (fault instanceof LutraError) throw fault
      last = stall.stalled ? `nothing came for ${stallMs / 1000} s` : reason(fault)
      const wait = Math.min(Math.max(backoffMs * 2 ** vain, fault instanceof Broken ? fault.waitMs : 0), longestWait)
      vain++
      if (vain <= retries) await setTimeout(wait, undefined, { signal }).catch(() => undefined)
    } finally {
      stall.end()
    }
  }
  throw new LutraError(
    'io',
    `Expected ${what} but the connection failed ${vain} times in a row (${last}); run it again to go on`,
  )
}

function cancelled(what: string): LutraError {
  return new LutraError('cancelled', `The download of ${what} was cancelled; run it again to go on where it stopped`)
}

/** fetch says "fetch failed" and keeps the reason in its cause. */
function reason(fault: unknown): string {
  const { message, cause } = fault as { message?: string; cause?: { code?: string; message?: string } }
  return cause?.code ?? cause?.message ?? message ?? String(fault)
}
