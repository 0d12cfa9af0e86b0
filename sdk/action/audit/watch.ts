/**
 * Stops and resets of a robot in the audit log, whoever asked for them: a person, a button on the board, a broken line.
 * takes  an Audit, a robot · gives  a Subscription; unsubscribing ends the watching
 * before ./audit. Nothing here waits or fails: a stop must not hang on a disk
 */
import type { Observable, Subscription } from 'rxjs'
import type { Audit } from './audit.js'

/** What a robot shows of itself; a Robot of sdk/robot does. */
export interface Watched {
  readonly name: string
  readonly simulated: boolean
  readonly state: Observable<{ readonly mode: string; readonly latched: boolean; readonly telemetry?: unknown }>
}

/** Writes `robot` with its first telemetry, then `stop` (with `confirmed`, again once that changes) and `reset`. */
export function watchRobot(audit: Audit, { name, simulated, state }: Watched): Subscription {
  let before: { latched: boolean; confirmed: boolean } | undefined
  return state.subscribe(({ mode, latched, telemetry }) => {
    const confirmed = latched && mode !== 'lost'
    if (before === undefined) audit.enter({ kind: 'robot', name, simulated, mode, latched, telemetry })
    else if (latched && (!before.latched || confirmed !== before.confirmed))
      audit.enter({ kind: 'stop', name, confirmed, mode, telemetry })
    else if (!latched && before.latched) audit.enter({ kind: 'reset', name })
    before = { latched, confirmed }
  })
}
