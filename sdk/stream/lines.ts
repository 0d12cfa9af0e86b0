/**
 * Whole lines, without their ends.
 * takes  Observable<string> in pieces of any size · gives Observable<string>
 * before ./text
 */
import { createOperatorSubscriber, Observable, type OperatorFunction } from './rx.js'

/** A line ends with \n or \r\n; the last may have no end. Empty lines count. */
export function lines(): OperatorFunction<string, string> {
  return (source) =>
    new Observable<string>((subscriber) => {
      // Only ever added to until its line is whole: searching it anew with each piece would take quadratic time.
      let line = ''
      const take = (piece: string) => {
        let from = 0
        for (let end = piece.indexOf('\n'); end >= 0 && !subscriber.closed; end = piece.indexOf('\n', from)) {
          const whole = line + piece.slice(from, end)
          line = ''
          from = end + 1
          subscriber.next(whole.endsWith('\r') ? whole.slice(0, -1) : whole)
        }
        line += piece.slice(from)
      }
      const end = () => {
        if (line.length > 0) subscriber.next(line)
        subscriber.complete()
      }
      source.subscribe(createOperatorSubscriber(subscriber, take, end))
    })
}
