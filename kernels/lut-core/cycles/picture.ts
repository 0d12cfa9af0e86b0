/**
 * A trace for the terminal: a row of bars for each unit, as high as it is busy.
 * takes  Trace, columns · gives  lines of text
 * before ./trace
 */
import { type Unit, units } from './timing.js'
import type { Trace } from './trace.js'

const levels = ' ▁▂▃▄▅▆▇█'

/** What a unit waits for when it bounds: in words. */
export const boundIs: Readonly<Record<Unit, string>> = {
  dma: 'the DRAM',
  load: 'SRAM loads',
  array: 'the array',
  store: 'SRAM stores',
}

export function picture(trace: Trace, columns = 80): string {
  const width = Math.max(20, Math.min(200, columns - 14))
  const rows = units.map((unit) => {
    const share = trace.parts.reduce((sum, { timing }) => sum + timing.busy[unit], 0) / trace.cycles
    const bars = resample(trace.occupancy[unit], width).map(bar).join('')
    return `${unit.padEnd(6)}|${bars}|${percent(share).padStart(5)}`
  })
  return `${[...rows, axis(trace, width)].join('\n')}\n`
}

function bar(share: number): string {
  // What works at all is seen.
  return levels[share === 0 ? 0 : Math.max(1, Math.min(8, Math.round(8 * share)))]
}

/** Means of a list in `width` parts; parts of no entry repeat one. */
function resample(values: readonly number[], width: number): number[] {
  return Array.from({ length: width }, (_, i) => {
    const from = Math.floor((i * values.length) / width)
    const to = Math.max(from + 1, Math.floor(((i + 1) * values.length) / width))
    return values.slice(from, to).reduce((sum, value) => sum + value, 0) / (to - from)
  })
}

function axis({ cycles, hertz }: Trace, width: number): string {
  const end = timeText(cycles / hertz)
  const middle = timeText(cycles / hertz / 2)
  const half = Math.floor(width / 2)
  return `${''.padEnd(7)}0${middle.padStart(half - 1 + Math.floor(middle.length / 2))}${end.padStart(
    width - half - Math.floor(middle.length / 2),
  )}`
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`
}

/** Seconds with the unit that suits them. */
export function timeText(seconds: number): string {
  const [unit, factor] =
    seconds < 1e-6 ? ['ns', 1e9] : seconds < 1e-3 ? ['µs', 1e6] : seconds < 1 ? ['ms', 1e3] : ['s', 1]
  return `${Number((seconds * Number(factor)).toPrecision(3))} ${unit}`
}

export function bytesText(bytes: number): string {
  const [unit, by] = bytes < 1e3 ? ['B', 1] : bytes < 1e6 ? ['kB', 1e3] : bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9]
  return `${Number((bytes / Number(by)).toPrecision(3))} ${unit}`
}
