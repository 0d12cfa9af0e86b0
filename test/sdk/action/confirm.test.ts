/** What a person must agree to, and dry runs. */
import { from, lastValueFrom, Subject, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import {
  type Action,
  allowed,
  createGuard,
  type GuardOptions,
  guarded,
  type Skills,
  skillSet,
  type Verdict,
} from '../../../sdk/action/index.js'
import { violation } from '../../../sdk/robot/index.js'
import { roverSkills } from '../../../sdk/robot/skills.js'
import { fromGenerator } from '../../../sdk/stream/index.js'

const skills: Skills = { ...roverSkills, grip: { ...roverSkills.grip, confirm: true } }
const set = skillSet(skills)
const drive = (metres: number) => ({ skill: 'drive', metres })
const grip = { skill: 'grip', state: 'close' }
const stop = { skill: 'stop' }
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms))

const run = (actions: Action[], options: GuardOptions) =>
  lastValueFrom(from(actions).pipe(guarded(createGuard(set, options)), toArray()))
const told = (verdicts: Verdict[]) => verdicts.map(({ action, verdict }) => `${action.skill} ${verdict}`)

describe('confirmation', () => {
  it('lets a plan wait for a plain yes', async () => {
    const asked: Action[] = []
    const confirm = async (action: Action) => {
      asked.push(action)
      await sleep(5)
      return true
    }
    const repeat = { skill: 'repeat', times: 2, actions: [grip, drive(1)] }
    const verdicts = await run([drive(1), grip, drive(2), repeat], { confirm })
    expect(told(verdicts).every((text) => text.endsWith('allowed'))).toBe(true)
    expect(verdicts).toHaveLength(7)
    expect(verdicts[1]).toEqual({ action: grip, verdict: 'allowed', why: '', confirmed: true })
    expect(asked).toEqual([grip, grip, grip])
  })

  it.each<[string, GuardOptions]>([
    ['no', { confirm: async () => false }],
    ['anything but true', { confirm: async () => 'yes' as never }],
    ['an error', { confirm: async () => { throw new Error('no line') } }], // biome-ignore format: one line
    ['an error at once', { confirm: () => { throw new Error('no line') } }], // biome-ignore format: one line
    ['silence', { confirm: () => new Promise(() => {}), confirmMs: 10 }],
    ['nobody', {}],
  ])('takes %s for a no, and nothing follows', async (_, options) => {
    expect(told(await run([drive(1), grip, drive(2)], options))).toEqual([
      'drive allowed',
      'grip refused',
      'drive refused',
    ])
  })

  it('refuses it where nobody can wait for an answer', () => {
    const plan = createGuard(set, { confirm: async () => true }).plan()
    expect(plan.check(grip)[0]).toMatchObject({ verdict: 'refused', why: expect.stringContaining('agree') })
  })

  it('is overtaken by a stop: the question is over, and all behind it refused', async () => {
    const source = new Subject<Action>()
    const seen: string[] = []
    let signal: AbortSignal | undefined
    let answer!: (yes: boolean) => void
    const confirm = (_: Action, given: AbortSignal) => {
      signal = given
      return new Promise<boolean>((resolve) => {
        answer = resolve
      })
    }
    const going = source.pipe(guarded(createGuard(set, { confirm }))).forEach((v) => {
      seen.push(...told([v]))
    })
    source.next(drive(1))
    source.next(grip)
    source.next(drive(2))
    await sleep(5)
    expect(seen).toEqual(['drive allowed'])
    source.next(stop)
    expect(seen).toEqual(['drive allowed', 'stop allowed'])
    await sleep(5)
    expect(signal?.aborted).toBe(true)
    answer(true)
    source.complete()
    await going
    expect(seen).toEqual(['drive allowed', 'stop allowed', 'grip refused', 'drive refused'])
  })

  it('makes the source wait, and looks at the world again after it', async () => {
    let t = 0
    const made: number[] = []
    const source = fromGenerator(async function* () {
      for (const [i, action] of [drive(1), grip, drive(2)].entries()) {
        made.push(i)
        yield action
      }
    })
    let during: number[] = []
    const confirm = async () => {
      await sleep(5)
      during = [...made]
      t = 100
      return true
    }
    const guard = createGuard(set, { confirm, deadlineMs: 50, now: () => t })
    const verdicts = await lastValueFrom(source.pipe(guarded(guard), toArray()))
    expect(during).toEqual([0, 1])
    expect(told(verdicts)).toEqual(['drive allowed', 'grip refused', 'drive refused'])
    expect(verdicts[1].why).toContain('50 ms')
  })

  it('asks about what will be done, and does what was asked about', async () => {
    const action = { skill: 'grip', state: 'close' }
    const confirm = async (shown: Action) => {
      action.state = 'open'
      ;(shown as { state?: string }).state = 'open'
      return true
    }
    expect((await run([action], { confirm }))[0].action).toEqual({ skill: 'grip', state: 'close' })
  })

  it('lets go of the person when nobody listens any more', async () => {
    let signal: AbortSignal | undefined
    const confirm = (_: Action, given: AbortSignal) => {
      signal = given
      return new Promise<boolean>(() => {})
    }
    const subscription = from([grip])
      .pipe(guarded(createGuard(set, { confirm })))
      .subscribe()
    await sleep(5)
    subscription.unsubscribe()
    await sleep(5)
    expect(signal?.aborted).toBe(true)
  })
})

describe('a dry run', () => {
  it('judges, and nothing that passes can be done by anyone', async () => {
    const confirm = async () => {
      throw new Error('nobody is asked in a dry run')
    }
    const verdicts = await run([drive(99), grip, { skill: 'fly' }], { dry: true, confirm })
    expect(verdicts).toMatchObject([
      { verdict: 'clamped', dry: true },
      { verdict: 'allowed', dry: true },
      { verdict: 'refused', dry: true },
    ])
    for (const { action } of verdicts) {
      expect(violation(action, set)).toBeDefined()
      // Also behind a wire, and before another guard.
      expect(violation(JSON.parse(JSON.stringify(action)), set)).toBeDefined()
      expect(createGuard(set).plan().check(action)[0].verdict).toBe('refused')
    }
    expect(await lastValueFrom(from(verdicts).pipe(allowed(), toArray()))).toEqual([])
    expect(await lastValueFrom(from(await run([drive(1), stop], {})).pipe(allowed(), toArray()))).toEqual([
      drive(1),
      stop,
    ])
  })

  it('cannot be where a skill has an argument of that name', () => {
    const dry = { parameters: { properties: { dry: { type: 'boolean' } } } }
    expect(() => createGuard(skillSet({ paint: dry }), { dry: true })).toThrow(
      expect.objectContaining({ kind: 'unsupported' }),
    )
  })
})
