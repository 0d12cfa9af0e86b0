/** The workspace, limits and preconditions; an independent monitor reckons where the robot ends up. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  createGuard,
  type Fence,
  type GuardOptions,
  Sensors,
  type Skills,
  skillSet,
} from '../../../sdk/action/index.js'
import { roverSkills } from '../../../sdk/robot/skills.js'
import { robotSkills } from './robot-skills.js'

const rover = skillSet(roverSkills)
const drive = (metres: number) => ({ skill: 'drive', metres })
const turn = (degrees: number) => ({ skill: 'turn', degrees })
const box: Fence = { box: { x: [-1, 3], y: [-1, 3] } }
/** A room with a corner cut out of it. */
const room: Fence = { polygon: [[-1, -1], [3, -1], [3, 1], [1, 1], [1, 3], [-1, 3]] } // biome-ignore format: corners

function verdicts(options: GuardOptions, ...actions: unknown[]) {
  const plan = createGuard(rover, options).plan()
  return actions.flatMap((action) => plan.check(action)).map(({ verdict, action }) => [verdict, action.metres])
}

describe('the fence', () => {
  it('follows the whole plan, repetitions too', () => {
    expect(verdicts({ fence: box }, drive(2), turn(90), drive(2))).toEqual([
      ['allowed', 2],
      ['allowed', undefined],
      ['allowed', 2],
    ])
    expect(verdicts({ fence: box }, drive(2), drive(1.5))).toEqual([
      ['allowed', 2],
      ['refused', 1.5],
    ])
    const square = { skill: 'repeat', times: 4, actions: [drive(2), turn(90)] }
    expect(verdicts({ fence: box }, square).filter(([verdict]) => verdict === 'allowed')).toHaveLength(8)
    const straight = { skill: 'repeat', times: 3, actions: [drive(1)] }
    expect(verdicts({ fence: { ...box, margin: 0.5 } }, straight).map(([verdict]) => verdict)).toEqual([
      'allowed',
      'allowed',
      'refused',
    ])
  })

  it('shortens where told so, on the grid of the argument', () => {
    const fence: Fence = { ...box, leaving: 'shorten' }
    expect(verdicts({ fence }, drive(5))).toEqual([['clamped', 2.99]])
    expect(verdicts({ fence }, drive(-5))).toEqual([['clamped', -0.99]])
    expect(verdicts({ fence: { ...fence, margin: 1 } }, drive(5), drive(1))).toEqual([
      ['clamped', 2],
      ['refused', 1],
    ])
  })

  it('looks at the way and not only at its end', () => {
    const from = (x: number, y: number, heading: number) => ({ ...room, pose: () => ({ x, y, heading }) })
    expect(verdicts({ fence: from(2.5, 0, 135) }, drive(3.5))).toEqual([['refused', 3.5]])
    expect(verdicts({ fence: from(0.5, 0, 90) }, drive(2.5))).toEqual([['allowed', 2.5]])
    expect(verdicts({ fence: { ...from(2.5, 0, 135), leaving: 'shorten' } }, drive(3.5))).toEqual([['clamped', 1.41]])
  })

  it('knows places, and what it does not know it refuses', () => {
    const fence: Fence = { ...box, places: { kitchen: { x: 2, y: 2 }, garden: { x: 9, y: 9 } } }
    const goto = (place: string) => ({ skill: 'goto', place })
    expect(verdicts({ fence }, goto('kitchen'), drive(0.9), drive(0.2)).map(([verdict]) => verdict)).toEqual([
      'allowed',
      'allowed',
      'refused',
    ])
    for (const action of [goto('garden'), goto('desk'), { skill: 'drive_until', direction: 'forward', event: 'wall' }])
      expect(verdicts({ fence }, action)[0][0]).toBe('refused')
    for (const pose of [undefined, { x: Number.NaN, y: 0, heading: 0 }, { x: 5, y: 0, heading: 180 }]) {
      expect(verdicts({ fence: { ...box, pose: () => pose } }, drive(0.1))[0][0]).toBe('refused')
      expect(verdicts({ fence: { ...box, pose: () => pose } }, { skill: 'look', direction: 'up' })[0][0]).toBe(
        'allowed',
      )
    }
    const lost = { ...box, pose: () => ({ x: 1, y: 1 }) }
    expect(verdicts({ fence: lost }, drive(1.9), drive(0.2)).map(([verdict]) => verdict)).toEqual([
      'allowed',
      'refused',
    ])
    expect(verdicts({ fence: lost }, drive(2.1))[0][0]).toBe('refused')
    const broken = { ...box, pose: () => { throw new Error('no odometry') } } // biome-ignore format: one line
    expect(verdicts({ fence: broken }, drive(0.1))[0][0]).toBe('refused')
  })

  it('holds arms in three dimensions', () => {
    const number = { type: 'number', minimum: -5, maximum: 5 }
    const skills: Skills = {
      move: {
        parameters: { properties: { x: number, y: number, z: number }, required: ['x', 'y', 'z'] },
        motion: { point: { x: 'x', y: 'y', z: 'z' } },
      },
    }
    const guard = createGuard(skillSet(skills), { fence: { box: { x: [-1, 1], y: [-1, 1], z: [0, 1] } } })
    const move = (x: number, y: number, z: number) => guard.plan().check({ skill: 'move', x, y, z })[0].verdict
    expect([move(0, 0, 0.5), move(0, 0, 2), move(0, 0, -0.1), move(2, 0, 0.5), move(0.9, -0.9, 0.9)]).toEqual([
      'allowed',
      'refused',
      'refused',
      'refused',
      'allowed',
    ])
  })

  it.each<[string, GuardOptions]>([
    ['no shape', { fence: {} }],
    ['two shapes', { fence: { ...box, circle: { x: 0, y: 0, radius: 1 } } }],
    ['a line', { fence: { polygon: [[0, 0], [1, 1]] } }], // biome-ignore format: corners
    ['an empty box', { fence: { box: { x: [1, 0], y: [0, 1] } } }],
    ['no radius', { fence: { circle: { x: 0, y: 0, radius: Number.NaN } } }],
    ['a margin that is no number', { fence: { ...box, margin: Number.NaN } }],
    ['a place that is nowhere', { fence: { ...box, places: { desk: { x: Number.NaN, y: 0 } } } }],
    ['limits that are none', { limits: { metres: Number.NaN } }],
  ])('refuses %s', (_, options) => {
    expect(() => createGuard(rover, options)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
  })

  it('wants to know how every skill moves', () => {
    expect(() => createGuard(skillSet(robotSkills), { fence: box })).toThrow(/"drive"/)
    const motions = { drive: { ahead: 'metres' }, look: 'none', say: 'none', wait: { wait: 'seconds' } } as const
    expect(createGuard(skillSet(robotSkills), { fence: box, motions }).plan().check(drive(9))[0].verdict).toBe(
      'refused',
    )
  })

  it('at random: nothing that passes leaves, by a monitor of its own', () => {
    const action = fc.oneof(
      { weight: 4, arbitrary: fc.double({ min: -25, max: 25 }).map(drive) },
      { weight: 3, arbitrary: fc.double({ min: -800, max: 800 }).map(turn) },
      fc.constantFrom('kitchen', 'desk', 'garden').map((place) => ({ skill: 'goto', place })),
      fc.anything({ withBigInt: true }),
    )
    const list = fc.array(fc.oneof(action, fc.record({ skill: fc.constant('repeat'), times: fc.integer({ min: 1, max: 12 }), actions: fc.array(action, { minLength: 1, maxLength: 4 }) })), { minLength: 1, maxLength: 8 }) // biome-ignore format: one thing
    const places = { kitchen: { x: 0.5, y: 2 }, desk: { x: 2, y: 0, heading: 45 }, garden: { x: 9, y: 9 } }
    const fences: Fence[] = [
      { ...room, margin: 0.2, places },
      { ...room, leaving: 'shorten', places },
      { circle: { x: 0, y: 0, radius: 2.5 }, leaving: 'shorten', margin: 0.1, places },
      { ...box, places },
    ]
    let moved = 0
    fc.assert(
      fc.property(fc.constantFrom(...fences), fc.array(list, { maxLength: 3 }), (fence, plans) => {
        // Where nobody knows the heading, it may be any: several robots go on from there.
        let robots = [{ x: 0, y: 0, heading: 0 }]
        const guard = createGuard(rover, {
          fence: { ...fence, pose: () => robots[0] },
          afterRefusal: 'skip',
          rate: { actions: 1e6, ms: 1 },
        })
        for (const actions of plans) {
          robots = [robots[0]]
          const plan = guard.plan()
          for (const { verdict, action } of actions.flatMap((each) => plan.check(each))) {
            if (verdict === 'refused') continue
            const { degrees, metres, place } = action as {
              degrees?: number
              metres?: number
              place?: keyof typeof places
            }
            const to = place && places[place]
            robots = robots
              .flatMap((at) => {
                if (degrees !== undefined) return [{ ...at, heading: at.heading + degrees }]
                const radians = (at.heading / 180) * Math.PI
                const end = to ?? {
                  x: at.x + (metres ?? 0) * Math.cos(radians),
                  y: at.y + (metres ?? 0) * Math.sin(radians),
                }
                walk(fence, at, end)
                const headings =
                  to === undefined ? [at.heading] : 'heading' in to ? [to.heading] : [0, 77, 133, 201, 290]
                return headings.map((heading) => ({ x: end.x, y: end.y, heading }))
              })
              .slice(0, 25)
            if (metres !== undefined && metres !== 0) moved++
          }
        }
      }),
      { numRuns: 400 },
    )
    expect(moved).toBeGreaterThan(100)
  })
})

/** Every centimetre of the way is inside, by winding and plain distance. */
function walk(fence: Fence, from: { x: number; y: number }, to: { x: number; y: number }): void {
  const steps = Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / 0.01)
  for (let i = 0; i <= steps; i++) {
    const x = from.x + ((to.x - from.x) * i) / Math.max(1, steps)
    const y = from.y + ((to.y - from.y) * i) / Math.max(1, steps)
    const inside = fence.circle
      ? Math.hypot(x - fence.circle.x, y - fence.circle.y) <= fence.circle.radius
      : fence.box
        ? x >= -1 && x <= 3 && y >= -1 && y <= 3
        : x >= -1 && y >= -1 && ((x <= 3 && y <= 1) || (x <= 1 && y <= 3))
    if (!inside) throw new Error(`outside at ${x}, ${y}`)
  }
}

describe('limits of a plan', () => {
  it('sums what is driven, turned and waited', () => {
    expect(verdicts({ limits: { metres: 3 } }, drive(2), drive(-1), drive(0.01)).map(([v]) => v)).toEqual([
      'allowed',
      'allowed',
      'refused',
    ])
    expect(verdicts({ limits: { degrees: 100 } }, turn(90), turn(-20))[1][0]).toBe('refused')
    const wait = (seconds: number) => ({ skill: 'wait', seconds })
    expect(verdicts({ limits: { seconds: 20 } }, drive(2), wait(10), wait(0.1)).map(([v]) => v)).toEqual([
      'allowed',
      'allowed',
      'refused',
    ])
    expect(verdicts({ limits: { seconds: 20 } }, { skill: 'goto', place: 'desk' })[0][0]).toBe('refused')
    const guard = createGuard(rover, { limits: { metres: 3 } })
    for (let i = 0; i < 3; i++) expect(guard.plan().check(drive(3))[0].verdict).toBe('allowed')
  })

  it('has rates for single skills', () => {
    let t = 0
    const guard = createGuard(rover, { skillRates: { say: { actions: 1, ms: 1000 } }, now: () => t })
    const say = () => guard.plan().check({ skill: 'say', text: 'hi' })[0].verdict
    expect([say(), guard.plan().check(drive(1))[0].verdict, say()]).toEqual(['allowed', 'allowed', 'refused'])
    t = 1000
    expect(say()).toBe('allowed')
    expect(() => createGuard(rover, { skillRates: { fly: { actions: 1, ms: 1 } } })).toThrow(/fly/)
  })
})

describe('preconditions', () => {
  let t = 0
  const now = () => t
  const guard = (require: GuardOptions['require'], sensors: Sensors) => createGuard(rover, { require, sensors, now })
  const verdict = (require: GuardOptions['require'], sensors: Sensors) =>
    guard(require, sensors).plan().check(drive(1))[0]

  it('hold by data, freshly heard', () => {
    t = 0
    const sensors = new Sensors(now)
    const require = {
      drive: [
        { sensor: 'battery', above: 10.5 },
        { sensor: 'door', is: 'shut' },
      ],
    }
    expect(verdict(require, sensors)).toMatchObject({ verdict: 'refused', why: expect.stringContaining('battery') })
    sensors.hear({ battery: 12, door: 'shut' })
    expect(verdict(require, sensors).verdict).toBe('allowed')
    t = 1001
    expect(verdict(require, sensors)).toMatchObject({ verdict: 'refused', why: expect.stringContaining('1000 ms') })
    for (const battery of [10.5, Number.NaN, '12', null, {}, [12], true]) {
      sensors.hear({ battery, door: 'shut' })
      expect(verdict(require, sensors), String(battery)).toMatchObject({ verdict: 'refused' })
    }
    sensors.hear({ battery: 12, door: 'open' })
    expect(verdict(require, sensors).verdict).toBe('refused')
    expect(verdict({ '*': { sensor: 'battery', below: 12 } }, sensors).verdict).toBe('refused')
    expect(verdict({ drive: { sensor: 'battery', above: 1, maxAge: 5 } }, sensors).verdict).toBe('allowed')
    expect(guard(require, sensors).plan().check({ skill: 'stop' })[0].verdict).toBe('allowed')
  })

  it('hold by functions, and everything but true is a no', () => {
    t = 0
    const sensors = new Sensors(now)
    sensors.hear({ battery: 12 })
    const why = (f: (state: Readonly<Record<string, unknown>>) => unknown) =>
      verdict({ drive: f as () => true }, sensors).why
    expect(why(() => true)).toBe('')
    expect(why((state) => (state.battery as number) > 10)).toBe('')
    expect(why(() => 'it rains')).toBe('it rains')
    // Not known is no reason to go, however the function is written.
    expect(why((state) => !((state.distance as number) < 0.2))).toMatch(/distance/)
    for (const other of [() => false, () => 1, () => Promise.resolve(true), () => undefined])
      expect(why(other)).not.toBe('')
    expect(why(() => { throw new Error('boom') })).toMatch(/boom/) // biome-ignore format: one line
    t = 5000
    expect(why((state) => (state.battery as number) > 10)).toMatch(/battery/)
  })

  it('need sensors, and declared skills', () => {
    expect(() => createGuard(rover, { require: { drive: { sensor: 'battery' } } })).toThrow(/sensors/)
    expect(() => createGuard(rover, { require: { fly: { sensor: 'battery' } }, sensors: new Sensors() })).toThrow(/fly/)
  })
})
