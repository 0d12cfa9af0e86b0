/**
 * The behaviour of an arm or a pan-tilt head on a servo bus, whichever its packets are.
 * takes  a BusKind, ArmOptions · gives  a Driver with the skills of ./options
 * Goals go out in small steps ahead of where the joints are, so that an arm whose host dies stops within one step.
 * after ./servos, ./path, ./health, ./options, ../board · before ../feetech, ../dynamixel
 */
import { LutraError } from '../../../../hal/error.js'
import type { Action, Skills } from '../../../action/index.js'
import type { Call, Driver, Settings } from '../../driver.js'
import { unvouched } from '../../motion/index.js'
import { pause } from '../../pause.js'
import type { Transport } from '../../transport.js'
import { Board } from '../board.js'
import type { BusKind, Goal, Readings } from './bus.js'
import { Health } from './health.js'
import { type ArmOptions, armSkills, type Joint, jointsOf } from './options.js'
import { Path } from './path.js'
import { Servos } from './servos.js'

export function jointsDriver(kind: BusKind, options: ArmOptions, transport: Transport): Driver<Skills> {
  return new JointsBoard(kind, options, transport)
}

/** How much faster than its set-points a servo may go: it has to catch up with what it lags behind. */
const headroom = 1.5
/** Milliseconds between two looks at joints that should stand, and counts that they may differ by. */
const apart = 30
const jitter = 3
/** Milliseconds that a joint near its goal may take to come to rest. */
const settling = 1000
/** Milliseconds that somebody may take to say that he has the arm. */
const handover = 15_000

class JointsBoard extends Board<Skills> {
  readonly watchdog: 'board' | 'host'
  readonly #joints: readonly Joint[]
  readonly #servos: Servos
  readonly #health: Health
  #letting: Promise<void> | undefined

  constructor(
    kind: BusKind,
    readonly options: ArmOptions,
    transport: Transport,
  ) {
    const joints = jointsOf(options, kind.middle, kind.lastId)
    super(transport, armSkills(joints, options.poses))
    this.watchdog = kind.watchdog
    this.#joints = joints
    this.#health = new Health(options)
    const port = {
      name: this.name,
      send: (bytes: Uint8Array, moves: boolean) => this.send(bytes, moves),
      retried: () => {
        this.retries++
      },
    }
    const ids = joints.map(({ id }) => id)
    this.#servos = new Servos(kind.make(ids, port), joints, kind.countsPerDegree, options.stop === 'limp')
  }

  get noise(): number {
    return this.#servos.bus.noise
  }

  protected get stopBytes(): Uint8Array {
    return this.#servos.stopBytes
  }

  async greet(settings: Settings): Promise<void> {
    this.settings = settings
    await this.#servos.bus.greet(settings)
    this.#servos.torqued = await this.#servos.bus.torqued()
    await this.#look(false)
    this.keepAsking(() => this.#look(false))
  }

  override sendStop(): void {
    super.sendStop()
    if (this.options.stop === 'limp') this.#servos.torqued = false
  }

  override async release(stop: number): Promise<void> {
    if (!this.ended) await this.#servos.bus.recover?.()
    await super.release(stop)
  }

  override async close(): Promise<void> {
    this.#letting ??= this.#letGo().catch(() => {})
    await this.#letting
    await super.close()
  }

  protected async act(action: Action, call: Call): Promise<void> {
    const { skill } = action
    if (skill === 'read') await this.#look(false)
    else if (skill === 'torque') await (action.state === 'on' ? this.#servos.energize() : this.#servos.release())
    else if (skill === 'move') await this.#travel({ [String(action.joint)]: Number(action.degrees) }, call)
    else if (skill === 'pose') await this.#travel(this.options.poses?.[String(action.name)] ?? {}, call)
    else throw new LutraError('unsafe', `Expected move, pose, torque, read or wait but received ${String(skill)}`)
  }

  protected async atRest(): Promise<boolean> {
    if (!this.#servos.torqued) return !(await this.#servos.bus.torqued())
    // A servo that was told to turn back has not begun to yet: only two looks that agree are a proof.
    const before = await this.#look(false)
    await pause(apart)
    const after = await this.#look(false)
    return [...after].every(([id, { moving, position }]) => {
      const old = before.get(id)!
      return !moving && !old.moving && Math.abs(position - old.position) <= jitter
    })
  }

  /** The last step of an arm that stands. One that does not, or does not tell, keeps its torque. */
  async #letGo(): Promise<void> {
    const { end = 'hold' } = this.options
    if (end === 'hold' || this.ended || !this.#servos.torqued) return
    const began = performance.now()
    while (!(await this.atRest())) if (performance.now() - began > settling) return
    if (end === 'limp' || (await this.#handedOver(end))) await this.#servos.release()
  }

  async #handedOver(ask: () => boolean | Promise<boolean>): Promise<boolean> {
    const waiting = new AbortController()
    const late = pause(handover, waiting.signal).catch(() => {})
    const gone = this.end.subscribe(() => waiting.abort())
    try {
      return (await Promise.race([ask(), late])) === true && !this.ended
    } finally {
      gone.unsubscribe()
      waiting.abort()
    }
  }

  protected hear(bytes: Uint8Array): void {
    this.#servos.bus.hear(bytes)
  }

  /** Goes to these angles, all joints together on a straight line, and ends where it is if anything is wrong. */
  async #travel(degrees: Readonly<Record<string, number>>, call: Call): Promise<void> {
    const servos = this.#servos
    const wishes = Object.entries(degrees).map(([name, to]) => ({ joint: this.#joint(name, to), to }))
    if (wishes.length === 0) throw new LutraError('unsafe', 'Expected a declared joint or pose but found none')
    if (!call.alive()) throw unvouched()
    this.#health.begin()
    this.#check(await this.#look(true))
    try {
      await servos.energize()
      await servos.bus.arm?.()
      servos.travelling = true
      await this.#follow(new Path(wishes.map(({ joint, to }) => ({ joint, from: servos.degrees(joint), to }))), call)
    } catch (error) {
      // A stop has its own way to rest, and a hold behind it could stiffen an arm that it let go.
      if (!this.held) await servos.hold().catch(() => {})
      throw call.signal.aborted ? call.signal.reason : error
    } finally {
      servos.travelling = false
      if (!this.ended) await servos.bus.disarm?.().catch(() => {})
    }
  }

  async #follow(path: Path, call: Call): Promise<void> {
    const { tolerance = 2, hz = 25 } = this.options
    let [last, percent] = [performance.now(), 0]
    let arrivedAt: number | undefined
    for (;;) {
      if (!call.alive()) throw unvouched()
      const now = performance.now()
      const late = now - last > this.settings.stopAfter
      // After a pause of this process the joints stand: begin from rest, and wake servos whose own watchdog has bitten.
      if (late) path.rest()
      if (late) await this.#servos.bus.arm?.()
      const running = path.step(Math.min((now - last) / 1000, 3 / hz), call.signal.aborted)
      last = now
      await this.#servos.send(this.#near(path), true)
      this.#check(await this.#look(true))
      const away = path.away((joint) => this.#servos.degrees(joint))
      const told = Math.max(0, Math.min(99, Math.floor(100 * path.done)))
      if (told > percent) {
        percent = told
        call.progress(percent)
      }
      if (call.signal.aborted && !running) throw call.signal.reason
      if (!running && away.most <= tolerance) {
        // The goal of this very step may not have begun to move it yet.
        const rests = path.legs.every(({ joint }) => !this.#servos.reading(joint).moving)
        if (arrivedAt !== undefined && (rests || now - arrivedAt > settling)) break
        arrivedAt ??= now
      }
      if (away.stuck(now)) throw blocked(away.name)
      await pause(1000 / hz)
    }
    call.progress(100)
  }

  /** The set-points of a path, none farther than one step from where its joint is. */
  #near(path: Path): Map<number, Goal> {
    const { maxStep = 5 } = this.options
    return new Map(
      path.setpoints().map(({ joint, at }) => {
        const here = this.#servos.degrees(joint)
        const near = Math.max(here - maxStep, Math.min(here + maxStep, at))
        return [joint.id, this.#servos.goal(joint, near, joint.speed * headroom)]
      }),
    )
  }

  /** Reads all servos and tells what they say. */
  async #look(moves: boolean): Promise<Readings> {
    const readings = await this.#servos.look(moves)
    const by = <T>(value: (joint: Joint) => T) =>
      Object.fromEntries(this.#joints.map((joint) => [joint.name, value(joint)]))
    const of = (joint: Joint) => this.#servos.reading(joint)
    this.tell({
      joints: by((joint) => Math.round(this.#servos.degrees(joint) * 10) / 10),
      load: by((joint) => of(joint).load),
      celsius: by((joint) => of(joint).celsius),
      battery: Math.min(...this.#joints.map((joint) => of(joint).volts)),
    })
    return readings
  }

  #check(readings: Readings): void {
    for (const joint of this.#joints) this.#health.check(joint.name, readings.get(joint.id)!)
  }

  #joint(name: string, to: number): Joint {
    const joint = this.#joints.find((each) => each.name === name)
    if (!joint) throw new LutraError('unsafe', `Expected a declared joint but received ${name}`)
    if (!(to >= joint.min && to <= joint.max))
      throw new LutraError('unsafe', `Expected ${name} from ${joint.min} to ${joint.max} degrees but received ${to}`)
    return joint
  }
}

function blocked(name: string): LutraError {
  return new LutraError('limit', `Expected ${name} to come nearer to its goal but it does not; clear its way`)
}
