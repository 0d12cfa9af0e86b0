/**
 * An emulated board that runs in real time at the far end of a line: memory, or a pseudo-terminal that any program opens.
 * takes  a program, the board's end of a line · gives  the chip, the eye on its wheels, off()
 * after ./chip, ./wheels
 */
import type { Transport } from '../../../../sdk/robot/transport.js'
import { Chip } from './chip.js'
import { Wheels } from './wheels.js'

/** Milliseconds between looks at the wall clock, and the most that one look may let the chip run. */
const every = 2
const leap = 20

export interface Live {
  readonly chip: Chip
  readonly wheels: Wheels
  off(): void
}

export function live(program: Uint16Array, line: Transport, start: (chip: Chip) => void = () => {}): Live {
  const chip = new Chip(program)
  const wheels = new Wheels(chip)
  start(chip)
  let said: number[] = []
  chip.onByte = (byte) => said.push(byte)
  const ears = line.bytes.subscribe((bytes) => chip.receive(bytes))
  let before = performance.now()
  const timer = setInterval(() => {
    const now = performance.now()
    // A pause of this process is one of the chip's clock, too: its host would have been paused with it.
    chip.run(chip.ms + Math.min(leap, now - before))
    before = now
    wheels.look()
    if (said.length) line.write(Uint8Array.from(said)).catch(() => {})
    said = []
  }, every)
  const off = () => {
    clearInterval(timer)
    ears.unsubscribe()
  }
  return { chip, wheels, off }
}
