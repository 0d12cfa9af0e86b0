/**
 * What an audit log says was done, in order: motions that began, stops and resets between them, and how each ended.
 * takes  AuditRecords · gives  a list of moments
 * before sdk/action/audit · after ./replay
 */
import type { Action, AuditRecord } from '../../action/index.js'
import type { Pose } from './compare.js'

/** How an action ended. */
export interface Outcome {
  /** `done`, `stopped`, `failed`, `rejected`, `refused`; `unknown` where the log ends before the action does. */
  readonly state: string
  /** Where, in the frame of whoever told it: metres, degrees. */
  readonly pose?: Pose
  /** Why it did not end well. */
  readonly error?: string
}

export interface Motion {
  readonly type: 'motion'
  /** Number of the verdict that allowed it. */
  readonly n: number
  readonly action: Action
  /** Milliseconds since 1970: when it began, and when it ended as far as the log tells. */
  readonly begin: number
  readonly end: number
  /** Where the robot stood then. */
  readonly from?: Pose
  /** Undefined where nobody wrote reports down. */
  readonly recorded?: Outcome
  /** An emergency stop came so many ms after it began. */
  readonly stopAfter?: number
}

export type Moment =
  | Motion
  | { readonly type: 'stop' | 'reset'; readonly n: number; readonly begin: number; readonly end: number }
  /** A robot was opened, and stood there. */
  | { readonly type: 'robot'; readonly n: number; readonly begin: number; readonly end: number; readonly pose?: Pose }

const lastWords = new Set(['done', 'stopped', 'failed', 'rejected', 'refused'])

type Draft = { -readonly [K in keyof Motion]: Motion[K] } & { of: unknown; reported: boolean }

/** An allowed verdict that a stop has overtaken, or that its plan never came to, is none of them. */
export async function timelineOf(records: AsyncIterable<AuditRecord>): Promise<Moment[]> {
  const motions = new Map<number, Draft>()
  const others: Moment[] = []
  /** Verdicts without their last report, by session; and the sessions that have reports. */
  const open = new Map<unknown, Set<Draft>>()
  const told = new Set<unknown>()
  let running: Draft | undefined

  const verdict = ({ n, of, verdict, action, instead }: AuditRecord, at: number) => {
    const taken = motions.get(instead as number)
    if (taken) {
      motions.delete(taken.n)
      open.get(taken.of)?.delete(taken)
    }
    if (verdict === 'refused' || !isAction(action)) return
    const motion: Draft = { type: 'motion', n, of, action, begin: at, end: at, reported: false }
    motions.set(n, motion)
    const others = open.get(of) ?? new Set()
    open.set(of, others.add(motion))
  }
  const report = (record: AuditRecord, at: number) => {
    const { of, state } = record
    told.add(of)
    const text = JSON.stringify(record.action)
    const motion = [...(open.get(of) ?? [])].find(({ action }) => JSON.stringify(action) === text)
    if (motion === undefined) return
    motion.reported = true
    motion.end = at
    if (typeof state !== 'string' || !lastWords.has(state)) {
      if (running !== motion) {
        motion.begin = at
        motion.from = poseOf(record)
      }
      running = motion
      return
    }
    motion.recorded = outcomeOf(state, record)
    if (state === 'stopped') motion.stopAfter ??= Number(record.ms) || 0
    open.get(of)?.delete(motion)
    if (running === motion) running = undefined
  }
  const stop = (n: number, at: number) => {
    // A stop is told again when the board confirms it.
    if (running && running.stopAfter === undefined) running.stopAfter = Math.max(0, at - running.begin)
    else others.push({ type: 'stop', n, begin: at, end: at })
  }

  for await (const record of records) {
    const at = Date.parse(record.at)
    if (record.kind === 'verdict') verdict(record, at)
    else if (record.kind === 'report') report(record, at)
    else if (record.kind === 'stop') stop(record.n, at)
    else if (record.kind === 'reset') others.push({ type: 'reset', n: record.n, begin: at, end: at })
    else if (record.kind === 'robot')
      others.push({ type: 'robot', n: record.n, begin: at, end: at, pose: poseOf(record) })
  }
  const begun = [...motions.values()].filter(({ reported, of }) => reported || !told.has(of)).map(motionOf)
  return [...begun, ...others].sort((a, b) => a.begin - b.begin || a.n - b.n)
}

function motionOf({ of, reported, ...motion }: Draft): Motion {
  return reported && motion.recorded === undefined ? { ...motion, recorded: { state: 'unknown' } } : motion
}

function outcomeOf(state: string, record: AuditRecord): Outcome {
  const { message } = (record.error ?? {}) as { message?: unknown }
  return { state, pose: poseOf(record), ...(typeof message === 'string' && { error: message }) }
}

/** Where its telemetry says it was. */
function poseOf({ telemetry }: AuditRecord): Pose | undefined {
  const { pose } = (telemetry ?? {}) as { pose?: Partial<Pose> }
  const { x, y, heading } = pose ?? {}
  return Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(heading) ? (pose as Pose) : undefined
}

function isAction(value: unknown): value is Action {
  return typeof (value as { skill?: unknown } | null | undefined)?.skill === 'string'
}
