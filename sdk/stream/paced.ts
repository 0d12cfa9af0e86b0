/**
 * Works on one value at a time and lets the source wait meanwhile: a slow consumer slows the decoder.
 * takes  Observable<T>, work per value · gives Observable<R>, in order
 * before ./from-generator · after sdk/robot
 */
import { emit, hold } from './gate.js'
import { defer, Observable, type ObservableInput, type OperatorFunction, Subscription } from './rx.js'

export interface PacedOptions {
  /** Values that may be ready while one is worked on. Default 0: the next is not even begun. */
  readonly ahead?: number
}

/** Like concatMap, but a source made with fromGenerator pauses while work is going on. */
export function paced<T, R>(
  work: (value: T, index: number) => ObservableInput<R>,
  options: PacedOptions = {},
): OperatorFunction<T, R> {
  const ahead = options.ahead ?? 0
  return (source) =>
    new Observable<R>((subscriber) => {
      const waiting: T[] = []
      let index = 0
      let inner: Subscription | undefined
      let busy = false
      let ended = false
      let release: (() => void)[] = []
      const settle = () => {
        for (const resolve of release) resolve()
        release = []
      }
      const free = () => {
        if (waiting.length + Number(busy) <= ahead) settle()
      }
      const begin = () => {
        while (!busy && waiting.length > 0 && !subscriber.closed) {
          busy = true
          const value = waiting.shift() as T
          let held: Promise<unknown> | undefined
          // Known before it runs: work that ends in this very call begins the next before it returns.
          inner = new Subscription()
          inner.add(
            defer(() => work(value, index++)).subscribe({
              next: (out) => {
                // Whoever comes behind may ask us to wait. What is here goes on to them; our source waits for them, too.
                const more = emit(subscriber, out)
                if (more === undefined) return
                hold(more)
                held = Promise.all([held, more])
              },
              error: (error) => subscriber.error(error),
              complete: () => {
                busy = false
                begin()
                if (held === undefined) free()
                else void held.then(free)
              },
            }),
          )
        }
        if (!busy && waiting.length === 0 && ended) subscriber.complete()
      }
      subscriber.add(() => {
        inner?.unsubscribe()
        waiting.length = 0
        settle()
      })
      subscriber.add(
        source.subscribe({
          next: (value) => {
            waiting.push(value)
            begin()
            if (busy && waiting.length >= ahead) hold(new Promise<void>((resolve) => release.push(resolve)))
          },
          error: (error) => subscriber.error(error),
          complete: () => {
            ended = true
            begin()
          },
        }),
      )
    })
}
