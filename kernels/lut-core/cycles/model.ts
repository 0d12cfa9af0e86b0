/**
 * The cycle model: walks a program and tells how long each unit works at it. One instruction is issued per cycle, in
 * order, into the queue of its unit; a unit takes its own in order, as soon as their registers are free (./scoreboard).
 * Copies are asked for when they enter their queue: their bytes come `latency` later, or behind those of the copy before,
 * so that back-to-back copies pay latency once. dma, load and store share the SRAM (./rates). All is simulated.
 * takes  a valid program, a core's config · gives  Timing, and spans for a trace
 * before ./linear, ./trace
 */
import { LutraError } from '../../../hal/error.js'
import type { CoreConfig } from '../config.js'
import type { Instruction, Program } from '../lmma/instruction.js'
import { type Flight, unitOf } from './flight.js'
import { Sequence } from './issue.js'
import { grain, type Pipeline, pipeline, type Rates, ratesOf, type Shares, share } from './rates.js'
import { Scoreboard } from './scoreboard.js'
import { State } from './state.js'
import { Steady } from './steady.js'
import { type Span, type Timing, type Unit, units } from './timing.js'

export interface TimingOptions {
  /** Lookups that are asked for, without those of padding; default: all the slots. */
  readonly lookups?: number
  /** Called for each span of work, in the order of their ends in a unit; every round of every loop is then walked. */
  readonly onSpan?: (span: Omit<Span, 'label'>) => void
  /** Whether rounds that repeat exactly are left out; default true, and false with `onSpan`. */
  readonly skip?: boolean
  /** Steps of the walk before it gives up; default 100 million. */
  readonly limit?: number
  readonly pipeline?: Pipeline
}

/** How long a program takes. LutraError mismatch: it names what the core has not; limit: too long to be walked. */
export function timeProgram(program: Program, config: CoreConfig, options: TimingOptions = {}): Timing {
  return new Walk(program, config, options).run()
}

/** What grows evenly in a loop that repeats. The first four are busy cycles; the clock counts rounds left out, `now` does not. */
const [clock, slots, dram, sram, registers] = [4, 5, 6, 7, 8]

type Mover = Exclude<Unit, 'array'>
const movers: readonly Mover[] = ['dma', 'load', 'store']

class Walk {
  readonly #rates: Rates
  readonly #shares: Shares = { dma: 0, load: 0, store: 0 }
  readonly #sequence: Sequence
  readonly #scoreboard = new Scoreboard()
  readonly #steady: Steady | undefined
  readonly #queues: Record<Unit, Flight[]> = { dma: [], load: [], array: [], store: [] }
  readonly #moving: Record<Mover, Flight | undefined> = { dma: undefined, load: undefined, store: undefined }
  /** What the array works on, and those before it whose sums are still on their way. */
  #summing: Flight[] = []
  readonly #counters = new Float64Array(9)
  #now = 0
  #nextIssue = 0
  #arrayFree = 0
  #end = 0

  constructor(
    program: Program,
    private readonly config: CoreConfig,
    private readonly options: TimingOptions,
  ) {
    this.#rates = ratesOf(config, options.pipeline ?? pipeline)
    if (options.skip ?? !options.onSpan) this.#steady = new Steady()
    this.#sequence = new Sequence(program, (round) => this.#steady?.visit(round, () => this.state(), this.#counters))
  }

  run(): Timing {
    const limit = this.options.limit ?? 1e8
    for (let step = 0; ; step++) {
      if (step === limit)
        throw new LutraError('limit', `Expected a program of at most ${limit} steps but found a longer one`)
      this.finish()
      for (const unit of units) this.start(unit)
      const next = Math.min(this.issue(), this.event())
      if (next === Number.POSITIVE_INFINITY) return this.timing()
      this.advance(next)
    }
  }

  private finish(): void {
    const now = this.#now
    for (const unit of movers) {
      const flight = this.#moving[unit]
      if (!flight || flight.left > 0) continue
      flight.freed = flight.end = now
      this.#end = Math.max(this.#end, now)
      this.#counters[units.indexOf(unit)] += now - flight.start
      this.#moving[unit] = undefined
      this.options.onSpan?.({ unit, start: flight.start, end: now, at: flight.at })
    }
    while (this.#summing.length > 0 && this.#summing[0].end <= now) this.#summing.shift()
  }

  private start(unit: Unit): void {
    const flight = this.#queues[unit][0]
    const now = this.#now
    if (!flight || flight.ready > now) return
    if (unit === 'array' ? this.#arrayFree > now : this.#moving[unit]) return
    for (const { flight: other, until } of flight.waits) if (other[until] > now) return
    this.#queues[unit].shift()
    flight.waits.length = 0 // or each flight would hold all those before it
    flight.start = now
    if (unit !== 'array') {
      this.#moving[unit] = flight
      return
    }
    flight.freed = this.#arrayFree = now + flight.left
    flight.end = flight.freed + this.#rates.fill
    this.#end = Math.max(this.#end, flight.end)
    this.#summing.push(flight)
    this.#counters[units.indexOf(unit)] += flight.left
    this.options.onSpan?.({ unit, start: now, end: flight.freed, at: flight.at })
  }

  /** Issues at most one instruction; gives the cycle of the next, Infinity where something must happen first. */
  private issue(): number {
    if (this.#nextIssue > this.#now) return this.#nextIssue
    const instruction = this.#sequence.instruction
    if (!instruction) return Number.POSITIVE_INFINITY
    const unit = unitOf(instruction.op)
    if (instruction.op === 'wait' && this.copies() > Math.max(0, instruction.pending)) return Number.POSITIVE_INFINITY
    if (unit) {
      const queue = this.#queues[unit]
      if (queue.length >= this.#rates.queues[unit]) return Number.POSITIVE_INFINITY
      queue.push(this.flight(instruction, unit))
    }
    this.#nextIssue = this.#now + 1
    this.#sequence.next()
    return this.#nextIssue
  }

  private flight(instruction: Instruction, unit: Unit): Flight {
    const ready = this.#now + 1 + (unit === 'dma' ? this.#rates.latency : 0)
    const never = Number.POSITIVE_INFINITY
    const flight: Flight = {
      unit,
      at: this.#sequence.at,
      waits: [],
      ready,
      left: 1,
      start: 0,
      freed: never,
      end: never,
    }
    const build = this.#scoreboard.issue(instruction, flight, this.#now)
    if (instruction.op === 'lmma') flight.left = this.arrayCycles(instruction, build)
    else if ('bytes' in instruction) {
      flight.left = instruction.bytes * grain
      this.#counters[sram] += instruction.bytes
      this.#counters[instruction.op === 'copy' ? dram : registers] += instruction.bytes
    }
    return flight
  }

  private arrayCycles({ m, n, k, weightBits }: Instruction & { op: 'lmma' }, build: boolean): number {
    const { m: M, n: N, k: K } = this.config
    if (m % M || n % N || k % K)
      throw new LutraError('mismatch', `Expected multiples of M${M}N${N}K${K} but found lmma.m${m}n${n}k${k}`)
    const steps = (m / M) * (k / K)
    this.#counters[slots] += m * n * (k / K) * weightBits
    return steps * (n / N) * weightBits + (build ? steps * this.#rates.build : 0)
  }

  private copies(): number {
    return this.#queues.dma.length + Number(this.#moving.dma !== undefined)
  }

  /** The next cycle in which a unit may end or begin something. */
  private event(): number {
    const now = this.#now
    const { dma, load, store } = this.#moving
    share(this.#rates, dma !== undefined, load !== undefined, store !== undefined, this.#shares)
    let next = this.#arrayFree > now ? this.#arrayFree : Number.POSITIVE_INFINITY
    for (const unit of movers) {
      const flight = this.#moving[unit]
      // A cycle at least, also for no bytes.
      if (flight) next = Math.min(next, now + Math.max(1, Math.ceil(flight.left / this.#shares[unit])))
    }
    for (const unit of units) {
      const head = this.#queues[unit][0]
      if (head && head.ready > now) next = Math.min(next, head.ready)
    }
    if (this.#summing.length > 0) next = Math.min(next, this.#summing[0].end)
    return next
  }

  private advance(to: number): void {
    for (const unit of movers) {
      const flight = this.#moving[unit]
      if (flight) flight.left = Math.max(0, flight.left - this.#shares[unit] * (to - this.#now))
    }
    this.#counters[clock] += to - this.#now
    this.#now = to
  }

  /** All that decides what happens from here on, as seen from now. */
  private state(): string {
    const crews = units.map((unit) => {
      const moving = unit === 'array' ? this.#summing : [this.#moving[unit]].filter((flight) => flight !== undefined)
      return { working: moving, waiting: this.#queues[unit] }
    })
    const state = new State(crews, this.#now)
    this.#scoreboard.describe((value) => state.write(value))
    return state.text
  }

  private timing(): Timing {
    const busy = Object.fromEntries(units.map((unit, i) => [unit, this.#counters[i]])) as Record<Unit, number>
    const counted = this.#counters[slots]
    return {
      simulated: true,
      cycles: this.#counters[clock] - this.#now + this.#end,
      busy,
      lookups: this.options.lookups ?? counted,
      slots: counted,
      bytes: { dram: this.#counters[dram], sram: this.#counters[sram], registers: this.#counters[registers] },
      bound: units.reduce((most, unit) => (busy[unit] > busy[most] ? unit : most)),
    }
  }
}
