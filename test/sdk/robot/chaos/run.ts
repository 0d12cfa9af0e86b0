/**
 * One chaos run: a robot() on a harmful line to a far end, and everything that can go wrong, by a seed. In virtual time.
 * takes  a seed, a far end · gives  what happened; `wrongs` is empty where every rule held
 * before ./chaos.test · after ./clock, ./line, ./boards, ./eye
 */
import { concatMap, from, type Observable, of, timer } from 'rxjs'
import { LutraError } from '../../../../hal/error.js'
import type { Action } from '../../../../sdk/action/action.js'
import type { WireCommand } from '../../../../sdk/robot/protocol/index.js'
import type { Report } from '../../../../sdk/robot/report.js'
import { type Robot, robot } from '../../../../sdk/robot/robot.js'
// What robot() loads when it is called is here before real time stands still.
import '../../../../sdk/robot/rover.js'
import '../../../../sdk/robot/runtime.js'
import '../../../../sdk/robot/serial.js'
import { seeded } from '../rig.js'
import type { FarEnd, MakeEnd } from './boards.js'
import { Clock } from './clock.js'
import { Line } from './line.js'

export interface Outcome {
  readonly seed: number
  readonly wrongs: readonly string[]
  readonly opened: boolean
  readonly moved: boolean
  readonly started: number
  readonly done: number
  readonly stops: number
  readonly events: readonly string[]
  /** Virtual ms. */
  readonly took: number
}

/** Virtual ms in which harm and events happen, and after which every promise must have settled. */
const storm = 6000
const patience = 200_000

export async function chaosRun(seed: number, make: MakeEnd): Promise<Outcome> {
  const random = seeded(Math.imul(seed + 1, 2654435761))
  for (let i = 0; i < 8; i++) random()
  using clock = new Clock(random)
  const run = new Run(clock, random, make)
  const listeners = () => ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name)).join()
  const before = listeners()
  const unhandled = (reason: unknown) => run.wrongs.push(`unhandled rejection: ${String(reason)}`)
  process.on('unhandledRejection', unhandled)
  try {
    await run.live()
  } catch (error) {
    run.wrongs.push(`the run itself failed: ${error instanceof Error ? error.stack : String(error)}`)
  } finally {
    process.off('unhandledRejection', unhandled)
  }
  if (listeners() !== before) run.wrongs.push(`listeners of the process went from ${before} to ${listeners()}`)
  if (clock.pending('host')) run.wrongs.push(`${clock.pending('host')} timers of the host are left`)
  const { wrongs, opened, started, done, events, end } = run
  const { moved, stops } = end.eye
  return { seed, wrongs, opened, moved, started, done: done.length, stops, events, took: clock.now }
}

class Run {
  readonly wrongs: string[] = []
  readonly events: string[] = []
  readonly done: WireCommand[] = []
  started = 0
  opened = false
  readonly end: FarEnd
  readonly #line: Line
  #unsettled = 0
  #alive = true
  #used = new Set<number>()

  constructor(
    readonly clock: Clock,
    readonly random: () => number,
    make: MakeEnd,
  ) {
    this.#line = new Line(clock, random)
    this.end = make(clock, this.#line)
  }

  async live(): Promise<void> {
    const { clock, random, end } = this
    if (random() < 0.3) this.#storm()
    const stopAfter = [100, 200, 300, 500, 900][Math.floor(random() * 5)]
    const opening = this.#settles(
      robot(this.#line.host, { stopAfter, patience: 1000 + random() * 3000, alive: () => this.#alive }),
    )
    // What is imported takes real time, and no virtual time may pass meanwhile.
    for (let i = 0; i < 20_000 && this.#line.writes === 0; i++) await clock.settle()
    await this.#all('opening')
    const rover = await opening
    this.opened = rover !== undefined
    if (rover) await this.#use(rover)
    end.eye.compare(this.done, this.started)
    this.wrongs.push(...end.eye.wrongs)
    this.#line.calm()
    await clock.run(() => false, 1500)
    if (!end.resting) this.wrongs.push('the wheels still turn at the end')
    end.off()
    await this.#line.board.close()
    // What a paused host had still to read, and events that it had still to make.
    await clock.run(() => clock.pending('host') === 0, 2 * storm)
    await this.#all('end')
  }

  async #use(rover: Robot): Promise<void> {
    const { clock, random } = this
    if (this.#line.harm.drop === 0) this.#storm()
    this.#plan(rover)
    for (let i = 0; i < 1 + random() * 6; i++) this.#event(rover, random() * storm)
    await clock.run(() => false, storm)
    this.#line.calm()
    await this.#all('storm')
    void this.#settles(rover.close(), 'close')
    await this.#all('close')
    if (rover.now.mode !== 'closed') this.wrongs.push(`closed, but its mode is ${rover.now.mode}`)
  }

  #storm(): void {
    const { random } = this
    const chance = () => (random() < 0.5 ? 0 : random() * 0.25)
    Object.assign(this.#line.harm, {
      drop: chance(),
      corrupt: chance(),
      duplicate: chance(),
      delay: chance(),
      late: random() * 120,
    })
  }

  /** Chosen now, done at its time. What the host does must wait while it is paused; the rest of the world does not. */
  #event(rover: Robot, at: number): void {
    const { random, end, clock } = this
    const events: [number, string, 'host' | 'line', () => void][] = [
      [4, 'stop', 'host', () => void this.#settles(rover.stop())],
      [1, 'stop twice', 'host', () => void [this.#settles(rover.stop()), this.#settles(rover.stop('again'))]],
      [4, 'reset', 'host', () => void this.#settles(rover.reset())],
      [4, 'plan', 'host', () => this.#plan(rover)],
      [0.5, 'close', 'host', () => void this.#settles(rover.close())],
      [1, 'stall', 'host', () => this.#stall()],
      [2, 'pause', 'line', () => clock.pause(20 + random() * 1500)],
      // As after SIGKILL: not a word for long, and the wheels must stand.
      [1, 'silence', 'line', () => clock.pause(3000 + random() * 3000)],
      [1, 'unplug', 'line', () => this.#line.cut()],
      [1, 'restart', 'line', () => end.restart()],
      [0.5, 'die', 'line', () => end.die()],
    ]
    const pick = random() * events.reduce((sum, [weight]) => sum + weight, 0)
    let sum = 0
    const [, name, owner, act] = events.find(([weight]) => {
      sum += weight
      return pick < sum
    })!
    clock.as(owner, () =>
      setTimeout(() => {
        this.events.push(`${name}@${clock.now.toFixed(0)}`)
        act()
      }, at),
    )
  }

  /** Nobody vouches for the process, for a while. */
  #stall(): void {
    this.#alive = false
    setTimeout(() => {
      this.#alive = true
    }, this.random() * 1000)
  }

  #plan(rover: Robot): void {
    const { random } = this
    const actions = Array.from({ length: 1 + Math.floor(random() * 4) }, () => this.#action())
    const how = Math.floor(random() * 4)
    const reports =
      how === 0
        ? rover.perform(actions)
        : how === 1
          ? rover.perform(this.#slowly(actions))
          : how === 2
            ? from(actions).pipe(rover.execute())
            : // A source that does not wait, and a consumer that takes its time.
              from(actions).pipe(
                concatMap((action) => timer(random() * 300).pipe(concatMap(() => of(action)))),
                rover.execute(),
              )
    this.#watch(reports)
  }

  async *#slowly(actions: readonly Action[]): AsyncGenerator<Action> {
    for (const action of actions) {
      await new Promise<void>((go) => setTimeout(go, this.random() * 500))
      yield action
    }
  }

  #watch(reports: Observable<Report>): void {
    const { random } = this
    const ending = new Promise<void>((done, failed) => {
      const subscription = reports.subscribe({
        next: (report) => this.#note(report),
        error: failed,
        complete: done,
      })
      if (random() > 0.2) return
      setTimeout(() => {
        subscription.unsubscribe()
        done()
      }, random() * storm)
    })
    void this.#settles(ending)
  }

  #note({ state, action }: Report): void {
    if (state === 'started') this.started++
    if (state === 'done' && action.skill !== 'stop') this.done.push(action as unknown as WireCommand)
  }

  /** No two alike, so that each can be told from all others. */
  #action(): Action {
    const { random } = this
    const fresh = (most: number) => {
      let value = 0
      while (value === 0 || this.#used.has(value)) value = 1 + Math.floor(random() * most)
      this.#used.add(value)
      return value
    }
    const sign = random() < 0.5 ? -1 : 1
    const kind = random()
    if (kind < 0.5) return { skill: 'drive', metres: (sign * fresh(80)) / 100 }
    if (kind < 0.85) return { skill: 'turn', degrees: sign * fresh(120) }
    if (kind < 0.97) return { skill: 'wait', seconds: fresh(20) / 10 }
    return { skill: 'stop' }
  }

  /** Whatever it settles to; a rejection must be a LutraError. Undefined where it was rejected. */
  async #settles<T>(promise: Promise<T>, what = ''): Promise<T | undefined> {
    this.#unsettled++
    try {
      return await promise
    } catch (error) {
      if (!(error instanceof LutraError)) this.wrongs.push(`Expected a LutraError of ${what} but ${String(error)}`)
    } finally {
      this.#unsettled--
    }
  }

  async #all(what: string): Promise<void> {
    if (!(await this.clock.run(() => this.#unsettled === 0, patience)))
      this.wrongs.push(`${this.#unsettled} promises have not settled ${patience} ms after ${what}`)
  }
}
