/**
 * Energy while tokens pass: reads power or energy sensors now and then and adds up.
 * takes  a Reader, sensors · gives  joules since the first reading
 * before hal/sense · after ./meter
 */

import type { Reader } from '../../hal/reader.js'
import { isFirmwareQuestion } from '../../hal/sense/command.js'
import type { EnergySource } from '../../hal/sense/energy-sensor.js'
import { Joules } from '../../hal/sense/joules.js'
import { readSensor, readSensorLater } from '../../hal/sense/reading.js'

/** Milliseconds between readings: some sensors answer over a slow bus. */
const pause = 100

export class Power {
  readonly #sum: Joules
  readonly #slow: boolean
  #read = Number.NEGATIVE_INFINITY
  #asking = false
  #answer: readonly (number | undefined)[]

  constructor(
    readonly reader: Reader,
    readonly source: EnergySource,
  ) {
    this.#sum = new Joules(source.sensors)
    this.#slow = source.sensors.some(({ path }) => isFirmwareQuestion(path))
    this.#answer = source.sensors.map(({ value }) => value)
  }

  get joules(): number {
    return this.#sum.joules
  }

  /** Those of the last reading. */
  get watts(): number | undefined {
    return this.#sum.watts
  }

  /** Adds what was drawn up to this moment, in ms; whenever the sensor is read, the mean of two readings counts. */
  pass(ms: number): void {
    const due = ms - this.#read >= pause
    const power = this.source.sensors[0].kind === 'power'
    if (due) this.#read = ms
    // A counter tells all when it is read next; power in between is that of the last reading.
    if (due || power) this.#sum.take(ms, due ? this.#values() : [])
  }

  /** A program that must be started for an answer does not hold up the tokens: its last answer counts. */
  #values(): readonly (number | undefined)[] {
    const { reader, source } = this
    if (!this.#slow) return source.sensors.map((sensor) => readSensor(reader, sensor))
    if (!this.#asking) {
      this.#asking = true
      const done = (answer: readonly (number | undefined)[]) => {
        this.#answer = answer
        this.#asking = false
      }
      void Promise.all(source.sensors.map((sensor) => readSensorLater(reader, sensor))).then(done, () => done([]))
    }
    return this.#answer
  }
}
