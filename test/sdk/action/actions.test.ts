import { setTimeout as sleep } from 'node:timers/promises'
import { firstValueFrom, map, of, toArray } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { actions, createGuard, guarded, skillSet } from '../../../sdk/action/index.js'
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
