/**
 * Lets a stream be written down as it passes: to a log file, a stream or a function, which may slow it.
 * takes  Observable<T>, a target · gives the same Observable<T>
 * before ./sink, ./gate
 */
import { LutraError } from '../../hal/error.js'
import { hold } from './gate.js'
import { createOperatorSubscriber, type MonoTypeOperatorFunction, Observable } from './rx.js'
import { openSink, type TeeTarget } from './sink.js'

export interface TeeOptions<T> {
  /** How a value becomes text: a line of JSON, a line of text as it stands, or what a function makes of it. Default json. */
  readonly format?: 'json' | 'text' | ((value: T) => string)
  /** What a target that fails does: it ends the stream with LutraError io, or nothing more is written. Default error. */
  readonly failing?: 'error' | 'ignore'
}

/** Values that may wait for a target while their source cannot wait for it. */
const mostWaiting = 10_000

/**
 * Each value passes at once. A target that asks for a pause holds the source, as ./paced does. The stream completes when
 * the target has taken everything.
 */
export function tee<T>(target: TeeTarget<T>, options: TeeOptions<T> = {}): MonoTypeOperatorFunction<T> {
  return (source) =>
    new Observable<T>((subscriber) => {
      const sink = openSink(target, shapeOf(options.format))
      let waiting = 0
      let broken = false
      let last: Promise<unknown> = Promise.resolve()
      const fail = (error: unknown) => {
        broken = true
        if (options.failing === 'ignore') return
        const io = new LutraError('io', `Expected to write the stream down but could not: ${String(error)}`, {
          cause: error,
        })
        subscriber.error(error instanceof LutraError ? error : io)
      }
      /** What holds the source now, to be let go when nobody wants the values any more. */
      const holding = new Set<() => void>()
      const write = (value: T) => {
        if (waiting >= mostWaiting)
          return fail(
            new LutraError('limit', `Expected at most ${mostWaiting} values to wait for their target; slow down`),
          )
        waiting++
        const written = sink
          .write(value)
          .catch(fail)
          .finally(() => waiting--)
        last = written
        if (!sink.full) return
        const until = new Promise<void>((resolve) => {
          holding.add(resolve)
          void written.then(() => {
            holding.delete(resolve)
            resolve()
          })
        })
        hold(until)
      }
      subscriber.add(() => {
        for (const resolve of holding) resolve()
        // What is on its way still arrives.
        void last.then(() => sink.close())
      })
      const pass = (value: T) => {
        if (!broken) write(value)
        subscriber.next(value)
      }
      const complete = () =>
        void last
          .then(() => sink.close())
          .then(
            () => subscriber.complete(),
            (error) => subscriber.error(error),
          )
      source.subscribe(createOperatorSubscriber(subscriber, pass, complete))
    })
}

function shapeOf<T>(format: TeeOptions<T>['format'] = 'json'): (value: T) => string {
  if (typeof format === 'function') return format
  return format === 'text' ? (value) => `${value}\n` : (value) => `${JSON.stringify(value) ?? null}\n`
}
