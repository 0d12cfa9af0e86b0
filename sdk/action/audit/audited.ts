/**
 * Writes each verdict to the audit log before it goes on to the robot.
 * takes  Observable<Verdict>, an Audit, fields for each line · gives the same Observable<Verdict>
 * before ../guarded, ./audit · after sdk/robot
 */
import { paced } from '../../stream/paced.js'
import { filter, type MonoTypeOperatorFunction, map, Observable } from '../../stream/rx.js'
import type { Verdict } from '../guard/options.js'
import type { Audit } from './audit.js'

/** A verdict on its way: how many stops had come before it, and the call it came in. */
interface Waiting {
  readonly verdict: Verdict
  readonly stops: number
  readonly call: number
}

/**
 * A verdict whose line cannot be written is an error and goes no further, but for a stop, which never waits for the disk:
 * it overtakes what does, and that comes after it as refused. Only in a list given at once does a stop keep its place.
 */
export function audited(
  audit: Audit,
  fields: Readonly<Record<string, unknown>> = {},
): MonoTypeOperatorFunction<Verdict> {
  const write = (verdict: Verdict, more?: object) => audit.record({ ...fields, ...verdict, ...more, kind: 'verdict' })
  return (source) =>
    new Observable<Verdict>((subscriber) => {
      const waiting: Waiting[] = []
      let stops = 0
      let call = 0
      const arrive = (verdict: Verdict): Waiting => {
        const now = call
        queueMicrotask(() => {
          call = now + 1
        })
        return { verdict, stops, call: now }
      }
      const keep = (one: Waiting): boolean => {
        if (one.verdict.action.skill === 'stop' && waiting[0]?.call !== one.call) {
          stops++
          write(one.verdict).catch(() => {})
          subscriber.next(one.verdict)
          return false
        }
        waiting.push(one)
        return true
      }
      const pass = async (one: Waiting): Promise<Verdict> => {
        const { verdict } = one
        const late = () => one.stops !== stops && verdict.action.skill !== 'stop' && verdict.verdict !== 'refused'
        const refused: Verdict = { ...verdict, verdict: 'refused', why: 'a stop overtook it' }
        const line = write(verdict)
        if (verdict.action.skill === 'stop') line.catch(() => {})
        else {
          const n = await line
          // The line that says so names the one that it takes back.
          if (late()) await write(refused, { instead: n })
        }
        waiting.shift()
        return late() ? refused : verdict
      }
      return source.pipe(map(arrive), filter(keep), paced(pass)).subscribe(subscriber)
    })
}
