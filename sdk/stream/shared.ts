/**
 * One run of the source for many subscribers: a decoder whose tokens go to the screen, the log and the robot.
 * takes  Observable<T> · gives Observable<T>; the slowest subscriber holds the source
 * before ./from-generator, ./gate
 */
import { type MonoTypeOperatorFunction, ReplaySubject, Subject, share } from './rx.js'

export interface SharedOptions {
  /** How many of the latest values who comes late is given first; Infinity for all. Default 0. */
  readonly replay?: number
}

/**
 * The first subscription starts the run, the last unsubscription stops it; a subscription after that starts another. A
 * run that has ended is not repeated: who comes then gets what is replayed, and the end.
 */
export function shared<T>({ replay = 0 }: SharedOptions = {}): MonoTypeOperatorFunction<T> {
  return share<T>({
    connector: () => (replay > 0 ? new ReplaySubject<T>(replay) : new Subject<T>()),
    resetOnComplete: false,
    resetOnError: false,
    resetOnRefCountZero: true,
  })
}
