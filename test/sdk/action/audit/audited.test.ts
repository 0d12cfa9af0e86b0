import { type FileHandle, open, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { BehaviorSubject, concat, firstValueFrom, from, NEVER, of, Subject, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { Audit, actions, audited, createGuard, guarded, skillSet } from '../../../../sdk/action/index.js'
import { paced } from '../../../../sdk/stream/index.js'
import { robotSkills } from '../robot-skills.js'
import { logFolder, readAll } from './log.js'

const guard = () => createGuard(skillSet(robotSkills))

/** A file whose every write fails or takes its time. */
const patched = (patch: Partial<FileHandle>) => async (path: string) => Object.assign(await open(path, 'a+'), patch)
const broken = patched({ appendFile: () => Promise.reject(new Error('ENOSPC')) })

describe('audited', () => {
  it('has the line on the disk before the action goes on', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path)
    const seen: string[] = []
    const source = of(
      { skill: 'drive', metres: 1 },
      { skill: 'say', text: '"\n\\' },
      { skill: 'fly' },
      { skill: 'stop' },
    )
    const work = async (verdict: { action: { skill: string } }) => {
      if (verdict.action.skill !== 'stop')
        expect(await readFile(log.path, 'utf8')).toContain(`"skill":"${verdict.action.skill}"`)
      seen.push(verdict.action.skill)
    }
    await firstValueFrom(source.pipe(guarded(guard()), audited(audit, { of: 7 }), paced(work), toArray()))
    await audit.close()
    expect(seen).toEqual(['drive', 'say', 'fly', 'stop'])
    const records = await readAll(log.path)
    expect(records.map((r) => [r.n, r.kind, r.verdict, r.of])).toEqual([
      [0, 'verdict', 'allowed', 7],
      [1, 'verdict', 'allowed', 7],
      [2, 'verdict', 'refused', 7],
      [3, 'verdict', 'allowed', 7],
    ])
    expect((await readFile(log.path, 'utf8')).split('\n')).toHaveLength(5)
  })

  it('lets a stop overtake what a slow disk keeps waiting, and refuses that', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { open: patched({ datasync: () => sleep(100) }) })
    const source = new Subject<{ skill: string; metres?: number }>()
    const seen: unknown[] = []
    const going = source.pipe(guarded(guard()), audited(audit)).forEach((v) => {
      seen.push([v.action.skill, v.action.metres, v.verdict])
    })
    source.next({ skill: 'drive', metres: 1 })
    source.next({ skill: 'drive', metres: 2 })
    await sleep(10)
    source.next({ skill: 'stop' })
    expect(seen).toEqual([['stop', undefined, 'allowed']])
    source.complete()
    await going
    await audit.close()
    expect(seen.slice(1)).toEqual([['drive', 1, 'refused'], ['drive', 2, 'refused']]) // biome-ignore format: a table
    const records = await readAll(log.path)
    const taken = records.filter((r) => r.why === 'a stop overtook it')
    expect(taken).toHaveLength(2)
    for (const { instead, action } of taken)
      expect(records[instead as number]).toMatchObject({ action, verdict: 'allowed' })
  })

  it('lets nothing pass once it cannot be written, but for a stop', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { open: broken })
    const run = (action: { skill: string; metres?: number }) =>
      firstValueFrom(of(action).pipe(guarded(guard()), audited(audit)))
    await expect(run({ skill: 'drive', metres: 1 })).rejects.toMatchObject({ kind: 'io' })
    await expect(run({ skill: 'drive', metres: 1 })).rejects.toMatchObject({ kind: 'io' })
    expect((await run({ skill: 'stop' })).action).toEqual({ skill: 'stop' })
    await audit.close()
  })
})

describe('a session', () => {
  const token = (text: string, index: number) => ({ id: 100 + index, text, logprob: 0, index, ms: index })

  it('has prompt, tokens, actions, verdicts and reports in the order of what led to what', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path)
    const session = audit.session({ prompt: 'go and stop', model: 'pilot' })
    const text = ['[{"skill":"drive",', '"metres":99}', ',{"skill":"fly"}', ']']
    const report = async (v: { action: { skill: string }; verdict: string }) => {
      // On the disk before it is acted upon.
      expect(await readFile(log.path, 'utf8')).toContain(v.verdict)
      return { action: v.action, state: v.verdict === 'refused' ? 'rejected' : 'done', percent: 100 }
    }
    const out = of(...text.map(token)).pipe(
      session.tokens(),
      actions(),
      session.actions(),
      guarded(guard()),
      session.verdicts(),
      paced(report),
      session.reports(),
    )
    await firstValueFrom(out.pipe(toArray()))
    await audit.close()
    const records = await readAll(log.path)
    expect(records.map(({ kind, of }) => [kind, of])).toEqual([
      ['prompt', undefined],
      ['tokens', 0],
      ['action', 0],
      ['verdict', 0],
      ['tokens', 0],
      ['action', 0],
      ['tokens', 0],
      ['verdict', 0],
      ['report', 0],
      ['report', 0],
    ])
    expect(records[0]).toMatchObject({ prompt: 'go and stop', model: 'pilot' })
    expect(records.filter(({ kind }) => kind === 'tokens').map(({ from, text, ids }) => [from, text, ids])).toEqual([
      [0, text[0] + text[1], [100, 101]],
      [2, text[2], [102]],
      [3, text[3], [103]],
    ])
    expect(records[3]).toMatchObject({ verdict: 'clamped', action: { skill: 'drive', metres: 20 } })
    expect(records[9]).toMatchObject({ state: 'rejected', action: { skill: 'fly' } })
  })

  it('writes slow tokens a quarter of a second late, many a line, and what is left when it is unsubscribed', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { sync: false })
    const session = audit.session({ prompt: 'x' })
    const source = new Subject<ReturnType<typeof token>>()
    const going = source.pipe(session.tokens()).subscribe()
    source.next(token('a', 0))
    await expect.poll(async () => (await readAll(log.path)).length, { timeout: 5000 }).toBe(2)
    for (let i = 1; i <= 130; i++) source.next(token('b', i))
    source.next(token('c', 131))
    going.unsubscribe()
    await audit.close()
    const lines = (await readAll(log.path)).slice(1)
    expect(lines.map(({ from }) => from)).toEqual([0, 1, 65, 129])
    expect(lines.map(({ text }) => text).join('')).toBe(`a${'b'.repeat(130)}c`)
  })

  it('leaves reports of progress out unless they are asked for', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { sync: false })
    const reports = ['started', 'moving', 'done'].map((state) => ({ action: { skill: 'stop' }, state }))
    await firstValueFrom(of(...reports).pipe(audit.session({ prompt: 1 }).reports(), toArray()))
    await firstValueFrom(of(...reports).pipe(audit.session({ prompt: 2 }).reports({ moving: true }), toArray()))
    await audit.close()
    const states = (await readAll(log.path, { kinds: ['report'] })).map(({ state, of }) => [of, state])
    expect(states).toEqual([[0, 'started'], [0, 'done'], [3, 'started'], [3, 'moving'], [3, 'done']]) // biome-ignore format: a table
  })

  it('ends every stream once nothing can be written', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { open: broken })
    const session = audit.session({ prompt: 'x' })
    for (const [operator, value] of [
      [session.tokens(), Array.from({ length: 64 }, (_, i) => token('a', i))],
      [session.actions(), [{ skill: 'stop' }]],
      [session.reports(), [{ action: { skill: 'stop' }, state: 'done' }]],
    ] as const) {
      // A source that stays open: only the log can end this.
      const failing = concat(from(value as never[]), NEVER).pipe(operator as never)
      await expect(firstValueFrom(failing.pipe(toArray()))).rejects.toMatchObject({ kind: 'io' })
    }
    await audit.close()
  })
})

describe('watching a robot', () => {
  it('writes its stops, whether the board has confirmed them, and resets', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { sync: false })
    const state = new BehaviorSubject({ mode: 'idle', latched: false, telemetry: { pose: { x: 1, y: 2, heading: 3 } } })
    const watching = audit.watch({ name: 'simulated', simulated: true, state })
    for (const mode of ['moving', 'moving']) state.next({ ...state.value, mode })
    for (const mode of ['lost', 'lost', 'stopped', 'stopped']) state.next({ ...state.value, mode, latched: true })
    for (const mode of ['idle', 'idle']) state.next({ ...state.value, mode, latched: false })
    watching.unsubscribe()
    state.next({ ...state.value, mode: 'stopped', latched: true })
    await audit.close()
    expect((await readAll(log.path)).map(({ kind, confirmed, mode }) => [kind, confirmed, mode])).toEqual([
      ['robot', undefined, 'idle'],
      ['stop', false, 'lost'],
      ['stop', true, 'stopped'],
      ['reset', undefined, undefined],
    ])
  })

  it('does not mind a log that cannot be written', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { open: broken })
    const state = new BehaviorSubject({ mode: 'idle', latched: false })
    audit.watch({ name: 'simulated', simulated: true, state })
    state.next({ mode: 'stopped', latched: true })
    await expect(audit.record({ kind: 'x' })).rejects.toMatchObject({ kind: 'io' })
    state.next({ mode: 'idle', latched: false })
    await audit.close()
  })
})
