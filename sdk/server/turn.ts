/**
 * One request's turn in line: waits, works, leaves, whatever happens.
 * takes  a Call, work · gives  what the work gives · before ./line · after ./openai, ./robot
 */
import type { Served } from './options.js'
import type { Call } from './route.js'

export async function inTurn<T>({ line, metrics }: Served, call: Call, work: () => Promise<T>): Promise<T> {
  const began = performance.now()
  const leave = await line.enter(call.client, call.signal)
  try {
    metrics.observe('lutra_wait_seconds', 'In line, before the turn.', (performance.now() - began) / 1000)
    return await work()
  } finally {
    leave()
  }
}
