/**
 * A window as a few lines of text that a model can read; every word of a sensor is data (sdk/action/untrusted).
 * takes  Window · gives  text, a line a sensor
 * after ./summarize
 */
import { quoted } from '../../action/index.js'
import type { Stats } from './stats.js'
import type { Window } from './windows.js'

export function windowText({ from, to, sensors, dropped }: Window): string {
  const lines = Object.entries(sensors).map(([name, stats]) => `${data(name)}: ${line(stats)}`)
  if (dropped > 0) lines.push(`${dropped} readings of further sensors were left out`)
  return `Over ${round((to - from) / 1000)} s:\n${lines.join('\n')}`
}

function line(stats: Stats): string {
  const { count, bad } = stats
  const unit = stats.unit === undefined ? '' : ` unit ${data(stats.unit, 12)},`
  const worse = bad > 0 ? `, ${bad} unreadable` : ''
  if (stats.kind === 'word') {
    const values = Object.entries(stats.values).map(([word, n]) => `${data(word)} ${n} times`)
    return `${count} readings,${unit} last ${data(stats.last)}, ${values.join(', ') || 'none'}${worse}`
  }
  const { min, mean, max, last, trend, outliers } = stats
  const steady = Math.abs(trend) < 1e-3 * Math.max(1, Math.abs(mean))
  const moves = steady ? 'steady' : `${trend > 0 ? 'rising' : 'falling'} ${round(Math.abs(trend))} per minute`
  const far = outliers > 0 ? `, ${outliers} outliers` : ''
  return `${count} readings,${unit} ${round(min)} to ${round(max)}, mean ${round(mean)}, last ${round(last)}, ${moves}${far}${worse}`
}

/** A word of a stranger, short: no sensor needs a long one. */
function data(word: string, most = 64): string {
  return quoted(word, { most })
}

/** Four digits are more than a sensor knows. */
function round(value: number): number {
  return Number(value.toPrecision(4))
}
