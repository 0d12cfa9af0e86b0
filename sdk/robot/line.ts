/**
 * From what a user calls a line to an open Transport, as often as it is asked for.
 * takes  a serial port's path, `auto`, `simulated`, a Transport or a function that opens one · gives  a function that opens
 * before ./robot · after ./serial, ./ports, ./simulated-rover
 */
import { LutraError } from '../../hal/error.js'
import { describePort, type Port, ports, samePort } from './ports.js'
import type { SerialOptions } from './serial.js'
import type { Transport } from './transport.js'

export type Line = string | Transport | (() => Transport | Promise<Transport>)

/** Is the simulated rover meant, and no port? */
export function isSimulated(line: Line): line is string {
  return typeof line === 'string' && /^simulated(:|$)/.test(line)
}

/**
 * Opens the line, and later the same one again: a USB board is known by itself, not by the name that it has this time.
 * LutraError io where it is not here. A Transport is given as it stands, once.
 */
export function opener(line: Line, options: SerialOptions, here: () => Port[] = ports): () => Promise<Transport> {
  if (typeof line === 'function') return async () => line()
  if (typeof line !== 'string') return async () => line
  if (isSimulated(line)) return async () => (await import('./simulated-rover/index.js')).simulatedRover(line)
  let known: Port | undefined
  return async () => {
    const { serial } = await import('./serial.js')
    const path = known ? pathOf(known, here()) : line === 'auto' ? only(here()).path : line
    const transport = await serial(path, options)
    // A name of another board could be taken for this one only where the board cannot be told apart.
    known ??= here().find((port) => [port.path, port.device, port.byPath].includes(path) && port.vendor !== undefined)
    return transport
  }
}

/** The one port that a robot can be on: of USB where there is any. */
export function only(here: readonly Port[]): Port {
  const usb = here.filter((port) => port.usb)
  if (usb.length === 1) return usb[0]
  if (usb.length > 1)
    throw new LutraError('mismatch', `Expected one USB port but found ${usb.map(describePort).join(', ')}; name one`)
  const others = here.length ? `only ${here.map(describePort).join(', ')}; name one` : 'none; plug the board in'
  throw new LutraError('io', `Expected one USB port but found ${others}`)
}

function pathOf(known: Port, here: readonly Port[]): string {
  const again = here.find((port) => samePort(port, known))
  if (again) return again.path
  throw new LutraError('io', `Expected ${describePort(known)} to be plugged in but it is not here`)
}
