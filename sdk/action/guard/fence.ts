/**
 * The workspace: where an action would lead, by dead reckoning through the whole plan, must lie inside of the fence.
 * takes  a Fence, the skills' motions · gives  a Check
 * before ./area, ./motion · after ../guard
 */
import { LutraError } from '../../../hal/error.js'
import type { Action } from '../action.js'
import type { ReadySkill } from '../skill.js'
import { checkValue } from '../value-check.js'
import { type Area, type AreaShape, areaOf, type Point } from './area.js'
import type { Check, Finding, NewCheck } from './check.js'
import { amount, type Motion } from './motion.js'

export interface Pose extends Point {
  /** Degrees, counter-clockwise from the x axis; absent where nobody knows. */
  readonly heading?: number
}

export interface Fence extends AreaShape {
  /** Metres to keep from the border, for the robot's own size and what dead reckoning is off by. Default 0, at least 1 mm. */
  readonly margin?: number
  /**
   * Where the robot is, asked once at the beginning of each plan: begin a plan when the one before has ended. Where it
   * gives nothing, nothing that moves may pass. Default: from (0, 0) with heading 0, reckoned on from plan to plan.
   */
  readonly pose?: () => Pose | undefined
  /** Where the places are that skills go to. An unknown one is refused. */
  readonly places?: Readonly<Record<string, Pose>>
  /** What happens to an action that would leave: `refuse` (the default), or `shorten` where less of it stays inside. */
  readonly leaving?: 'refuse' | 'shorten'
}

/** A reckoned pose, and how many metres it may be off: without a heading a drive may end anywhere on a circle. */
interface Place extends Pose {
  readonly off: number
}

/** Where an action leads to, and how near to the border its way comes at worst. */
interface Way {
  readonly to: Place
  readonly clearance: number
}

const ORIGIN: Place = { x: 0, y: 0, heading: 0, off: 0 }
/** Halvings when an action is shortened: below a nanometre of 100 m. */
const HALVINGS = 40

export function fenceCheck(fence: Fence, motions: ReadonlyMap<string, Motion>): NewCheck {
  const area = areaOf(fence)
  const { margin = 0, leaving = 'refuse' } = fence
  if (!(margin >= 0 && Number.isFinite(margin)))
    throw new LutraError('mismatch', `Expected a fence's margin in metres from 0 but found ${margin}`)
  for (const [name, place] of Object.entries(fence.places ?? {})) {
    if (!known(place)) throw new LutraError('mismatch', `Expected the place "${name}" as { x, y } in metres`)
  }
  // A border of no width could be met exactly.
  const least = Math.max(margin, 0.001)
  let reckoned: Place | undefined = ORIGIN

  return () => {
    if (fence.pose !== undefined) reckoned = undefined
    let asked = fence.pose === undefined
    const here = () => {
      if (!asked) {
        asked = true
        const pose = fence.pose?.()
        reckoned = pose !== undefined && known(pose) ? { ...pose, off: 0 } : undefined
      }
      return reckoned
    }
    return planCheck(
      { area, least, shorten: leaving === 'shorten', places: fence.places ?? {}, motions },
      here,
      (pose) => {
        reckoned = pose
      },
    )
  }
}

interface Rules {
  readonly area: Area
  readonly least: number
  readonly shorten: boolean
  readonly places: Readonly<Record<string, Pose>>
  readonly motions: ReadonlyMap<string, Motion>
}

function planCheck(rules: Rules, here: () => Place | undefined, go: (place: Place) => void): Check {
  const { least, motions } = rules
  return {
    look(action, skill): Finding {
      const motion = motions.get(skill.name) ?? 'none'
      if (motion === 'none' || (typeof motion === 'object' && 'wait' in motion)) return undefined
      if (motion === 'open') return { refusal: `nobody can say how far "${skill.name}" goes, and there is a fence` }
      const from = here()
      if (from === undefined) return { refusal: 'nobody knows where the robot is, and there is a fence' }
      if (typeof motion === 'object' && 'turn' in motion)
        return Number.isFinite(amount(action, motion.turn))
          ? undefined
          : { refusal: `"${skill.name}" does not say how far` }
      const way = wayOf(rules, from, motion, action)
      if (typeof way === 'string') return { refusal: way }
      if (way.clearance >= least) return undefined
      return (rules.shorten && shorter(rules, from, motion, action, skill)) || { refusal: leaves(way, skill.name) }
    },
    pass(action, { name }) {
      const motion = motions.get(name) ?? 'none'
      const from = here()
      if (typeof motion !== 'object' || 'wait' in motion || from === undefined) return
      if ('turn' in motion) {
        go({ ...from, heading: from.heading === undefined ? undefined : from.heading + amount(action, motion.turn) })
        return
      }
      const way = wayOf(rules, from, motion, action)
      if (typeof way !== 'string') go(way.to)
    },
  }
}

function leaves({ to }: Way, name: string): string {
  const at = (value: number) => value.toFixed(2)
  return `"${name}" would leave the fence: to x ${at(to.x)}, y ${at(to.y)}${to.z === undefined ? '' : `, z ${at(to.z)}`}`
}

type Move = Exclude<Extract<Motion, object>, { readonly turn: string } | { readonly wait: string }>

function wayOf({ area, places }: Rules, from: Place, motion: Move, action: Action): Way | string {
  if ('ahead' in motion) {
    const metres = amount(action, motion.ahead)
    if (!Number.isFinite(metres)) return `"${action.skill}" does not say how far`
    if (from.heading !== undefined) return straight(area, from, ahead(from, from.heading, metres))
    const off = from.off + Math.abs(metres)
    return { to: { ...from, off }, clearance: area.clearance(from) - off }
  }
  if ('place' in motion) {
    const name = action[motion.place]
    return typeof name === 'string' && Object.hasOwn(places, name)
      ? straight(area, from, { heading: undefined, ...places[name], off: 0 })
      : `nobody knows where ${JSON.stringify(name)} is, and there is a fence`
  }
  const { x, y, z } = motion.point
  const to = { x: amount(action, x), y: amount(action, y), ...(z !== undefined && { z: amount(action, z) }) }
  return known(to)
    ? straight(area, from, { ...to, heading: from.heading, off: 0 })
    : `"${action.skill}" does not say where to`
}

function straight(area: Area, from: Place, to: Place): Way {
  // Every point of the way is at most so far off as the worse of its ends.
  return { to, clearance: area.along(from, to) - from.off }
}

function ahead(from: Place, heading: number, metres: number): Place {
  const radians = (heading * Math.PI) / 180
  return { ...from, x: from.x + metres * Math.cos(radians), y: from.y + metres * Math.sin(radians) }
}

/** As much of a drive ahead as stays inside, on the grid of its argument; other ways have no shorter one. */
function shorter(rules: Rules, from: Place, motion: Move, action: Action, skill: ReadySkill): Finding {
  if (!('ahead' in motion)) return undefined
  const wanted = amount(action, motion.ahead)
  const fits = (metres: number) => {
    const way = wayOf(rules, from, motion, { ...action, [motion.ahead]: metres })
    return typeof way !== 'string' && way.clearance >= rules.least
  }
  let [good, bad] = [0, 1]
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (good + bad) / 2
    if (fits(wanted * middle)) good = middle
    else bad = middle
  }
  const schema = skill.properties[motion.ahead]
  const step = typeof schema?.multipleOf === 'number' ? schema.multipleOf : 0.01
  // The search ends a hair before a border that lies on the grid; `fits` has the last word.
  const steps = Math.floor((Math.abs(wanted) * good) / step + 1e-6)
  const metres = Number((Math.sign(wanted) * steps * step).toPrecision(12))
  if (metres === 0 || !fits(metres) || checkValue(schema, metres, motion.ahead, false).refusal !== undefined)
    return undefined
  return {
    action: { ...action, [motion.ahead]: metres },
    changes: [`${skill.name}.${motion.ahead} ${wanted} → ${metres}, up to the fence`],
  }
}

/** Numbers, all of them: a pose from outside may be anything. */
function known({ x, y, z, heading }: Pose): boolean {
  return [x, y, z ?? 0, heading ?? 0].every((value) => typeof value === 'number' && Number.isFinite(value))
}
