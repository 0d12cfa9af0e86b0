/**
 * The wire form: what the model writes. As the action list, but quantities keep the speaker's unit as their key
 * (feet, minutes …), several unit keys add up, and the arithmetic is done here, in exact decimals.
 * takes  wire JSON · gives  PilotAction[] in SI units; out of range becomes one refusal `out_of_scope`
 */
import { LutraError } from '../../hal/error.js'
import { type PilotAction, ranges } from './skills.js'

export type WireAction = { readonly skill: string; readonly [key: string]: unknown }

/** Micrometres per unit: whole numbers, so that sums are exact. */
export const lengthUnits: Readonly<Record<string, number>> = {
  metres: 1_000_000,
  centimetres: 10_000,
  millimetres: 1_000,
  feet: 304_800,
  inches: 25_400,
  yards: 914_400,
}
/** Milliseconds per unit. */
export const timeUnits: Readonly<Record<string, number>> = { seconds: 1_000, minutes: 60_000, hours: 3_600_000 }

const MICROMETRES_PER_STEP = 10_000n
const MILLISECONDS_PER_STEP = 100n
const TRAILING = /[\s.,!?;:]+$/

/** Turns the model's text into actions. Text that is no list of known skills is LutraError format. */
export function toActions(wire: string | readonly WireAction[]): PilotAction[] {
  const list = typeof wire === 'string' ? parse(wire) : wire
  if (!Array.isArray(list) || list.length === 0) throw bad('a JSON array of actions', wire)
  const actions = list.map((item) => action(item, true))
  return actions.find((a) => a.skill === 'stop') ? [{ skill: 'stop' }] : alone(actions)
}

/** Writes wire actions as the model shall write them. */
export function toWire(list: readonly WireAction[]): string {
  return JSON.stringify(list)
}

/** A refusal anywhere is the whole answer. */
function alone(actions: PilotAction[]): PilotAction[] {
  for (const a of actions) {
    if (a.skill === 'refuse') return [a]
    if (a.skill === 'repeat') {
      const inner = a.actions.find((b) => b.skill === 'refuse' || b.skill === 'stop')
      if (inner) return [inner]
    }
  }
  return actions
}

function action(item: WireAction, outer: boolean): PilotAction {
  if (typeof item !== 'object' || item === null || typeof item.skill !== 'string') throw bad('an action', item)
  switch (item.skill) {
    case 'drive': {
      const metres = quantity(item, lengthUnits, MICROMETRES_PER_STEP, 100)
      return within(metres, ranges.metres) ? { skill: 'drive', metres } : refusal
    }
    case 'wait': {
      const seconds = quantity(item, timeUnits, MILLISECONDS_PER_STEP, 10)
      return within(seconds, ranges.seconds) ? { skill: 'wait', seconds } : refusal
    }
    case 'turn': {
      const degrees = quantity(item, { degrees: 10 }, 1n, 10)
      return within(degrees, ranges.degrees) ? { skill: 'turn', degrees } : refusal
    }
    case 'say': {
      const text = String(item.text ?? '')
        .toLowerCase()
        .trim()
        .replace(TRAILING, '')
      if (text.length === 0) return { skill: 'refuse', reason: 'unclear' }
      return text.length <= ranges.text.maximum ? { skill: 'say', text } : refusal
    }
    case 'repeat': {
      if (!outer || !Array.isArray(item.actions) || item.actions.length === 0) throw bad('a flat repeat', item)
      const times = Number(item.times)
      const actions = item.actions.map((inner: WireAction) => action(inner, false))
      return Number.isInteger(times) && within(times, ranges.times) ? { skill: 'repeat', times, actions } : refusal
    }
    case 'drive_until':
    case 'goto':
    case 'look':
    case 'grip':
    case 'arm':
    case 'light':
    case 'stop':
    case 'refuse':
      return { ...item } as PilotAction
    default:
      throw bad('a known skill', item.skill)
  }
}

/** What lies outside a range is beyond this robot. */
const refusal: PilotAction = { skill: 'refuse', reason: 'out_of_scope' }

const within = (x: number, range: { minimum: number; maximum: number }) => x >= range.minimum && x <= range.maximum

/** Sum of unit keys, rounded to the step, half away from zero; `perUnit` steps make one SI unit. */
function quantity(item: WireAction, units: Readonly<Record<string, number>>, step: bigint, perUnit: number): number {
  let sum = 0n
  let scale = 1n
  let seen = false
  for (const key of Object.keys(item)) {
    if (key === 'skill') continue
    if (!(key in units)) throw bad(`one of ${Object.keys(units).join(', ')}`, key)
    const [digits, places] = decimal(item[key])
    const tens = 10n ** BigInt(places)
    sum = sum * tens + digits * BigInt(units[key]) * scale
    scale *= tens
    seen = true
  }
  if (!seen) throw bad(`one of ${Object.keys(units).join(', ')}`, item)
  const whole = scale * step
  const half = sum < 0n ? -(whole / 2n) : whole / 2n
  const rounded = Number((sum + half) / whole)
  return rounded === 0 ? 0 : rounded / perUnit
}

/** A JSON number as digits × 10^-places. */
function decimal(value: unknown): [bigint, number] {
  const match = /^(-?\d+)(?:\.(\d+))?$/.exec(typeof value === 'number' ? String(value) : '')
  if (!match) throw bad('a plain decimal number', value)
  const fraction = match[2] ?? ''
  return [BigInt(match[1] === '-0' ? `-${fraction}` : match[1] + fraction), fraction.length]
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new LutraError('format', `Expected the pilot's answer to be JSON but found ${text.slice(0, 80)}`, { cause })
  }
}

const bad = (expected: string, found: unknown) =>
  new LutraError(
    'format',
    `Expected ${expected} in the pilot's answer but found ${JSON.stringify(found)?.slice(0, 80)}`,
  )
