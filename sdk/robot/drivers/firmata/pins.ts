/**
 * What is wired to a Firmata board, by name, and the skills that follow from it.
 * takes  the user's declarations · gives  them checked, and skills `set`, `dim`, `servo`, `read` for what there is
 * before ./firmata
 */
import { LutraError } from '../../../../hal/error.js'
import type { Skills } from '../../../action/index.js'
import { roverSkills, skill, switches } from '../../skills.js'

export type PinOptions =
  /** Switched on and off. `safe`: what a stop, a start and the end make of it. Default off. */
  | { readonly pin: number | string; readonly mode: 'output'; readonly safe?: 'on' | 'off' }
  /** Duty in per cent; `safe` likewise, default 0. */
  | { readonly pin: number | string; readonly mode: 'pwm'; readonly safe?: number }
  | ServoOptions
  /** Read as true or false, or as a share of the reference voltage from 0 to 1. */
  | { readonly pin: number | string; readonly mode: 'input' | 'pullup' | 'analog' }

export interface ServoOptions {
  readonly pin: number | string
  readonly mode: 'servo'
  /** Degrees that it may be turned to. Default 0 to 180. */
  readonly min?: number
  readonly max?: number
  /** Degrees per second. Default 60. */
  readonly speed?: number
  /** Where it is thought to stand before it is moved for the first time. Default the middle. */
  readonly home?: number
  /** Pulse widths in microseconds for 0 and 180 degrees. Default 544 to 2400, as the firmware has them. */
  readonly pulse?: readonly [number, number]
  /** What a stop makes of it: it holds where it is, or goes limp. Default hold. */
  readonly safe?: 'hold' | 'limp'
}

export type Pins = Readonly<Record<string, PinOptions>>

/** `A0` is told apart from pin 0 until the board has said where its analog channels are. */
export interface Place {
  readonly pin?: number
  readonly channel?: number
}

export function placeOf(name: string, { pin }: PinOptions): Place {
  if (typeof pin === 'number' && Number.isInteger(pin) && pin >= 0 && pin < 128) return { pin }
  const channel = typeof pin === 'string' ? /^A(\d{1,2})$/.exec(pin)?.[1] : undefined
  if (channel === undefined || Number(channel) > 15)
    throw new LutraError(
      'limit',
      `Expected pin of ${name} as 0 to 127 or A0 to A15 but received ${JSON.stringify(pin)}`,
    )
  return { channel: Number(channel) }
}

export function checkPins(pins: Pins, resets: boolean): void {
  const seen = new Set<string>()
  for (const [name, options] of Object.entries(pins)) {
    if (!/^[a-z][a-z0-9_]{0,39}$/.test(name))
      throw new LutraError('limit', `Expected names of pins in lower case, up to 40 characters, but received "${name}"`)
    const place = JSON.stringify(placeOf(name, options))
    if (seen.has(place))
      throw new LutraError('limit', `Expected each pin once but ${name} uses one that has a name already`)
    seen.add(place)
    if (options.mode === 'servo') checkServo(name, options)
    const { safe } = options as { safe?: unknown }
    if (options.mode === 'pwm' && !(Number(safe ?? 0) >= 0 && Number(safe ?? 0) <= 100))
      throw new LutraError('limit', `Expected safe of ${name} from 0 to 100 per cent but received ${safe}`)
    // A system reset ends with everything off.
    if (resets && (safe === 'on' || Number(safe) > 0))
      throw new LutraError('limit', `Expected ${name} to be safe when off, since a stop resets the board; omit reset`)
  }
}

function checkServo(name: string, options: ServoOptions): void {
  const { min, max, speed, home, pulse } = servoOf(options)
  const [least, most] = pulse
  const right = min >= 0 && max <= 180 && min < max && speed > 0 && home >= min && home <= max
  if (!right)
    throw new LutraError('limit', `Expected 0 <= min <= home <= max <= 180 and speed > 0 of servo ${name}; mend it`)
  if (!(least >= 400 && most <= 2600 && least < most))
    throw new LutraError('limit', `Expected pulse of servo ${name} from 400 to 2600 µs but received ${pulse}`)
}

/** With every default in place. */
export function servoOf({ min = 0, max = 180, speed = 60, home = (min + max) / 2, ...rest }: ServoOptions) {
  return { min, max, speed, home, pulse: rest.pulse ?? ([544, 2400] as const), safe: rest.safe ?? 'hold' }
}

const { wait, stop, repeat, refuse } = roverSkills
const number = (minimum: number, maximum: number, unit: string) =>
  ({ type: 'number', minimum, maximum, multipleOf: 1, unit }) as const

/** A skill only for what is there: a grammar has no empty choices. */
export function pinSkills(pins: Pins): Skills {
  const named = (...wanted: PinOptions['mode'][]) =>
    Object.entries(pins).flatMap(([name, { mode }]) => (wanted.includes(mode) ? [name] : []))
  const skills: Record<string, Skills[string]> = {}
  type Properties = Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const add = (called: string, description: string, names: readonly string[], properties: Properties) => {
    if (names.length > 0) skills[called] = skill(description, { name: { enum: names }, ...properties })
  }
  const servos = Object.values(pins).flatMap((pin) => (pin.mode === 'servo' ? [servoOf(pin)] : []))
  const [low, high] = [Math.min(...servos.map(({ min }) => min)), Math.max(...servos.map(({ max }) => max))]
  add('set', 'switch something on or off', named('output'), { state: { enum: switches } })
  add('dim', 'set how strong something is', named('pwm'), { percent: number(0, 100, '%') })
  add('servo', 'turn a servo to an angle', named('servo'), { degrees: number(low, high, '°') })
  add('read', 'read a sensor', named('input', 'pullup', 'analog'), {})
  return { ...skills, wait, stop, repeat, refuse }
}
