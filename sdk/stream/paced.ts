/**
 * Works on one value at a time and lets the source wait meanwhile: a slow consumer slows the decoder.
 * takes  Observable<T>, work per value · gives Observable<R>, in order
 * before ./from-generator · after sdk/robot
 */
import { emit, hold } from './gate.js'
import { Queue } from './queue.js'
import { createOperatorSubscriber, defer, Observable, type ObservableInput, type OperatorFunction } from './rx.js'

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
      const waiting = new Queue<T>()
      let index = 0
      let busy = false
      /** Work is being begun further up in this very call: that goes on with what waits. */
      let beginning = false
      let ended = false
      /** What went on to those behind us and they still hold. */
      let held = 0
      let release: (() => void)[] = []
      const settle = () => {
        for (const resolve of release) resolve()
        release = []
      }
      const free = () => {
        if (held === 0 && waiting.length + Number(busy) <= ahead) settle()
      }
      const give = (out: R) => {
        const more = emit(subscriber, out)
        if (more === undefined) return
        // Whoever comes behind may ask us to wait. What is here goes on to them; our source waits for them, too.
        hold(more)
        held++
        void more.then(() => {
          held--
          free()
        })
      }
      const workOn = (value: T) => {
        busy = true
        const done = () => {
          busy = false
          begin()
          free()
        }
        defer(() => work(value, index++)).subscribe(createOperatorSubscriber(subscriber, give, done))
      }
      const begin = () => {
        if (beginning) return
        beginning = true
        while (!busy && waiting.length > 0 && !subscriber.closed) workOn(waiting.take())
        beginning = false
        if (!busy && ended) subscriber.complete()
      }
      subscriber.add(() => {
        waiting.clear()
        settle()
      })
      const arrive = (value: T) => {
        waiting.push(value)
        begin()
        if (busy && waiting.length >= ahead) hold(new Promise<void>((resolve) => release.push(resolve)))
      }
      const end = () => {
        ended = true
        begin()
      }
      source.subscribe(createOperatorSubscriber(subscriber, arrive, end))
    })
}
