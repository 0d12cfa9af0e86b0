/**
 * JSON values as soon as they close: each element of a top-level array by itself, any other value when it is whole.
 * takes  Observable<string> in pieces of any size · gives Observable<unknown>
 * before ./text · after sdk/action/actions
 */
import { LutraError } from '../../hal/error.js'
import { JsonScanner } from './json-scanner.js'
import { createOperatorSubscriber, Observable, type OperatorFunction } from './rx.js'

/** Text that is not JSON, or ends early, is LutraError format. */
export function json<T = unknown>(): OperatorFunction<string, T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const scanner = new JsonScanner()
      const give = (texts: Iterable<string>) => {
        for (const text of texts) {
          subscriber.next(parse(text) as T)
          if (subscriber.closed) return
        }
      }
      const take = (piece: string) => give(scanner.push(piece))
      const end = () => {
        give(scanner.end())
        subscriber.complete()
      }
      // What give() throws becomes the stream's error.
      source.subscribe(createOperatorSubscriber(subscriber, take, end))
    })
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LutraError('format', `Expected JSON but found ${text.slice(0, 80)}`, { cause })
  }
}
