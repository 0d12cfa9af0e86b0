/**
 * The simulated rover behind `robot('simulated')`: a whole board, joined to the host in memory.
 * takes  `simulated`, or `simulated:speed=4` for four simulated seconds per second · gives  the host's end of its line
 * before ../line · after ../memory, ./firmware
 */
import { LutraError } from '../../../hal/error.js'
import { memoryPair } from '../memory.js'
import type { Transport } from '../transport.js'
import { Firmware } from './firmware.js'

export type { Tick } from './body.js'
export { Firmware, type FirmwareOptions } from './firmware.js'
export { type FloorPlan, floorPlan } from './floor-plan.js'

/** How fast time may go: beyond this, a step of the wheels is longer than what they can see. */
const fastest = 20

export function simulatedRover(address: string): Transport {
  const given = /^simulated(?::speed=([0-9.]+))?$/.exec(address)
  const speed = Number(given?.[1] ?? 1)
  if (!given || !(speed > 0 && speed <= fastest))
    throw new LutraError('format', `Expected simulated or simulated:speed=1..${fastest} but received ${address}`)
  const { host, board } = memoryPair({ name: 'simulated rover' })
  const firmware = new Firmware(board, { speed })
  void board.closed.then(() => firmware.off())
  return host
}
