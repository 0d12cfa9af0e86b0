/**
 * Axes: from values to pixels, linear or logarithmic, with ticks that are round numbers and far enough apart to be read.
 * before ./svg · after ./scatter, ./bars
 */
import { element, label } from './svg.js'

export interface Axis {
  at(value: number): number
  readonly ticks: readonly number[]
}

/** Of a logarithmic axis the ticks are 1, 2, 5 times powers of ten, or finer where that gives fewer than three. */
export function logAxis(values: readonly number[], from: number, to: number): Axis {
  const [low, high] = [Math.min(...values) / 1.12, Math.max(...values) * 1.12]
  const at = (value: number) => from + ((to - from) * Math.log(value / low)) / Math.log(high / low)
  const fine = [
    [1, 2, 5],
    [1, 1.5, 2, 3, 4, 5, 7],
    [1, 1.2, 1.4, 1.6, 1.8, 2, 2.2, 2.5, 3, 3.5, 4, 4.5, 5, 6, 7, 8, 9],
  ]
  const powers = Array.from({ length: 31 }, (_, i) => 10 ** (i - 15))
  const inside = fine.map((steps) =>
    powers.flatMap((p) => steps.map((s) => s * p)).filter((t) => t >= low && t <= high),
  )
  return { at, ticks: spaced(inside.find((ticks) => ticks.length >= 3) ?? inside[2], at) }
}

export function linearAxis(high: number, from: number, to: number): Axis {
  const at = (value: number) => from + ((to - from) * value) / high
  const rough = high / 5
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((s) => s * power).find((s) => s >= rough) ?? rough
  return { at, ticks: Array.from({ length: Math.floor(high / step + 1e-9) + 1 }, (_, i) => i * step) }
}

/** Drops ticks whose labels would touch. */
function spaced(ticks: readonly number[], at: (value: number) => number): number[] {
  const kept: number[] = []
  for (const tick of ticks)
    if (kept.length === 0 || Math.abs(at(tick) - at(kept[kept.length - 1])) >= 34) kept.push(tick)
  return kept
}

export interface Frame {
  readonly left: number
  readonly right: number
  readonly top: number
  readonly bottom: number
}

export function drawBottom(axis: Axis, { left, right, top, bottom }: Frame, title: string): string {
  const ticks = axis.ticks.map(
    (tick) =>
      element('line', { x1: axis.at(tick), x2: axis.at(tick), y1: top, y2: bottom, class: 'grid' }) +
      label(axis.at(tick), bottom + 18, tell(tick), { 'text-anchor': 'middle' }),
  )
  const line = element('line', { x1: left, x2: right, y1: bottom, y2: bottom, class: 'axis' })
  return (
    ticks.join('') + line + label((left + right) / 2, bottom + 38, title, { 'text-anchor': 'middle', class: 'quiet' })
  )
}

export function drawLeft(axis: Axis, { left, right, top, bottom }: Frame, title: string): string {
  const ticks = axis.ticks.map(
    (tick) =>
      element('line', { x1: left, x2: right, y1: axis.at(tick), y2: axis.at(tick), class: 'grid' }) +
      label(left - 8, axis.at(tick) + 4, tell(tick), { 'text-anchor': 'end' }),
  )
  const line = element('line', { x1: left, x2: left, y1: top, y2: bottom, class: 'axis' })
  const middle = (top + bottom) / 2
  const turned = { 'text-anchor': 'middle', class: 'quiet', transform: `rotate(-90 16 ${middle})` }
  return ticks.join('') + line + label(16, middle, title, turned)
}

/** Three digits, no more zeros than needed. */
export function tell(value: number): string {
  return Math.abs(value) >= 10000 ? `${tell(value / 1000)}k` : String(Number(value.toPrecision(3)))
}
