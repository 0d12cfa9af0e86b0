/**
 * Driver of machines with Grbl 1.1, grblHAL or FluidNC, 115200 baud: moves as jogs in short pieces inside a declared box.
 * takes  GrblOptions · gives  DriverFactory with the skills of ./options
 * Grbl has no timeout of its own. No more than stopAfter of way is queued ahead, so that the axes of a dead host's machine
 * run out; a spindle or laser that someone else switched on does not.
 * after ./codec, ./options, ../board, ../exchange, ../lines
 */
import { LutraError } from '../../../../hal/error.js'
import type { Action, Skills } from '../../../action/index.js'
import type { Call, DriverFactory, Settings } from '../../driver.js'
import { unvouched } from '../../motion/index.js'
import { pause } from '../../pause.js'
import type { Transport } from '../../transport.js'
import { Board } from '../board.js'
import { Exchange } from '../exchange.js'
import { LineParser } from '../lines.js'
import { type Heard, jog, line, longest, type Place, readLine, realtime, stopBytes } from './codec.js'
import { type Axis, type GrblOptions, machineSkills, targetOf } from './options.js'

type Status = Heard & { readonly kind: 'status' }

/** Millimetres: a step of a coarse machine. */
const tolerance = 0.1
/** Milliseconds without a tenth of a millimetre of way after which something is in it. */
const blockedAfter = 2000
/** States in which nothing moves by itself. */
const still = ['Idle', 'Alarm', 'Sleep', 'Check']

export type { GrblOptions }

export function grbl(options: GrblOptions): DriverFactory {
  return (transport) => new GrblBoard(transport, options)
}

class GrblBoard extends Board<Skills> {
  readonly watchdog = 'host'
  protected readonly stopBytes = stopBytes
  readonly #lines = new LineParser(longest)
  readonly #exchange: Exchange<Heard>
  #bad = 0
  #greeted = false
  /** Counts what ends every motion: banners and alarms. */
  #breaks = 0
  #offset: Place | undefined

  constructor(
    transport: Transport,
    readonly options: GrblOptions,
  ) {
    super(transport, machineSkills(options))
    this.#exchange = new Exchange({
      name: this.name,
      send: (bytes, moves) => this.send(bytes, moves),
      retried: () => {
        this.retries++
      },
    })
  }

  get noise(): number {
    return this.#lines.bad + this.#bad
  }

  async greet(settings: Settings): Promise<void> {
    this.settings = settings
    // Boards that restart when opened say nothing for a second or two.
    const patience = 200
    await this.#status(Math.max(1, Math.ceil(settings.patience / patience)), patience)
    // What a half line before us may have left is closed; what it was is none of our business.
    await this.#line('').catch(() => {})
    const inches = await this.#setting('13').catch(() => undefined)
    if (inches === '1')
      throw new LutraError('mismatch', 'Expected reports in millimetres but the machine reports inches; set $13=0')
    this.#greeted = true
    this.keepAsking(() => this.#status())
  }

  override async release(stop: number): Promise<void> {
    const { state } = await this.#status()
    // A machine that can home has to: it may have lost its position.
    if (state === 'Alarm' && !this.options.homing) await this.#line('$X')
    await super.release(stop)
  }

  protected async act(action: Action, call: Call): Promise<void> {
    const { skill } = action
    if (skill === 'move' || skill === 'shift') await this.#move(action, skill === 'shift', call)
    else if (skill === 'home') await this.#home(call)
    else if (skill === 'off') for (const word of ['M5', 'M9']) await this.#line(word)
    else throw new LutraError('unsafe', `Expected move, shift, home, off or wait but received ${String(skill)}`)
  }

  protected async atRest(): Promise<boolean> {
    return still.includes((await this.#status(1)).state)
  }

  protected hear(bytes: Uint8Array): void {
    for (const text of this.#lines.push(bytes)) {
      const said = readLine(text)
      if (said === 'bad') this.#bad++
      else if (said) this.#heard(said)
    }
  }

  #heard(said: Heard): void {
    if (said.kind === 'banner' || said.kind === 'alarm') {
      this.#breaks++
      // It has stopped, by our reset, a switch at an axis' end, or a button of its own.
      if (this.#greeted) this.tellStopped()
    }
    if (said.kind === 'status') {
      this.#offset = said.offset ?? this.#offset
      const place = this.#place(said)
      this.tell({ machine: { state: said.state, ...place } })
    }
    this.#exchange.hear(said)
  }

  /** Along a straight line, in pieces: never more queued than the machine would run in stopAfter. */
  async #move(action: Action, relative: boolean, call: Call): Promise<void> {
    if (!call.alive()) throw unvouched()
    const before = await this.#status()
    if (before.state !== 'Idle')
      throw new LutraError('unsafe', `Expected an idle machine but it is in ${before.state}; home or release it`)
    const from = this.#place(before)
    if (!from) throw new LutraError('io', 'Expected the machine to report its position but it does not; set $10=1')
    const to = targetOf(this.options.box, action, relative ? from : undefined)
    const axes = Object.keys(to) as Axis[]
    const way = Math.hypot(...axes.map((axis) => to[axis]! - from[axis]))
    const at = (share: number) =>
      Object.fromEntries(axes.map((axis) => [axis, from[axis] + (to[axis]! - from[axis]) * share]))
    const feed = this.options.feed ?? 1000
    const period = Math.min(100, this.settings.stopAfter / 5)
    const ahead = ((feed / 60_000) * this.settings.stopAfter * 3) / 4
    const piece = Math.max((feed / 60_000) * period, 0.02)
    const breaks = this.#breaks
    let [sent, done, percent, doneAt] = [0, 0, 0, performance.now()]
    try {
      for (;;) {
        if (!call.alive()) throw unvouched()
        call.signal.throwIfAborted()
        while (sent < way && sent - done < ahead) {
          sent = Math.min(way, sent + piece)
          await this.#line('jog', jog(at(sent / way), feed, this.options.coordinates === 'machine'), true)
        }
        await pause(period, call.signal)
        const status = await this.#status()
        const here = this.#place(status)
        if (this.#breaks !== breaks || !here || !['Idle', 'Jog', 'Run'].includes(status.state))
          throw new LutraError('unsafe', `Expected the machine to go on but it is in ${status.state}; look at it`)
        const left = Math.hypot(...axes.map((axis) => to[axis]! - here[axis]))
        if (way - left > done + tolerance) [done, doneAt] = [way - left, performance.now()]
        const told = way > 0 ? Math.max(0, Math.min(99, Math.floor((100 * done) / way))) : 99
        if (told > percent) {
          percent = told
          call.progress(percent)
        }
        if (sent >= way && status.state === 'Idle' && left <= tolerance) break
        if (performance.now() - doneAt > blockedAfter)
          throw new LutraError('limit', 'Expected the machine to move but it does not; clear its way')
      }
    } catch (error) {
      if (!this.held && !this.ended) await this.#cancel().catch(() => {})
      throw call.signal.aborted ? call.signal.reason : error
    }
    call.progress(100)
  }

  /** Homing cannot be cancelled, and answers no question: only a reset ends it early. */
  async #home(call: Call): Promise<void> {
    if (!call.alive()) throw unvouched()
    let over = false
    const end = this.#line('$H', line('$H'), true, (this.options.homingTime ?? 60) * 1000).finally(() => {
      over = true
    })
    end.catch(() => {})
    while (!over) {
      await pause(20)
      if (over || (call.alive() && !call.signal.aborted)) continue
      // A stop has sent its own.
      if (!this.held && !this.ended) await this.send(realtime.reset)
      await end.catch(() => {})
      throw call.signal.aborted ? call.signal.reason : unvouched()
    }
    await end
    call.progress(100)
  }

  async #cancel(): Promise<void> {
    for (let i = 0; i < 25; i++) {
      await this.send(realtime.jogCancel)
      if (still.includes((await this.#status()).state)) return
      await pause(50)
    }
  }

  #place({ machine, work }: Status): Place | undefined {
    const offset = this.#offset
    if (this.options.coordinates === 'machine') return machine ?? (work && offset && shifted(work, offset, 1))
    return work ?? (machine && offset && shifted(machine, offset, -1))
  }

  #status(tries = 5, patience = 100): Promise<Status> {
    const accept = (heard: Heard) => (heard.kind === 'status' ? heard : undefined)
    return this.#exchange.ask({ what: '?', bytes: realtime.status, accept, tries, patience })
  }

  async #setting(name: string): Promise<string | undefined> {
    let value: string | undefined
    await this.#exchange.ask({
      what: '$$',
      bytes: line('$$'),
      accept: (heard) => {
        if (heard.kind === 'setting' && heard.name === name) value = heard.value
        return heard.kind === 'ok' || heard.kind === 'error' || undefined
      },
      patience: 500,
    })
    return value
  }

  /** Sent once: a line that was lost and one whose answer was lost look the same, and the machine may have begun. */
  async #line(what: string, bytes = line(what), moves = false, patience = 1000): Promise<void> {
    await this.#exchange.ask({
      what,
      bytes,
      moves,
      tries: 1,
      patience,
      accept: (heard) => {
        if (heard.kind === 'ok') return true
        if (heard.kind === 'error' || heard.kind === 'alarm')
          throw new LutraError(
            'unsafe',
            `Expected the machine to accept "${what}" but it answers ${heard.kind} ${heard.code}`,
          )
        if (heard.kind === 'banner')
          throw new LutraError('io', 'Expected the machine to go on but it has restarted; release the stop')
        return undefined
      },
    })
  }
}

function shifted(place: Place, by: Place, sign: 1 | -1): Place {
  return { x: place.x + sign * by.x, y: place.y + sign * by.y, z: place.z + sign * by.z }
}
