/** A thread that runs jobs on rows, one at a time. before ./pool · after ./jobs */
import { parentPort } from 'node:worker_threads'
import { LutraError } from '../../../hal/error.js'
import { type Job, type JobName, jobs } from './jobs.js'
import { collect } from './shared.js'

export interface RowRequest {
  readonly name: JobName
  readonly given: unknown
  readonly from: number
  readonly to: number
}

/** Has no reply. */
export const COLLECT = 'collect'

export type RowReply =
  | { readonly done: true }
  | { readonly error: { readonly kind?: string; readonly message: string } }

parentPort?.on('message', (message: RowRequest | typeof COLLECT) => {
  if (message === COLLECT) return collect()
  const { name, given, from, to } = message
  let reply: RowReply
  try {
    ;(jobs[name] as Job<unknown>)(given, from, to)
    reply = { done: true }
  } catch (error) {
    const kind = error instanceof LutraError ? error.kind : undefined
    reply = { error: { kind, message: error instanceof Error ? error.message : String(error) } }
  }
  parentPort?.postMessage(reply)
})
