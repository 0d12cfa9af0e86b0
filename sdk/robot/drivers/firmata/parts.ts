/**
 * The declared pins at their places on one board, and the bytes that make all of them safe.
 * takes  Pins, the board's map of analog channels · gives  Part[], the stop
 * before ./firmata · after ./codec, ./pins
 */
import { LutraError } from '../../../../hal/error.js'
import { tell } from './codec.js'
import { type PinOptions, type Pins, placeOf, servoOf } from './pins.js'

export interface Part {
  readonly name: string
  readonly options: PinOptions
  readonly pin: number
  /** Where it is read, -1 for no analog input. */
  readonly channel: number
}

/** The duty of a pin that is always high. */
export const full = 255

/** Without a map, what is named by its channel has no pin yet. LutraError mismatch where the board has no such channel. */
export function place(pins: Pins, channels: readonly number[]): Part[] {
  return Object.entries(pins).flatMap(([name, options]) => {
    const { pin = -1, channel = -1 } = placeOf(name, options)
    const found = channel >= 0 ? channels.indexOf(channel) : pin
    if (found < 0 && channels.length)
      throw new LutraError('mismatch', `Expected a board with ${options.pin} for ${name} but it has none`)
    return found < 0 ? [] : [{ name, options, pin: found, channel: channel >= 0 ? channel : (channels[pin] ?? -1) }]
  })
}

/** As it travels: 0 or 1 of an output, a duty of 255. */
export function safeOf(options: PinOptions): number {
  if (options.mode === 'output') return options.safe === 'on' ? 1 : 0
  return options.mode === 'pwm' ? Math.round(((options.safe ?? 0) * full) / 100) : 0
}

export function stopOf(parts: readonly Part[], reset: boolean): Uint8Array {
  const ports = new Map<number, number>()
  // Whatever message a lost byte has cut short is ended first.
  const words: Uint8Array[] = [tell.end]
  for (const { options, pin } of parts) {
    const { mode } = options
    const limp = mode === 'servo' && servoOf(options).safe === 'limp'
    if (limp) words.push(tell.mode(pin, 'output'))
    if (mode === 'pwm') words.push(tell.analog(pin, safeOf(options)))
    if (mode !== 'output' && mode !== 'pullup' && !limp) continue
    const high = mode === 'pullup' || (mode === 'output' && safeOf(options) === 1)
    ports.set(pin >> 3, (ports.get(pin >> 3) ?? 0) | (high ? 1 << (pin & 7) : 0))
  }
  for (const [port, bits] of ports) words.push(tell.digital(port, bits))
  if (reset) words.push(tell.reset)
  return Uint8Array.from(words.flatMap((word) => [...word]))
}
