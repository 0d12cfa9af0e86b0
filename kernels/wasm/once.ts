/**
 * Steps whose calls are the same for the same tokens of a pass: made once, since decoding asks for the same ones again.
 * takes  a maker of calls · gives  a Step · after ./linears, ./steps
 */
import type { Call } from './crew/board.js'

/** The calls for tokens from … from + n of the pass, in lists that are run one after another. */
export type Step = (from: number, n: number) => readonly (readonly Call[])[]

/** More than a pass ever has. */
const mostTokens = 2 ** 24

export function once(make: Step): Step {
  const known = new Map<number, readonly (readonly Call[])[]>()
  return (from, n) => {
    const key = from * mostTokens + n
    const calls = known.get(key) ?? make(from, n)
    known.set(key, calls)
    return calls
  }
}
