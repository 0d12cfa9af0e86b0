import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createGuard, type GuardOptions, skillSet } from '../../../sdk/action/index.js'
import { robotSkills } from './robot-skills.js'

const set = skillSet(robotSkills)
const plan = (options: GuardOptions = {}) => createGuard(set, options).plan()
const one = (action: unknown, options: GuardOptions = {}) => plan(options).check(action)[0]

describe('guard', () => {
  it('allows what fits, as it is', () => {
    for (const action of [
      { skill: 'drive', metres: -20 },
      { skill: 'drive', metres: 0.29 },
      { skill: 'say', text: '"]}\\' },
      { skill: 'stop' },
    ]) {
      expect(one(action)).toEqual({ action, verdict: 'allowed', why: '' })
    }
  })

  it('clamps numbers to range and step, or refuses them where told so', () => {
    expect(one({ skill: 'drive', metres: 500 })).toEqual({
      action: { skill: 'drive', metres: 20 },
      verdict: 'clamped',
      why: 'drive.metres 500 → 20',
    })
    expect(one({ skill: 'drive', metres: 0.123 })).toMatchObject({ action: { metres: 0.12 }, verdict: 'clamped' })
    expect(one({ skill: 'drive', metres: -0 }).action.metres).toSatisfy((x) => Object.is(x, 0))
    expect(one({ skill: 'drive', metres: 500 }, { outOfRange: 'refuse' })).toMatchObject({
      verdict: 'refused',
      action: { metres: 500 },
    })
  })

  it.each<[unknown]>([
    [{ skill: 'drive', metres: Number.NaN }],
    [{ skill: 'drive', metres: Number.POSITIVE_INFINITY }],
    [{ skill: 'drive', metres: '1' }],
    [{ skill: 'drive', metres: null }],
    [{ skill: 'drive' }],
    [{ skill: 'drive', metres: 1, fast: true }],
    [JSON.parse('{"skill":"drive","metres":1,"__proto__":{"x":1}}')],
    [Object.create({ skill: 'drive', metres: 1 })],
    [{ skill: 'toString' }],
    [{ skill: '__proto__' }],
    [{ skill: 'look', direction: 'up' }],
    [{ skill: 'say', text: 'x'.repeat(41) }],
    [{ skill: 'say', text: '' }],
    [{ skill: 'rm -rf' }],
    [{ skill: ['drive'] }],
    [{}],
    [[]],
    [null],
    ['drive'],
    [{ skill: 'look', direction: 1n }],
  ])('refuses %o and does not throw', (action) => {
    expect(one(action)).toMatchObject({ verdict: 'refused', why: expect.stringMatching(/./) })
  })

  it('refuses what throws when it is read', () => {
    const trap = Object.defineProperty({}, 'skill', {
      enumerable: true,
      get: () => {
        throw new Error('trap')
      },
    })
    expect(one(trap)).toMatchObject({ verdict: 'refused', why: expect.stringContaining('trap') })
  })

  it('keeps to the allow-list, but for stop', () => {
    expect(one({ skill: 'drive', metres: 1 }, { allow: ['say'] })).toMatchObject({ verdict: 'refused' })
    expect(one({ skill: 'stop', now: true }, { allow: ['say'] })).toEqual({
      action: { skill: 'stop' },
      verdict: 'allowed',
      why: '',
    })
    expect(() => createGuard(set, { allow: ['fly'] })).toThrow(/fly/)
    expect(() => createGuard(set, { deadlineMs: Number.NaN })).toThrow(expect.objectContaining({ kind: 'mismatch' }))
  })

  it('unrolls repetitions, up to a limit', () => {
    const drive = { skill: 'drive', metres: 1 }
    const look = { skill: 'look', direction: 'left' }
    const twice = plan().check({ skill: 'repeat', times: 2, actions: [drive, look] })
    expect(twice.map((v) => v.action)).toEqual([drive, look, drive, look])
    const many = plan().check({ skill: 'repeat', times: 99, actions: [drive] })
    expect(many).toHaveLength(10)
    expect(many[0]).toMatchObject({ verdict: 'clamped', why: 'repeat.times 99 → 10' })
    const limited = plan({ maxActions: 19 })
    expect(limited.check({ skill: 'repeat', times: 5, actions: [drive, look] })).toHaveLength(10)
    expect(limited.check({ skill: 'repeat', times: 5, actions: [drive, look] })).toMatchObject([
      { verdict: 'refused', why: /19/ },
    ])
  })

  it('refuses a repetition inside a repetition, and of nothing', () => {
    const inner = { skill: 'repeat', times: 2, actions: [{ skill: 'stop' }] }
    expect(plan().check({ skill: 'repeat', times: 2, actions: [inner] })[0]).toMatchObject({ verdict: 'refused' })
    expect(one({ skill: 'repeat', times: 2, actions: [] })).toMatchObject({ verdict: 'refused' })
    expect(one({ skill: 'repeat', times: 2.5, actions: [{ skill: 'stop' }] })).toMatchObject({ verdict: 'refused' })
  })

  it('halts a plan at the first refusal, or leaves it out where told so; stop always goes through', () => {
    const halting = plan()
    expect(halting.check({ skill: 'fly' })[0].verdict).toBe('refused')
    expect(halting.check({ skill: 'drive', metres: 1 })[0]).toMatchObject({ verdict: 'refused', why: /before/ })
    expect(halting.check({ skill: 'stop' })[0].verdict).toBe('allowed')
    const skipping = plan({ afterRefusal: 'skip' })
    skipping.check({ skill: 'fly' })
    expect(skipping.check({ skill: 'drive', metres: 1 })[0].verdict).toBe('allowed')
  })

  it('lets nothing follow a stop', () => {
    const p = plan({ afterRefusal: 'skip' })
    p.check({ skill: 'stop' })
    expect(p.check({ skill: 'drive', metres: 1 })[0]).toMatchObject({ verdict: 'refused', why: /stop/ })
  })

  it('holds what stands alone to it', () => {
    const alone = { alone: true }
    const guard = createGuard(skillSet({ ...robotSkills, home: alone }), { afterRefusal: 'skip' })
    const verdicts = (...actions: unknown[]) => {
      const p = guard.plan()
      return actions.flatMap((action) => p.check(action)).map(({ verdict }) => verdict)
    }
    const drive = { skill: 'drive', metres: 1 }
    const home = { skill: 'home' }
    expect(verdicts(home, drive, home, { skill: 'stop' })).toEqual(['allowed', 'refused', 'refused', 'allowed'])
    expect(verdicts(drive, home, drive)).toEqual(['allowed', 'refused', 'allowed'])
    expect(verdicts({ skill: 'repeat', times: 2, actions: [home] })).toEqual(['refused', 'refused'])
  })

  it('limits the rate over all plans', () => {
    let t = 0
    const guard = createGuard(set, { rate: { actions: 2, ms: 100 }, now: () => t })
    const drive = () => guard.plan().check({ skill: 'drive', metres: 1 })[0].verdict
    expect([drive(), drive(), drive()]).toEqual(['allowed', 'allowed', 'refused'])
    expect(guard.plan().check({ skill: 'stop' })[0].verdict).toBe('allowed')
    t = 100
    expect([drive(), drive(), drive()]).toEqual(['allowed', 'allowed', 'refused'])
  })

  it('refuses what comes after the deadline, but for stop', () => {
    let t = 0
    const p = plan({ deadlineMs: 50, now: () => t })
    expect(p.check({ skill: 'drive', metres: 1 })[0].verdict).toBe('allowed')
    t = 51
    expect(p.check({ skill: 'drive', metres: 1 })[0]).toMatchObject({ verdict: 'refused', why: /50 ms/ })
    expect(p.check({ skill: 'stop' })[0].verdict).toBe('allowed')
  })

  it('at random: what passes lies in the ranges, whatever comes in', () => {
    const anything = fc.oneof(
      fc.anything({ withBigInt: true, withDate: true, withMap: true }),
      fc.record(
        {
          skill: fc.constantFrom('drive', 'wait', 'say', 'repeat'),
          metres: fc.anything(),
          seconds: fc.double(),
          text: fc.string(),
        },
        { requiredKeys: ['skill'] },
      ),
      fc.record({ skill: fc.constant('drive'), metres: fc.double() }),
      fc.record({ skill: fc.constant('wait'), seconds: fc.double({ min: -1, max: 4000 }) }),
    )
    fc.assert(
      fc.property(anything, (action) => {
        for (const { action: out, verdict } of plan().check(action)) {
          if (verdict === 'refused') continue
          if (out.skill === 'drive') expect(Math.abs(out.metres as number)).toBeLessThanOrEqual(20)
          if (out.skill === 'wait') expect((out.seconds as number) >= 0 && (out.seconds as number) <= 3600).toBe(true)
          expect(set.skills.has(out.skill)).toBe(true)
          // What passed once passes unchanged again.
          expect(plan().check(out)).toEqual([{ action: out, verdict: 'allowed', why: '' }])
        }
      }),
      { numRuns: 1000 },
    )
  })
})
