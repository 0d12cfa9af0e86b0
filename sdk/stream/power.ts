/**
 * Energy while tokens pass: reads a power sensor now and then and adds up watts over time.
 * takes  a Reader, a wish which sensor · gives  joules since the first reading
 * before hal/detect/sensors · after ./meter
 */
import { readSensor, readSensors } from '../../hal/detect/sensors.js'
import type { Sensor } from '../../hal/device.js'
import { type Reader, readText } from '../../hal/reader.js'

/** Milliseconds between readings: some sensors answer over a slow bus. */
const pause = 100

export class Power {
  /** The watts of the last reading. */
  watts: number | undefined
  joules = 0
  #read = 0
  #until = 0

  constructor(
    readonly reader: Reader,
    readonly sensor: Sensor,
  ) {}

  /** Adds what was drawn up to this moment, in ms; whenever the sensor is read, the mean of two readings counts. */
  pass(ms: number): void {
    const first = this.watts === undefined
    const due = first || ms - this.#read >= pause
    const watts = (due ? readSensor(this.reader, this.sensor) : undefined) ?? this.watts
    if (watts === undefined) return
    // Since the last token at the last reading; of a fresh one, half the change.
    if (!first) this.joules += (((this.watts as number) + watts) / 2) * ((ms - this.#until) / 1000)
    if (due) this.#read = ms
    this.watts = watts
    this.#until = ms
  }
}

/**
 * The sensor of the whole board's power, or the nearest to it: of several rails the one that reads most, since it feeds the
 * others. A battery counts only while it is drained. Undefined where there is none.
 */
export function powerSensor(reader: Reader, name?: string): Sensor | undefined {
  const found = readSensors(reader).filter((sensor) => sensor.kind === 'power' && drained(reader, sensor))
  if (name !== undefined) return found.find((sensor) => sensor.name === name)
  return found.reduce<Sensor | undefined>(
    (most, sensor) => (most && most.value >= sensor.value ? most : sensor),
    undefined,
  )
}

function drained(reader: Reader, { path }: Sensor): boolean {
  const supply = /^(\/sys\/class\/power_supply\/[^/]+)\//.exec(path)
  return supply === null || readText(reader, `${supply[1]}/status`) === 'Discharging'
}
