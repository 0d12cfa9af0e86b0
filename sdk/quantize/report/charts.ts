/**
 * Pictures of an analysis as inline SVG: histograms, ranges, ranked bars. Colours are the page's, so both schemes have them.
 * takes  plain numbers · gives  SVG text; each picture has a title that says what it shows
 * before ./html · after ./page
 */
import type { Histogram, Percentiles } from './analysis.js'
import { number, text } from './html.js'

function svg(width: number, height: number, title: string, parts: readonly string[]): string {
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img"><title>${text(title)}</title>${parts.join('')}</svg>`
}

/** A coordinate: finite, and short. */
function at(value: number): string {
  return Number.isFinite(value) ? String(Math.round(value * 100) / 100) : '0'
}

/** Bars by the root of their counts, so that tails can be seen. */
export function histogram({ from, to, counts }: Histogram, title: string): string {
  const [width, height] = [230, 70]
  const most = Math.max(1, ...counts)
  const each = width / Math.max(1, counts.length)
  const bars = counts.map((count, i) => {
    const tall = Math.sqrt(Math.max(0, count) / most) * height
    return `<rect class="bar" x="${at(i * each)}" y="${at(height - tall)}" width="${at(Math.max(0.5, each - 0.6))}" height="${at(tall)}"/>`
  })
  const zero = from < 0 && to > 0 ? (-from / (to - from)) * width : undefined
  return svg(width, height + 16, `${title}, ${number(from)} to ${number(to)}; heights are roots of counts`, [
    ...bars,
    ...(zero === undefined ? [] : [`<line class="axis" x1="${at(zero)}" x2="${at(zero)}" y1="0" y2="${height}"/>`]),
    `<text x="0" y="${height + 12}">${number(from)}</text>`,
    `<text x="${width}" y="${height + 12}" text-anchor="end">${number(to)}</text>`,
  ])
}

/** Least to most as a line, 5 to 95 % as a box, the median as a mark. */
export function ranges({ least, p5, median, p95, most }: Percentiles, title: string): string {
  const [width, height] = [230, 26]
  const span = most > 0 ? most : 1
  const x = (value: number) => at(4 + (Math.max(0, value) / span) * (width - 8))
  return svg(
    width,
    height + 16,
    `${title}: least ${number(least)}, 5 % ${number(p5)}, median ${number(median)}, 95 % ${number(p95)}, most ${number(most)}`,
    [
      `<line class="axis" x1="${x(least)}" x2="${x(most)}" y1="13" y2="13"/>`,
      `<rect class="box" x="${x(p5)}" y="5" width="${at(Math.max(1, Number(x(p95)) - Number(x(p5))))}" height="16"/>`,
      `<line class="mark" x1="${x(median)}" x2="${x(median)}" y1="2" y2="24"/>`,
      `<text x="0" y="${height + 12}">0</text>`,
      `<text x="${width}" y="${height + 12}" text-anchor="end">${number(most)}</text>`,
    ],
  )
}

/** Horizontal bars, longest first as they come. */
export function bars(rows: readonly { readonly name: string; readonly value: number }[], title: string): string {
  const [label, width, step] = [250, 640, 18]
  const most = Math.max(...rows.map(({ value }) => value), Number.MIN_VALUE)
  return svg(
    width,
    rows.length * step + 4,
    title,
    rows.flatMap(({ name, value }, i) => {
      const wide = (Math.max(0, value) / most) * (width - label - 80)
      const short = name.length > 36 ? `${name.slice(0, 35)}…` : name
      return [
        `<text x="${label - 6}" y="${i * step + 14}" text-anchor="end">${text(short)}</text>`,
        `<rect class="bar" x="${label}" y="${i * step + 4}" width="${at(Math.max(1, wide))}" height="12"/>`,
        `<text x="${at(label + wide + 6)}" y="${i * step + 14}">${number(value)}</text>`,
      ]
    }),
  )
}
