/** What was called off is not begun, whatever the model makes of the signal. */
import { setImmediate as turn } from 'node:timers/promises'
import { lastValueFrom, Observable } from 'rxjs'
import { expect, it } from 'vitest'
import { type Action, createGuard, skillSet } from '../../../sdk/action/index.js'
import { work } from '../../../sdk/iot/request/work.js'
import type { Report } from '../../../sdk/robot/report.js'
import { roverSkills } from '../../../sdk/robot/skills.js'
import { simulatedModel } from './simulated-model.js'

function actor() {
  let begun = 0
  const perform = () =>
    new Observable<Report>((subscriber) => {
      begun++
      subscriber.complete()
    })
  const now = { mode: 'idle', latched: false } as const
  const rest = {
    name: 'simulated',
    simulated: true,
    skills: roverSkills,
    now,
    stop: async () => {},
    reset: async () => {},
  }
  return {
    ...rest,
    perform,
    get begun() {
      return begun
    },
  }
}

const request = { kind: 'act', prompt: 'drive', options: {} } as const
const guard = createGuard(skillSet(roverSkills))

it('begins nothing for who has gone, even where the model goes on', async () => {
  const robot = actor()
  let written!: (actions: Action[]) => void
  const wish = new Promise<Action[]>((resolve) => {
    written = resolve
  })
  const deaf = { ...simulatedModel(), interpret: async () => ({ actions: await wish, raw: '' }) }
  const gone = work(deaf, request, { skills: roverSkills, guard, actor: robot }).subscribe()
  gone.unsubscribe()
  written([{ skill: 'drive', metres: 1 }])
  for (let i = 0; i < 20; i++) await turn()
  expect(robot.begun).toBe(0)
})

it('does what the guard lets through, and nothing of a dry run', async () => {
  const robot = actor()
  const model = { ...simulatedModel(), interpret: async () => ({ actions: [{ skill: 'drive', metres: 1 }], raw: '' }) }
  const answer = (dry: boolean) => {
    const own = createGuard(skillSet(roverSkills), { dry })
    return lastValueFrom(work(model, request, { skills: roverSkills, guard: own, actor: robot }))
  }
  expect(await answer(true)).toMatchObject({ state: 'done', actions: [], executed: false })
  expect(robot.begun).toBe(0)
  expect(await answer(false)).toMatchObject({ state: 'done', executed: true })
  expect(robot.begun).toBe(1)
})
