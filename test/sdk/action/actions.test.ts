import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { firstValueFrom, map, of, Subject, toArray } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Audit, actions, audited, createGuard, guarded, readAudit, skillSet } from '../../../sdk/action/index.js'
import { fromGenerator, paced, type Token } from '../../../sdk/stream/index.js'
import { robotSkills } from './robot-skills.js'

const token = (text: string): Token => ({ id: 0, text, logprob: 0, index: 0, ms: 0 })
const guard = () => createGuard(skillSet(robotSkills))

describe('actions', () => {
  it('gives each action the moment its object closes', () => {
    new TestScheduler((a, b) => expect(a).toEqual(b)).run(({ cold, expectObservable }) => {
      const source = cold('a-b-c-d-|', {
        a: '[{"skill":"say","text":"}',
        b: ']"},{"ski',
        c: 'll":"stop"}',
        d: ']',
      }).pipe(map(token))
      expectObservable(source.pipe(actions())).toBe('--x-y---|', {
        x: { skill: 'say', text: '}]' },
        y: { skill: 'stop' },
      })
    })
  })

  it('decodes what is written another way', async () => {
    const source = of(...'[{"skill":"drive","feet":10},{"skill":"x"}]').pipe(map(token))
    const decode = (a: { skill: string; feet?: unknown }) =>
      a.feet === undefined ? [] : [{ skill: a.skill, metres: (a.feet as number) * 0.3048 }]
    expect(await firstValueFrom(source.pipe(actions(decode), toArray()))).toEqual([{ skill: 'drive', metres: 3.048 }])
  })

  it.each(['[1]', '["stop"]', '[{"metres":1}]', '[{"skill":1}]', '[{"skill":"stop"', 'sure! ['])(
    'refuses %s',
    async (text) => {
      await expect(firstValueFrom(of(token(text)).pipe(actions(), toArray()))).rejects.toMatchObject({ kind: 'format' })
    },
  )

  it('holds the decoder while an action is carried out', async () => {
    let made = 0
    const source = fromGenerator(async function* () {
      for (const piece of [
        '[{"skill":"drive","metres":1}',
        ',{"skill":"repeat","times":2,"actions":[{"skill":"drive","metres":2}]}',
        ',{"skill":"stop"}',
        ']',
      ]) {
        made++
        yield token(piece)
      }
    })
    const seen: unknown[] = []
    const work = async ({ action }: { action: { skill: string; metres?: unknown } }) => {
      await sleep(3)
      seen.push([action.skill, action.metres, made])
    }
    await firstValueFrom(source.pipe(actions(), guarded(guard()), paced(work), toArray()))
    expect(seen).toEqual([['drive', 1, 1], ['drive', 2, 2], ['drive', 2, 2], ['stop', undefined, 3]]) // biome-ignore format: a table
  })

  it('makes a new plan for each subscription', async () => {
    const plan = of({ skill: 'fly' }, { skill: 'drive', metres: 1 }).pipe(
      guarded(guard()),
      map((v) => v.verdict),
      toArray(),
    )
    expect(await firstValueFrom(plan)).toEqual(['refused', 'refused'])
    const next = of({ skill: 'drive', metres: 1 }).pipe(guarded(guard()))
    expect((await firstValueFrom(next)).verdict).toBe('allowed')
  })
})

describe('audit', () => {
  let folder: string
  let path: string
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lutra-audit-'))
    path = join(folder, 'audit.jsonl')
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('has the line on the disk before the action goes on', async () => {
    const audit = await Audit.open(path)
    const seen: string[] = []
    const source = of(
      { skill: 'drive', metres: 1 },
      { skill: 'say', text: '"\n\\' },
      { skill: 'fly' },
      { skill: 'stop' },
    )
    const work = async (verdict: { action: { skill: string } }) => {
      if (verdict.action.skill !== 'stop')
        expect(await readFile(path, 'utf8')).toContain(`"skill":"${verdict.action.skill}"`)
      seen.push(verdict.action.skill)
    }
    await firstValueFrom(source.pipe(guarded(guard()), audited(audit), paced(work), toArray()))
    await audit.close()
    expect(seen).toEqual(['drive', 'say', 'fly', 'stop'])
    const { records, torn } = await readAudit(path)
    expect(torn).toBe(0)
    expect(records.map((r) => [r.n, r.kind, r.verdict])).toEqual([
      [0, 'verdict', 'allowed'],
      [1, 'verdict', 'allowed'],
      [2, 'verdict', 'refused'],
      [3, 'verdict', 'allowed'],
    ])
    expect((await readFile(path, 'utf8')).split('\n')).toHaveLength(5)
  })

  it('goes on after a crash in the middle of a line', async () => {
    const first = await Audit.open(path)
    await first.record({ kind: 'instruction', text: 'drive' })
    await first.close()
    await appendFile(path, '{"n":1,"at":"2026-01-01T00:00')
    const second = await Audit.open(path, { now: () => new Date(0), sync: false })
    await second.record({ kind: 'outcome', n: 99, at: 'never' })
    await second.close()
    const { records, torn } = await readAudit(path)
    expect(torn).toBe(1)
    expect(records.map((r) => [r.n, r.kind])).toEqual([[0, 'instruction'], [1, 'outcome']]) // biome-ignore format: a table
    expect(records[1].at).toBe('1970-01-01T00:00:00.000Z')
  })

  it('keeps the order of many entries at once, and survives what cannot be written', async () => {
    const audit = await Audit.open(path)
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const all = Array.from({ length: 50 }, (_, i) => audit.record({ kind: 'x', i }))
    await Promise.all([
      ...all,
      audit.record({ kind: 'cyclic', cyclic }),
      audit.record({ kind: 'long', text: 'x'.repeat(1 << 20) }),
    ])
    await audit.close()
    const { records } = await readAudit(path)
    expect(records.map((r) => r.n)).toEqual(Array.from({ length: 52 }, (_, i) => i))
    expect(records[51]).toMatchObject({ kind: 'long', cut: expect.any(Number) })
    await expect(audit.record({ kind: 'late' })).rejects.toMatchObject({ kind: 'closed' })
  })

  it('says of no entry that it is written when the write of its batch failed', async () => {
    const audit = await Audit.open(path)
    await audit.file.close()
    const both = await Promise.allSettled([audit.record({ kind: 'a' }), audit.record({ kind: 'b' })])
    expect(both.map((r) => r.status)).toEqual(['rejected', 'rejected'])
  })

  it('lets a stop overtake what a slow disk keeps waiting, and refuses that', async () => {
    const audit = await Audit.open(path)
    audit.file.datasync = () => sleep(100)
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
    const { records } = await readAudit(path)
    expect(records.filter((r) => r.why === 'a stop overtook it')).toHaveLength(2)
  })

  it('stops everything once it cannot be written, but for a stop', async () => {
    const audit = await Audit.open(path)
    await audit.file.close()
    const run = (action: { skill: string; metres?: number }) =>
      firstValueFrom(of(action).pipe(guarded(guard()), audited(audit)))
    await expect(run({ skill: 'drive', metres: 1 })).rejects.toMatchObject({ kind: 'io' })
    await expect(run({ skill: 'drive', metres: 1 })).rejects.toMatchObject({ kind: 'io' })
    expect((await run({ skill: 'stop' })).action).toEqual({ skill: 'stop' })
    await expect(Audit.open(join(folder, 'none', 'audit.jsonl'))).rejects.toMatchObject({ kind: 'io' })
  })
})
