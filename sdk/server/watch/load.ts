/**
 * What this process costs the machine, once a second: heat, watts, memory, threads, lateness, tokens.
 * takes  a reader of the machine, the server's counters, the lent accelerator's, the governor · gives  Load
 * before ./hub, the metrics · after hal/detect. It runs only while somebody watches, or has asked lately.
 */
import { readLimits } from '../../../hal/detect/cgroup.js'
import { readMemory } from '../../../hal/detect/memory.js'
import { readSensor, readSensors } from '../../../hal/detect/sensors.js'
import type { Device, Sensor } from '../../../hal/device.js'
import { type Reader, readText, systemReader } from '../../../hal/reader.js'
import { isFirmwareQuestion } from '../../../hal/sense/command.js'
import { readThrottlingLater } from '../../../hal/sense/throttling.js'
import { EnergyLaps } from './energy.js'
import type { Load } from './event.js'
import { Lateness } from './lateness.js'

/** What the server counts. */
export interface Counters {
  readonly running: number
  readonly waiting: number
  /** Tokens since the start. */
  readonly tokens: number
}

export interface LoadOptions {
  readonly counters: () => Counters
  readonly reader?: Reader
  /** The device's, as it was detected; read anew where absent. */
  readonly sensors?: Device['sensors']
  /** Work that the simulated core has counted since it was made; see Engine.counters. */
  readonly lutCore?: () => Promise<Readonly<Record<string, number>>>
  /** Of the model's governor, where it has one. */
  readonly governor?: () => Load['governor']
  /** Milliseconds between two samples. Default 1000. */
  readonly every?: number
}

/** After a question like that of a metrics scraper it goes on for so many ms, so that the next one finds a fresh answer. */
const lease = 60_000

export class LoadSampler {
  readonly #reader: Reader
  readonly #sensors: readonly Sensor[]
  readonly #lateness = new Lateness()
  readonly #listeners = new Set<(load: Load) => void>()
  #timer: NodeJS.Timeout | undefined
  #watched = false
  #until = 0
  #latest: Load | undefined
  #tokens = 0
  #sampled = 0
  #core: Load['lutCore']
  #throttling: Load['throttling'] = { now: [], sinceBoot: [] }
  readonly #energy: EnergyLaps

  constructor(readonly options: LoadOptions) {
    this.#reader = options.reader ?? systemReader()
    this.#sensors = options.sensors ?? readSensors(this.#reader)
    this.#energy = new EnergyLaps(this.#reader, this.#sensors)
  }

  /** Every sample from now on. The answer ends it. */
  onLoad(listener: (load: Load) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Whether a page is open; see WatchHub.onWatched. */
  readonly watched = (watched: boolean): void => {
    this.#watched = watched
    if (watched) this.#start()
  }

  /** The newest sample; it starts the sampling where it slept. */
  latest(): Load {
    this.#until = performance.now() + lease
    this.#start()
    this.#latest ??= this.#sample()
    return this.#latest
  }

  /** Joules while it was awake. */
  get joules(): number {
    return this.#energy.joules
  }

  close(): void {
    this.#watched = false
    this.#stop()
    this.#listeners.clear()
  }

  #start(): void {
    if (this.#timer) return
    this.#latest = undefined
    this.#sampled = performance.now()
    this.#tokens = this.options.counters().tokens
    this.#lateness.start()
    void this.#askCore()
    void this.#askMachine()
    this.#timer = setInterval(() => this.#turn(), this.options.every ?? 1000)
    this.#timer.unref()
  }

  #stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#lateness.stop()
    this.#energy.stop()
  }

  #turn(): void {
    if (!this.#watched && performance.now() > this.#until) {
      this.#stop()
      return
    }
    this.#latest = this.#sample()
    for (const listener of this.#listeners) listener(this.#latest)
    void this.#askCore()
    void this.#askMachine()
  }

  #sample(): Load {
    const reader = this.#reader
    const { running, waiting, tokens } = this.options.counters()
    const now = performance.now()
    const seconds = (now - this.#sampled) / 1000
    const made = tokens - this.#tokens
    this.#sampled = now
    this.#tokens = tokens
    const threads = Number(/^Threads:\s+(\d+)$/m.exec(readText(reader, '/proc/self/status') ?? '')?.[1])
    return {
      temperatures: this.#read('temperature'),
      watts: this.#read('power'),
      residentBytes: process.memoryUsage.rss(),
      freeBytes: readMemory(reader, readLimits(reader)).available,
      ...(threads > 0 ? { threads } : {}),
      running,
      waiting,
      tokensPerSecond: seconds > 0 ? made / seconds : 0,
      energy: this.#energy.latest(),
      throttling: this.#throttling,
      ...(this.options.governor ? { governor: this.options.governor() } : {}),
      lateness: this.#lateness.take(),
      ...(this.#core ? { lutCore: this.#core } : {}),
    }
  }

  /** By name; two of one name (`acpitz` twice) are told apart by a number. */
  #read(kind: Sensor['kind']): Record<string, number> {
    const found = new Map<string, number>()
    for (const sensor of this.#sensors) {
      if (sensor.kind !== kind) continue
      // A program that must be started for an answer is asked by the meter, beside other work.
      const value = isFirmwareQuestion(sensor.path) ? this.#energy.watts : readSensor(this.#reader, sensor)
      if (value === undefined) continue
      let name = sensor.name
      for (let n = 2; found.has(name); n++) name = `${sensor.name} ${n}`
      found.set(name, value)
    }
    return Object.fromEntries(found)
  }

  /** Heat that slows it, and energy: read beside other work, for the next sample. */
  async #askMachine(): Promise<void> {
    const { now, sinceBoot } = await readThrottlingLater(this.#reader)
    this.#throttling = { now, sinceBoot }
    await this.#energy.lap(this.options.counters().tokens)
  }

  #asking = false
  #before: Readonly<Record<string, number>> | undefined

  /** The core answers between two runs of its worker, so its share is that of the time between two answers. */
  async #askCore(): Promise<void> {
    const { lutCore } = this.options
    if (!lutCore || this.#asking) return
    this.#asking = true
    try {
      const now = await lutCore()
      if (this.#before) {
        const slots = now.slots - this.#before.slots
        const occupancy = slots > 0 ? (now.lookups - this.#before.lookups) / slots : 0
        this.#core = { simulated: true, occupancy }
      }
      this.#before = now
    } catch {
      // A model that is being closed. Its last numbers would be stale.
      this.#core = undefined
    } finally {
      this.#asking = false
    }
  }
}
