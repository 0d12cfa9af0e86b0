/**
 * The text before a stop word; reaching it ends the stream and thereby the decoder.
 * takes  Observable<string> in pieces of any size · gives Observable<string> without the stop word
 * before ./text
 */
import { createOperatorSubscriber, Observable, type OperatorFunction } from './rx.js'

/** Text that may be the beginning of a stop word is kept back until that is known. */
export function until(...stops: readonly string[]): OperatorFunction<string, string> {
  const words = stops.filter((word) => word.length > 0)
  return (source) =>
    new Observable<string>((subscriber) => {
      let rest = ''
      const take = (piece: string) => {
        rest += piece
        const at = Math.min(...words.map((word) => rest.indexOf(word)).filter((i) => i >= 0))
        const end = at === Number.POSITIVE_INFINITY ? rest.length - pending(rest, words) : at
        const ready = rest.slice(0, end)
        rest = rest.slice(end)
        if (ready.length > 0) subscriber.next(ready)
        if (at !== Number.POSITIVE_INFINITY) subscriber.complete()
      }
      const finish = () => {
        if (rest.length > 0) subscriber.next(rest)
        subscriber.complete()
      }
      source.subscribe(createOperatorSubscriber(subscriber, take, finish))
    })
}

/** Length of the longest end of `rest` that begins a stop word. */
function pending(rest: string, words: readonly string[]): number {
  let longest = 0
  for (const word of words) {
    for (let n = Math.min(word.length - 1, rest.length); n > longest; n--) {
      if (rest.endsWith(word.slice(0, n))) longest = n
    }
  }
  return longest
}
