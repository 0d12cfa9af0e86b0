/**
 * Cuts a stream of text wherever a pattern ends a part; the rest comes at the end.
 * takes  Observable<string> in pieces of any size · gives Observable<string>, a part each
 * after ./sentences, ./lines
 */
import { Observable, type OperatorFunction } from './rx.js'

/** `border` must match whole borders only once they are complete, so that the cut does not depend on the pieces. */
export function split(border: RegExp, shape: (part: string) => string | undefined): OperatorFunction<string, string> {
  return (source) =>
    new Observable<string>((subscriber) => {
      let rest = ''
      const give = (part: string) => {
        const shaped = shape(part)
        if (shaped !== undefined) subscriber.next(shaped)
      }
      return source.subscribe({
        next: (piece) => {
          rest += piece
          for (let cut = border.exec(rest); cut !== null && !subscriber.closed; cut = border.exec(rest)) {
            const end = cut.index + cut[0].length
            const part = rest.slice(0, end)
            rest = rest.slice(end)
            give(part)
          }
        },
        error: (error) => subscriber.error(error),
        complete: () => {
          if (rest.length > 0) give(rest)
          subscriber.complete()
        },
      })
    })
}
