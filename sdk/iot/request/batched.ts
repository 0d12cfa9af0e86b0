/**
 * Text in fewer, larger pieces: a message a token would cost more than the token.
 * takes  Observable<string> · gives Observable<string>, at most one every so many ms, nothing kept back at the end
 * after ./work
 */
import { Observable, type OperatorFunction } from 'rxjs'

/** The first piece goes on at once: whoever waits sees that it has begun. */
export function batched(ms: number): OperatorFunction<string, string> {
  return (source) =>
    new Observable<string>((subscriber) => {
      let text = ''
      let timer: NodeJS.Timeout | undefined
      const flush = () => {
        timer = undefined
        if (text === '') return
        const out = text
        text = ''
        timer = setTimeout(flush, ms)
        subscriber.next(out)
      }
      subscriber.add(() => clearTimeout(timer))
      return source.subscribe({
        next: (piece) => {
          text += piece
          if (timer === undefined) flush()
        },
        error: (error) => {
          flush()
          subscriber.error(error)
        },
        complete: () => {
          flush()
          subscriber.complete()
        },
      })
    })
}
