/** A driver of another kind of board: an arm without a counter of stops, whose every move a test decides. */
import { Subject } from 'rxjs'
import type { LutraError } from '../../../hal/error.js'
import type { Action, Skills } from '../../../sdk/action/index.js'
import type { Call, Driver, DriverFactory, Telemetry } from '../../../sdk/robot/driver.js'
import { memoryPair } from '../../../sdk/robot/memory.js'
import { type RobotOptions, robot } from '../../../sdk/robot/robot.js'

export const armSkills = {
  bend: {
    description: 'bend the elbow',
    parameters: { properties: { degrees: { type: 'number', minimum: 0, maximum: 90 } }, required: ['degrees'] },
  },
  again: {
    description: 'do it again',
    parameters: {
      properties: { times: { type: 'integer', minimum: 1, maximum: 3 }, actions: { type: 'array' } },
      required: ['times', 'actions'],
    },
  },
  stop: { description: 'emergency stop', alone: true },
  refuse: { parameters: { properties: { reason: { enum: ['unsafe'] } }, required: ['reason'] }, alone: true },
} as const satisfies Skills

/** Comes to rest when asked to; asks whether it may go on every 20 ms. */
export function bend({ signal, alive }: Call): Promise<void> {
  return new Promise((_, reject) => {
    const timer = setInterval(alive, 20)
    signal.addEventListener('abort', () => {
      clearInterval(timer)
      reject(signal.reason)
    })
  })
}

export class Toy implements Driver<typeof armSkills> {
  readonly name = 'toy arm'
  readonly simulated = true
  readonly skills = armSkills
  readonly watchdog = 'host'
  readonly telemetry = new Subject<Telemetry>()
  readonly end = new Subject<LutraError>()
  readonly stopped = new Subject<number>()
  readonly retries = 0
  readonly noise = 0
  readonly bent: unknown[] = []
  ended: LutraError | undefined
  stops = 0
  released = 0
  closed = false
  /** Does it hear a stop? */
  answers = true

  constructor(readonly move: (call: Call, toy: Toy) => Promise<void>) {}

  async greet(): Promise<void> {}

  perform({ degrees }: Action, call: Call): Promise<void> {
    this.bent.push(degrees)
    return this.move(call, this)
  }

  sendStop(): void {
    this.stops++
    if (this.answers) setImmediate(() => this.stopped.next(0))
  }

  lastBreath(): void {
    this.stops++
  }

  async release(): Promise<void> {
    this.released++
  }

  async close(): Promise<void> {
    this.closed = true
  }
}

/** A robot of such a board. */
export async function arm(move: Toy['move'], options: RobotOptions<typeof armSkills> = {}) {
  const toy = new Toy(move)
  const driver: DriverFactory<typeof armSkills> = () => toy
  return { toy, robot: await robot(memoryPair().host, { stopAfter: 200, ...options, driver }) }
}
