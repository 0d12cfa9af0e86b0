/**
 * What the streams use of rxjs, each from the file it lives in: these bring 39 files with them, the package's own door
 * all 223, and loading those takes longer than opening the pilot (`node bench/peers/start.mjs pilot`). They are the same
 * classes and functions that an app gets from `rxjs`, and rxjs 7 exports the paths.
 */

export type { MonoTypeOperatorFunction, ObservableInput, OperatorFunction, Subscriber } from 'rxjs'
export { Observable } from 'rxjs/internal/Observable'
export { defer } from 'rxjs/internal/observable/defer'
export { concatMap } from 'rxjs/internal/operators/concatMap'
export { filter } from 'rxjs/internal/operators/filter'
export { map } from 'rxjs/internal/operators/map'
export { createOperatorSubscriber } from 'rxjs/internal/operators/OperatorSubscriber'
export { share } from 'rxjs/internal/operators/share'
export { ReplaySubject } from 'rxjs/internal/ReplaySubject'
export { Subject } from 'rxjs/internal/Subject'
export { Subscription } from 'rxjs/internal/Subscription'
export { pipe } from 'rxjs/internal/util/pipe'
