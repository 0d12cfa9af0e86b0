/**
 * Writes each verdict to the audit log before it goes on to the robot.
 * takes  Observable<Verdict>, an Audit · gives the same Observable<Verdict>
 * before ./guarded · after sdk/robot
 */
import type { MonoTypeOperatorFunction } from 'rxjs'
import { paced } from '../stream/paced.js'
import type { Audit } from './audit.js'
import type { Verdict } from './guard.js'

/** A verdict whose line cannot be written is an error and goes no further, but for a stop, which never waits. */
export function audited(audit: Audit): MonoTypeOperatorFunction<Verdict> {
  return paced((verdict) => {
    const written = audit.record({ kind: 'verdict', ...verdict })
    if (verdict.action.skill !== 'stop') return written.then(() => verdict)
    written.catch(() => {})
    return [verdict]
  })
}
