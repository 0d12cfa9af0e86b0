/**
 * What a window of readings means, in words, by rules: how much it is, whether it moves, whether to believe it.
 * takes  a sensor's name, its Stats · gives  a sentence
 * before ./beagleplay
 */
import type { NumberStats, Stats } from '../../sdk/iot/index.js'

/** Upper ends, lowest first, and what it is below that. Light: everyday levels; pressure: at sea level. */
const bands: Readonly<Record<string, readonly (readonly [below: number, words: string])[]>> = {
  light: [
    [1, 'dark'],
    [50, 'as by night with a lamp'],
    [300, 'dim'],
    [1000, 'as in a well lit room'],
    [10_000, 'as by a window'],
    [Infinity, 'as under the open sky'],
  ],
  temperature: [
    [0, 'freezing'],
    [15, 'cold'],
    [20, 'cool'],
    [26, 'comfortable'],
    [32, 'warm'],
    [Infinity, 'hot'],
  ],
  humidity: [
    [30, 'dry'],
    [60, 'comfortable'],
    [75, 'humid'],
    [Infinity, 'so humid that mould may grow'],
  ],
  pressure: [
    [1000, 'low, as in bad weather'],
    [1025, 'usual'],
    [Infinity, 'high, as in fair weather'],
  ],
}

/** What no such sensor can measure in a room: then the sensor is doubted, not the room. */
const limits: Readonly<Record<string, readonly [least: number, most: number]>> = {
  light: [0, 200_000],
  temperature: [-40, 85],
  humidity: [0, 100],
  pressure: [300, 1100],
}

export function explain(sensor: string, stats: Stats): string {
  const unit = stats.unit === undefined ? '' : ` ${stats.unit}`
  if (stats.kind !== 'number') return `${sensor} says nothing that is a number`
  const kind = sensor.replace(/\d+$/, '')
  const [least, most] = known(limits, kind) ?? [-Infinity, Infinity]
  const at = `${sensor} ${round(stats.last)}${unit}`
  if (stats.min < least || stats.max > most)
    return `${at}: ${round(stats.min)} to ${round(stats.max)} cannot be; look at the sensor`
  const words = known(bands, kind)?.find(([below]) => stats.last < below)?.[1]
  return `${at}${words ? `: ${words}` : ''}, ${movement(stats, unit)}`
}

function movement({ trend, mean, min, max, outliers }: NumberStats, unit: string): string {
  const far = outliers > 0 ? `, with ${outliers} jumps` : ''
  // What moves by less than a fiftieth of itself in a minute stands still for a person.
  if (Math.abs(trend) < 0.02 * Math.max(1, Math.abs(mean))) return `steady${far}`
  return `${trend > 0 ? 'rising' : 'falling'} (${round(min)} to ${round(max)}${unit})${far}`
}

function round(value: number): number {
  return Number(value.toPrecision(3))
}

/** A sensor may have any name, also one that every object knows. */
function known<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined
}
