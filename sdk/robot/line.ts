/**
 * From what a user calls a line to an open Transport.
 * takes  a serial port's path, `simulated`, a Transport or a function that opens one · gives  an open Transport
 * before ./robot · after ./serial, ./simulated-rover
 */
import type { SerialOptions } from './serial.js'
import type { Transport } from './transport.js'

export type Line = string | Transport | (() => Transport | Promise<Transport>)

/** Is the simulated rover meant, and no port? */
export function isSimulated(line: Line): line is string {
  return typeof line === 'string' && /^simulated(:|$)/.test(line)
}

export async function openLine(line: Line, options: SerialOptions): Promise<Transport> {
  if (typeof line === 'function') return line()
  if (typeof line !== 'string') return line
  if (isSimulated(line)) return (await import('./simulated-rover/index.js')).simulatedRover(line)
  return (await import('./serial.js')).serial(line, options)
}
