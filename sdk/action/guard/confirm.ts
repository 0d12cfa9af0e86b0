/**
 * Asks a person about one action. Only a plain yes, in time, is a yes.
 * takes  an action, how to ask, how long to wait, a signal · gives  true, or why not; never rejects
 * after ../guard
 */
import type { Action } from '../action.js'

/** Asks about this action; resolves to true for yes. The signal aborts when the answer is no longer wanted. */
export type Confirm = (action: Action, signal: AbortSignal) => Promise<boolean>

export interface AskOptions {
  readonly confirm: Confirm | undefined
  /** Milliseconds. */
  readonly confirmMs: number
  readonly signal?: AbortSignal
}

export async function ask(action: Action, { confirm, confirmMs, signal }: AskOptions): Promise<true | string> {
  if (confirm === undefined) return 'a person must agree to it, but nobody is there to ask'
  if (signal?.aborted) return 'it was called off before anybody agreed'
  const over = new AbortController()
  let end!: (why: string) => void
  const ended = new Promise<string>((resolve) => {
    end = resolve
  })
  const cancel = () => end('it was called off before anybody agreed')
  const timer = setTimeout(() => end(`nobody agreed to it within ${confirmMs} ms`), confirmMs)
  signal?.addEventListener('abort', cancel, { once: true })
  try {
    // What is asked about is a copy: the person agrees to the action as it will be done.
    const asked = (async () => confirm(structuredClone(action), over.signal))().then(
      (answer) => (answer === true ? true : 'a person said no'),
      () => 'the person could not be asked',
    )
    return await Promise.race([asked, ended])
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', cancel)
    over.abort()
  }
}
