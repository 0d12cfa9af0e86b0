/**
 * A helper's side of a crew: takes chunks while there are any, looks out for more a while, then sleeps, then goes back to
 * its event loop, where a message brings it in again.
 * before ./board, ../pack · after ../worker
 */
import type { WasmFunction } from '../../ladder/wasm/web-assembly.js'
import type { Host } from '../host/host.js'
import type { HelperAnswer, HelperOrder, Start } from '../messages.js'
import { packJobs } from '../pack.js'
import { faultOf } from '../reply.js'
import * as at from './board.js'
import { instantiate } from './conductor.js'

/** Looks at the board before sleeping. */
const spins = 4000
/** Milliseconds of sleep before going away: longer than a caller takes between two tokens. */
const patience = 50

export function help(start: Extract<Start, { role: 'helper' }>, host: Host): void {
  const { inside } = host
  const { board, memory, participant, threads, features } = start
  const place = at.helperAt(participant)
  let functions: readonly WasmFunction[] = []
  let module = 0
  inside.onMessage((message) => {
    const order = message as HelperOrder
    switch (order.do) {
      case 'module':
        functions = instantiate(order.module, memory, order.names)
        module = order.id
        return
      case 'join':
        return stay()
      case 'pack': {
        let answer: HelperAnswer = { did: 'packed' }
        try {
          packJobs(order.jobs, features, memory, board, host)
        } catch (fault) {
          answer = { did: 'packed', error: faultOf(fault) }
        }
        return inside.post(answer)
      }
    }
  })
  inside.post({ did: 'start' } satisfies HelperAnswer)

  function stay(): void {
    Atomics.store(board, place, at.here)
    for (;;) {
      const seen = Atomics.load(board, at.ticket)
      if (!wanted()) break
      if ((seen & 255) > 0) at.takeChunks(board, threads, functions, participant)
      else if (!changes(seen)) break
    }
    // Calls may have come just before the others could see that this one went.
    Atomics.store(board, place, at.away)
    if ((Atomics.load(board, at.ticket) & 255) > 0 && wanted()) at.takeChunks(board, threads, functions, participant)
  }

  /** This one takes part, and has the functions that are called. */
  function wanted(): boolean {
    return Atomics.load(board, at.moduleId) === module && participant < Atomics.load(board, at.active)
  }

  function changes(seen: number): boolean {
    for (let i = 0; i < spins; i++) if (Atomics.load(board, at.ticket) !== seen) return true
    return Atomics.wait(board, at.ticket, seen, patience) !== 'timed-out'
  }
}
