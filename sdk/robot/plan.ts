/**
 * One plan: the actions of one subscription, asked for one by one until the list ends or the plan is over.
 * takes  an action, a list or an async list · gives  next(), and `over` for whatever waits or runs meanwhile
 * before ./runtime
 */
import type { LutraError } from '../../hal/error.js'
import type { Action } from '../action/action.js'

export class Plan {
  /** The plan itself has asked for the emergency stop: that does not cut it short, but nothing may follow. */
  stopped = false
  readonly #over = new AbortController()
  #iterator: Iterator<Action> | AsyncIterator<Action> | undefined

  constructor(readonly actions: Action | Iterable<Action> | AsyncIterable<Action>) {}

  /** Aborted when nothing more may be done, with the LutraError that says why. */
  get over(): AbortSignal {
    return this.#over.signal
  }

  /** The next action; undefined at the end of the list. Rejects as soon as the plan is over, however long the list takes. */
  async next(): Promise<{ readonly action: Action } | undefined> {
    this.over.throwIfAborted()
    return unless(this.over, this.#step())
  }

  end(reason: LutraError): void {
    this.#over.abort(reason)
  }

  /** Lets the list go. It may take its time: nobody waits for it. */
  async leave(): Promise<void> {
    await this.#iterator?.return?.()
  }

  async #step(): Promise<{ readonly action: Action } | undefined> {
    this.#iterator ??= iteratorOf(this.actions)
    const step = await this.#iterator.next()
    // A plain list may hold promises, as `for await` allows.
    return step.done ? undefined : { action: await step.value }
  }
}

/** What is awaited; rejects with the reason of `over` where that comes first. */
export function unless<T>(over: AbortSignal, what: PromiseLike<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const end = () => reject(over.reason)
    if (over.aborted) end()
    over.addEventListener('abort', end)
    void what.then(resolve, reject).then(() => over.removeEventListener('abort', end))
  })
}

/** Whatever is no list is one action, to be judged as such. */
function iteratorOf(actions: Plan['actions']): Iterator<Action> | AsyncIterator<Action> {
  if (typeof actions === 'object' && actions !== null) {
    if (Symbol.asyncIterator in actions) return (actions as AsyncIterable<Action>)[Symbol.asyncIterator]()
    if (Symbol.iterator in actions) return (actions as Iterable<Action>)[Symbol.iterator]()
  }
  return [actions as Action][Symbol.iterator]()
}
