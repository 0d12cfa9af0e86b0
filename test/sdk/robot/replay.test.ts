import { setTimeout as sleep } from 'node:timers/promises'
import { from, lastValueFrom, map, type Observable } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { type Action, Audit, type AuditRecord, createGuard, guarded, skillSet } from '../../../sdk/action/index.js'
import { type Robot, replay, robot, roverSkills } from '../../../sdk/robot/index.js'
import { differences, seenFrom } from '../../../sdk/robot/replay/compare.js'
import { timelineOf } from '../../../sdk/robot/replay/timeline.js'
import { logFolder } from '../action/audit/log.js'

const guard = createGuard(skillSet(roverSkills))
const drive = (metres: number) => ({ skill: 'drive', metres })
const pose = (x: number, y = 0, heading = 0) => ({ x, y, heading })

/** As an app would: guarded, written down, executed, written down. */
function run(rover: Robot, audit: Audit, prompt: string, actions: readonly Action[]): Observable<unknown> {
  const session = audit.session({ prompt })
  const allowed = from(actions).pipe(
    session.actions(),
    guarded(guard),
    session.verdicts(),
    map(({ action }) => action),
  )
  return allowed.pipe(rover.execute(), session.reports())
}

describe('a replay', () => {
  it('of what a simulated rover did, with a stop on its way, ends where that did', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path)
    const rover = await robot('simulated:speed=5')
    audit.watch(rover)
    await lastValueFrom(
      run(rover, audit, 'go', [drive(0.5), { skill: 'turn', degrees: 90 }, { skill: 'say', text: 'hi' }]),
    )
    const stopped = lastValueFrom(run(rover, audit, 'on', [drive(3)])).catch(({ kind }) => kind)
    await sleep(400)
    await rover.stop('a person in the way')
    expect(await stopped).toBe('cancelled')
    await rover.reset()
    await lastValueFrom(run(rover, audit, 'back', [drive(-0.3)]))
    await rover.close()
    await audit.close()
    const done = await replay(log.path, { speed: 5 })
    expect(done.steps.map(({ action, recorded, replayed }) => [action.skill, recorded?.state, replayed.state])).toEqual(
      [
        ['drive', 'done', 'done'],
        ['turn', 'done', 'done'],
        ['say', 'done', 'done'],
        ['drive', 'stopped', 'stopped'],
        ['drive', 'done', 'done'],
      ],
    )
    expect(done).toMatchObject({ simulated: true, stops: 1, resets: 1 })
    // The first three do not depend on the moment of a stop.
    expect(done.steps.slice(0, 3).flatMap(({ differs }) => differs)).toEqual([])
    expect(done.steps[1].replayed.pose).toMatchObject({ x: expect.closeTo(0.5, 1), y: expect.closeTo(0, 1) })
    expect(done.steps[1].replayed.pose?.heading).toBeCloseTo(90, 0)
    // It was cut short on its way, then and now.
    const { recorded, replayed } = done.steps[3]
    for (const end of [recorded, replayed]) {
      expect(end?.pose?.y).toBeGreaterThan(0.05)
      expect(end?.pose?.y).toBeLessThan(2.9)
    }
  })

  it('tells what ends elsewhere or otherwise, seen from where each robot began', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { sync: false })
    const told = async (of: number, action: Action, state: string, at: object) => {
      await audit.record({ kind: 'verdict', of, action, verdict: 'allowed', why: '' })
      await audit.record({ kind: 'report', of, action, state: 'started', ms: 0, telemetry: { pose: pose(-7, 4, 90) } })
      await audit.record({ kind: 'report', of, action, state, ms: 9, telemetry: { pose: at } })
    }
    // It stood at -7, 4 and looked along y.
    await told(1, drive(0.2), 'done', pose(-7, 4.2, 90))
    await told(2, drive(0.2), 'done', pose(-7, 4.9, 140))
    await told(3, drive(0.2), 'failed', pose(-7, 4.6, 90))
    await told(4, { skill: 'fly' }, 'done', pose(-7, 4.6, 90))
    await audit.close()
    const { steps, differences } = await replay(log.path, { speed: 20 })
    expect(steps.map(({ differs }) => differs)).toEqual([
      [],
      ['it ends 0.50 m from there', 'it looks 50° away'],
      ['it was failed and is done'],
      [expect.stringMatching(/^it was done and is rejected \(Expected a skill of drive/)],
    ])
    expect(differences).toBe(3)
  })

  it('needs a log and a speed, and can be cancelled', async () => {
    await using log = await logFolder()
    await expect(replay(log.path)).rejects.toMatchObject({ kind: 'io' })
    await expect(replay(log.path, { speed: 0 })).rejects.toMatchObject({ kind: 'limit' })
    const audit = await Audit.open(log.path)
    await audit.record({ kind: 'verdict', action: drive(5), verdict: 'allowed', why: '' })
    await audit.close()
    const controller = new AbortController()
    setTimeout(() => controller.abort(), 100)
    await expect(replay(log.path, { signal: controller.signal })).rejects.toMatchObject({ kind: 'cancelled' })
    await expect(replay(log.path, { signal: controller.signal })).rejects.toMatchObject({ kind: 'cancelled' })
  })
})

describe('the moments of a log', () => {
  type Line = readonly [ms: number, kind: string, fields: object]
  async function* records(all: readonly Line[]) {
    for (const [n, [ms, kind, fields]] of all.entries())
      yield { n, at: new Date(ms).toISOString(), kind, ...fields } as AuditRecord
  }
  const allowed = (of: number | undefined, action: Action) => ({ of, action, verdict: 'allowed', why: '' })
  const short = async (...all: Line[]) =>
    (await timelineOf(records(all))).map((m) =>
      m.type === 'motion'
        ? [m.n, m.action.metres, m.recorded?.state, m.begin, m.end, m.stopAfter]
        : [m.n, m.type, m.begin],
    )

  it('leave out what was refused, overtaken by a stop, or never begun', async () => {
    expect(
      await short(
        [0, 'verdict', allowed(9, drive(1))],
        [1, 'verdict', allowed(9, drive(2))],
        [2, 'verdict', { ...allowed(9, drive(2)), verdict: 'refused', instead: 1 }],
        [3, 'verdict', { ...allowed(9, drive(3)), verdict: 'refused' }],
        [4, 'verdict', { ...allowed(9, drive(4)), verdict: 'clamped' }],
        [5, 'verdict', allowed(9, drive(5))],
        [10, 'report', { of: 9, action: drive(1), state: 'started' }],
        [20, 'report', { of: 9, action: drive(1), state: 'done' }],
        [30, 'report', { of: 9, action: drive(4), state: 'started' }],
        // Nobody reported on this one's session.
        [40, 'verdict', allowed(undefined, drive(6))],
        [41, 'verdict', { of: 9, action: 'none', verdict: 'allowed' }],
      ),
    ).toEqual([
      [0, 1, 'done', 10, 20, undefined],
      [4, 4, 'unknown', 30, 30, undefined],
      [9, 6, undefined, 40, 40, undefined],
    ])
  })

  it('have a stop within the motion that it ended, and any other by itself', async () => {
    expect(
      await short(
        [0, 'robot', { telemetry: { pose: pose(1, 2, 3) } }],
        [0, 'verdict', allowed(9, drive(1))],
        [100, 'report', { of: 9, action: drive(1), state: 'started' }],
        [250, 'stop', { confirmed: false }],
        [260, 'stop', { confirmed: true }],
        [270, 'report', { of: 9, action: drive(1), state: 'stopped', ms: 160 }],
        [300, 'reset', {}],
        [400, 'stop', { confirmed: true }],
        [500, 'verdict', allowed(8, drive(2))],
        [510, 'report', { of: 8, action: drive(2), state: 'started' }],
        [560, 'report', { of: 8, action: drive(2), state: 'stopped', ms: 50 }],
      ),
    ).toEqual([
      [0, 'robot', 0],
      [1, 1, 'stopped', 100, 270, 150],
      [4, 'stop', 260],
      [6, 'reset', 300],
      [7, 'stop', 400],
      // Where nobody watched the robot, its own report tells when.
      [8, 2, 'stopped', 510, 560, 50],
    ])
  })

  it('take equal actions in turn', async () => {
    expect(
      await short(
        [0, 'verdict', allowed(9, drive(1))],
        [1, 'verdict', allowed(9, drive(1))],
        [2, 'report', { of: 9, action: drive(1), state: 'started' }],
        [3, 'report', { of: 9, action: drive(1), state: 'done' }],
        [4, 'report', { of: 9, action: drive(1), state: 'started' }],
        [5, 'report', { of: 9, action: drive(1), state: 'failed' }],
      ),
    ).toEqual([
      [0, 1, 'done', 2, 3, undefined],
      [1, 1, 'failed', 4, 5, undefined],
    ])
  })
})

describe('comparing', () => {
  it('turns and moves a pose into the frame of another', () => {
    const seen = seenFrom(pose(1, 1, 90), pose(1, 3, -170))
    expect(seen.x).toBeCloseTo(2, 9)
    expect(seen.y).toBeCloseTo(0, 9)
    expect(seen.heading).toBeCloseTo(100, 9)
  })

  it('does not mind what a simulation’s timers change, nor full turns', () => {
    const tolerance = { metres: 0.1, degrees: 5 }
    const done = (p?: ReturnType<typeof pose>) => ({ state: 'done', pose: p })
    expect(differences(done(pose(1, 0, 179)), done(pose(1.05, 0.05, -179)), tolerance)).toEqual([])
    expect(differences(done(), done(pose(9)), tolerance)).toEqual([])
    expect(differences({ state: 'unknown' }, done(pose(9)), tolerance)).toEqual([])
  })
})
