/**
 * Numbers over time as small lines: what it is now in figures, the last five minutes as a curve, least and most beside it.
 * takes  load events · gives  a figure for each quantity; a sensor that is not there is said to be absent, never zero
 */
import { $, bytes, element, fixed, svg, text, write } from './dom.mjs'

/** Milliseconds that a curve spans: at first, and at most. Curves of one figure; size of the drawing in its own units. */
const first = 60_000
const longest = 300_000
const curves = 6
const width = 240
const height = 36

/** A figure: its title, its curves by name out of a Load, how a value is written. `floor`: the least top of its scale. */
const figures = [
  {
    title: 'Temperature',
    absent: 'no sensor',
    of: (load) => load.temperatures,
    show: (v) => `${fixed(v, 1)} °C`,
    band: 5,
  },
  {
    title: 'Power',
    absent: 'no sensor',
    of: (load) => load.watts,
    show: (v) => `${fixed(v, 2)} W`,
    zero: true,
    floor: 1,
  },
  {
    title: 'Tokens',
    of: (load) => ({ '': load.tokensPerSecond }),
    show: (v) => `${fixed(v, 1)} /s`,
    zero: true,
    floor: 10,
  },
  {
    title: 'Requests',
    of: ({ running, waiting }) => ({ running, waiting }),
    show: (v) => fixed(v, 0),
    zero: true,
    floor: 2,
  },
  {
    title: 'Lateness of 100 Hz',
    of: ({ lateness }) => ({ p99: lateness?.p99, max: lateness?.max }),
    show: (v) => `${fixed(v, 1)} ms`,
    zero: true,
    floor: 5,
  },
  { title: 'Memory of the process', of: (load) => ({ '': load.residentBytes }), show: bytes, band: 2 ** 24 },
  { title: 'Memory left', of: (load) => ({ '': load.freeBytes }), show: bytes, band: 2 ** 26 },
  {
    title: 'Threads',
    absent: 'not told here',
    of: (load) => ({ '': load.threads }),
    show: (v) => fixed(v, 0),
    band: 4,
  },
  {
    title: 'LUT core occupancy',
    note: 'simulated',
    hidden: true,
    of: ({ lutCore }) => ({ '': lutCore?.occupancy }),
    show: (v) => `${fixed(100 * v, 0)} %`,
    zero: true,
    floor: 1,
  },
]

let drawn
let begun

export const chartPanel = {
  event({ type, at, load }) {
    if (type !== 'load' || load === null || typeof load !== 'object') return
    drawn ??= begin()
    begun ??= at
    const span = Math.min(longest, Math.max(first, at - begun))
    write($('charts-span'), span < longest ? `last ${Math.round(span / 1000)} s` : 'last 5 minutes')
    for (const figure of drawn) figure.add(at, load, span)
  },

  clear() {
    drawn = begin()
    begun = undefined
  },
}

function begin() {
  const made = figures.map(figureOf)
  $('charts').replaceChildren(...made.map(({ root }) => root))
  return made
}

function figureOf({ title, note, absent, hidden, of, show, ...scale }) {
  const series = new Map()
  const now = element('span', { class: 'now' }, absent ?? '–')
  const picture = svg('svg', {
    viewBox: `0 0 ${width} ${height}`,
    preserveAspectRatio: 'none',
    role: 'img',
    'aria-label': title,
  })
  const [top, bottom] = [element('span'), element('span')]
  const name = element('span', { class: 'title' }, title, note ? element('em', {}, ` ${note}`) : undefined)
  const axis = element('div', { class: 'axis', 'aria-hidden': 'true' }, top, bottom)
  const root = element('figure', {}, element('figcaption', {}, name, now), picture, axis)
  if (hidden) root.hidden = true
  const add = (at, load, span) => {
    const values = Object.entries(of(load) ?? {}).filter(([, value]) => Number.isFinite(value))
    if (values.length > 0) root.hidden = false
    for (const [curve, value] of values.slice(0, curves)) {
      const points = series.get(curve) ?? []
      series.set(curve, points)
      points.push([at, value])
    }
    for (const [curve, points] of series) {
      while (points.length && points[0][0] < at - span) points.shift()
      if (points.length === 0) series.delete(curve)
    }
    root.dataset.absent = values.length === 0 ? 'yes' : 'no'
    if (values.length === 0) write(now, absent ?? '–')
    else
      now.replaceChildren(
        ...values
          .slice(0, curves)
          .map(([curve, value]) => legend(curve, show(value), [...series.keys()].indexOf(curve))),
      )
    if (series.size === 0) return
    const [least, most] = extent(series)
    const [low, high] = limits(least, most, scale)
    write(top, show(high))
    write(bottom, show(low))
    picture.setAttribute('aria-label', `${title}: ${now.textContent}, from ${show(least)} to ${show(most)}`)
    picture.replaceChildren(...[...series.values()].map((points, i) => curveOf(points, i, [at, span], [low, high])))
  }
  return { root, add }
}

/** A curve's name in its colour, where there are several, and its value. */
function legend(curve, value, index) {
  return element('span', {}, curve ? element('span', { class: `key c${index}` }, text(curve, 24)) : '', ` ${value} `)
}

function extent(series) {
  let [low, high] = [Infinity, -Infinity]
  for (const points of series.values())
    for (const [, value] of points) {
      low = Math.min(low, value)
      high = Math.max(high, value)
    }
  return [low, high]
}

/** From zero where zero means something; else a band that does not blow up noise. */
function limits(low, high, { zero, floor = 1, band = 1 }) {
  if (zero) return [0, Math.max(floor, high)]
  const grow = Math.max(0, band - (high - low)) / 2
  return [low - grow, high + grow]
}

/** A line for each stretch without a pause: nothing is drawn across minutes that nobody measured. */
function curveOf(points, index, [now, span], [low, high]) {
  let d = ''
  let before = -Infinity
  for (const [at, value] of points) {
    const x = width - ((now - at) / span) * width
    const y = height - 2 - ((value - low) / (high - low)) * (height - 4)
    d += `${at - before > 5000 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`
    before = at
  }
  return svg('path', { class: `curve c${index}`, d, 'vector-effect': 'non-scaling-stroke' })
}
