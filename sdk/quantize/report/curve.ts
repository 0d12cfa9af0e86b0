/**
 * Learning curves as SVG: losses over steps, in a file of its own or inside a page.
 * takes  named series of (step, value) · gives  SVG text with its own colours
 * before ./html · after ../train
 */
import { number, text } from './html.js'

export interface Series {
  readonly name: string
  /** Ascending steps; values that are not finite break the line. */
  readonly points: readonly (readonly [step: number, value: number])[]
}

export interface CurveOptions {
  readonly title: string
  /** What a step counts; default `step`. */
  readonly steps?: string
  /** By their logarithm; default false. */
  readonly logarithmic?: boolean
}

/** Told apart without colour as well. */
const dashes = ['', '6 3', '2 3', '8 3 2 3']
const colours = ['#2f6fb3', '#b3402f', '#3c8a4e', '#8a5fb0']
/** More points than pixels are not seen: the least and the most of each stretch are kept. */
const STRETCHES = 400

export function learningCurve(
  series: readonly Series[],
  { title, steps = 'step', logarithmic = false }: CurveOptions,
): string {
  const [width, height, left, bottom] = [720, 320, 64, 34]
  const drawn = series.map(({ name, points }) => ({
    name,
    points: thinned(points.filter(([x]) => Number.isFinite(x))),
  }))
  const usable = drawn.flatMap(({ points }) => points).filter(([, y]) => Number.isFinite(y) && (!logarithmic || y > 0))
  const scale = logarithmic ? Math.log : (value: number) => value
  const [x0, x1] = ends(usable.map(([x]) => x))
  const [y0, y1] = ends(usable.map(([, y]) => scale(y)))
  const x = (value: number) => (left + ((value - x0) / (x1 - x0)) * (width - left - 12)).toFixed(1)
  const y = (value: number) => (height - bottom - ((scale(value) - y0) / (y1 - y0)) * (height - bottom - 30)).toFixed(1)
  const back = logarithmic ? Math.exp : (value: number) => value
  const ticks = [0, 0.25, 0.5, 0.75, 1].flatMap((share) => {
    const [value, step] = [back(y0 + share * (y1 - y0)), x0 + share * (x1 - x0)]
    return [
      `<line x1="${left}" x2="${width - 12}" y1="${y(value)}" y2="${y(value)}" stroke="currentColor" stroke-opacity=".15"/>`,
      `<text x="${left - 6}" y="${y(value)}" dy="4" text-anchor="end">${number(value)}</text>`,
      `<text x="${x(step)}" y="${height - 14}" text-anchor="middle">${number(Math.round(step))}</text>`,
    ]
  })
  const lines = drawn.flatMap(({ name, points }, i) => [
    ...runs(points, logarithmic).map(
      (run) =>
        `<polyline fill="none" stroke="${colours[i % 4]}" stroke-width="1.6" stroke-dasharray="${dashes[Math.floor(i / 4) % 4 || i % 4]}" points="${run.map(([a, b]) => `${x(a)},${y(b)}`).join(' ')}"/>`,
    ),
    `<text x="${left + 8 + i * 150}" y="18" fill="${colours[i % 4]}">${text(name)}</text>`,
  ])
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="system-ui, sans-serif" font-size="11" fill="currentColor">` +
    `<title>${text(title)}</title>${ticks.join('')}${lines.join('')}<text x="${width - 12}" y="${height - 2}" text-anchor="end">${text(steps)}</text></svg>\n`
  )
}

/** The ends of an axis; apart even where all values are one. */
function ends(values: readonly number[]): [number, number] {
  const [least, most] = values.reduce(
    ([a, b], value) => [Math.min(a, value), Math.max(b, value)],
    [Infinity, -Infinity],
  )
  if (!(most >= least)) return [0, 1]
  return most > least ? [least, most] : [least - 0.5, least + 0.5]
}

/** Stretches of the line that have values. */
function runs(points: Series['points'], positive: boolean): Series['points'][] {
  const found: (readonly [number, number])[][] = [[]]
  for (const point of points) {
    if (Number.isFinite(point[1]) && (!positive || point[1] > 0)) found.at(-1)?.push(point)
    else found.push([])
  }
  return found.filter((run) => run.length > 0)
}

function thinned(points: Series['points']): Series['points'] {
  if (points.length <= 2 * STRETCHES) return points
  const each = Math.ceil(points.length / STRETCHES)
  const kept: (readonly [number, number])[] = []
  for (let from = 0; from < points.length; from += each) {
    const part = points.slice(from, from + each)
    const sorted = [...part].sort((a, b) => a[1] - b[1])
    kept.push(...new Set([sorted[0], sorted[sorted.length - 1]].sort((a, b) => a[0] - b[0])))
  }
  return kept
}
