/**
 * How fast tokens come, told while they pass.
 * takes  Observable<Token>, a listener · gives the same Observable<Token>
 */
import { type MonoTypeOperatorFunction, Observable } from './rx.js'
import type { Token } from './token.js'

export interface Speed {
  readonly tokens: number
  /** Milliseconds from the request to the first token. */
  readonly ttftMs: number
  /** Tokens after the first per second since the first; 0 until there are two. */
  readonly tokensPerSecond: number
}

/** Reports after each token, by the tokens' own clock. */
export function meter(report: (speed: Speed) => void): MonoTypeOperatorFunction<Token> {
  return (source) =>
    new Observable<Token>((subscriber) => {
      let tokens = 0
      let first = 0
      return source.subscribe({
        next: (token) => {
          if (tokens++ === 0) first = token.ms
          const seconds = (token.ms - first) / 1000
          report({ tokens, ttftMs: first, tokensPerSecond: seconds > 0 ? (tokens - 1) / seconds : 0 })
          subscriber.next(token)
        },
        error: (error) => subscriber.error(error),
        complete: () => subscriber.complete(),
      })
    })
}
