/** The two far ends of a chaos run, behind one face: the simulated rover, and the AVR firmware on its emulated chip. */
import { Firmware } from '../../../../sdk/robot/simulated-rover/firmware.js'
import { Chip } from '../avr/chip.js'
import { Wheels } from '../avr/wheels.js'
import type { Clock } from './clock.js'
import { Eye } from './eye.js'
import type { Line } from './line.js'

export interface FarEnd {
  readonly eye: Eye
  readonly resting: boolean
  /** Everything is forgotten but the place. */
  restart(): void
  /** Hears and says nothing any more; motors off. */
  die(): void
  off(): void
}

export type MakeEnd = (clock: Clock, line: Line) => FarEnd

/** 0.5 m/s and 2 rad/s, brakes of 3 m/s² and 20 rad/s², steps of 20 ms: sdk/robot/simulated-rover/body.ts. */
export function simulated(clock: Clock, line: Line, tamper: (firmware: Firmware) => void = () => {}): FarEnd {
  const eye = new Eye({ speed: 0.501, spin: 115, stopping: 200, braking: 200, tolerance: 0.02 })
  watch(line, eye, clock)
  const firmware = clock.as('board', () => new Firmware(line.board))
  tamper(firmware)
  let [x, y, heading] = [firmware.body.x, firmware.body.y, firmware.body.heading]
  firmware.ticks.subscribe((tick) => {
    const way = Math.hypot(tick.x - x, tick.y - y)
    const turned = (Math.abs(tick.heading - heading) * 180) / Math.PI
    eye.sees(clock.now, tick.speed, (tick.spin * 180) / Math.PI, way, turned)
    x = tick.x
    y = tick.y
    heading = tick.heading
  })
  return {
    eye,
    get resting() {
      return firmware.body.resting
    },
    restart: () => {
      eye.restarts(clock.now)
      firmware.restart()
    },
    die: () => {
      eye.restarts(clock.now)
      firmware.die()
    },
    off: () => firmware.off(),
  }
}

/** 0.4 m/s and 115 °/s; motors cut at once, a cancel on a ramp of 3.2 m/s²: examples/firmware. */
export function emulated(program: Uint16Array): MakeEnd {
  return (clock, line) => {
    const eye = new Eye({ speed: 0.42, spin: 125, stopping: 20, braking: 200, tolerance: 0.1 })
    watch(line, eye, clock)
    const chip = new Chip(program)
    const wheels = new Wheels(chip)
    let said: number[] = []
    let alive = true
    chip.onByte = (byte) => said.push(byte)
    line.board.bytes.subscribe((bytes) => {
      if (alive) chip.receive(bytes)
    })
    const zero = chip.ms - clock.now
    let seen = 0
    const timer = clock.as('board', () =>
      setInterval(() => {
        chip.run(clock.now + zero)
        wheels.look()
        for (; seen < wheels.turning.length; seen++) {
          const { left, right } = wheels.turning[seen]
          const [l, r] = [metres(left), metres(right)]
          const [speed, spin] = [(l + r) / 2, (((r - l) / 0.15) * 180) / Math.PI]
          eye.sees(clock.now, speed, spin, Math.abs(speed) * 0.005, Math.abs(spin) * 0.005)
        }
        if (said.length) line.board.write(Uint8Array.from(said)).catch(() => {})
        said = []
      }, 2),
    )
    return {
      eye,
      get resting() {
        return !wheels.moving
      },
      restart: () => {
        eye.restarts(clock.now)
        chip.reset()
      },
      // A chip that hangs is restarted by its own watchdog; it then hears on, as the real one does.
      die: () => {
        eye.restarts(clock.now + 260)
        chip.hang()
      },
      off: () => {
        alive = false
        clearInterval(timer)
      },
    }
  }
}

/** The speed that a duty stands for, in m/s: parts.h. */
function metres(duty: number): number {
  const steps = Math.abs(duty) * 255
  return steps === 0 ? 0 : (Math.sign(duty) * Math.max(0, steps - 40) * 0.6) / 215
}

function watch(line: Line, eye: Eye, clock: Clock): void {
  line.board.onArrive = (bytes) => eye.arrives(bytes, clock.now)
  line.board.onSay = (bytes) => eye.says(bytes)
}
