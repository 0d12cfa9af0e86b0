/**
 * Where the robot is: walls, places, the way it went, and the same in words.
 * takes  Status.map, robot events with a pose (metres, degrees) · gives  an SVG, a sentence, a list of telemetry
 * Up is north: x to the right, y upwards, heading counter-clockwise from x.
 */
import { $, element, fixed, pairs, svg, text, write } from './dom.mjs'

/** Metres between two points of the trail, and points that are kept. */
const grain = 0.04
const most = 3000
/** Metres round everything that is drawn, and the least that is shown of an unknown world. */
const margin = 0.35
const least = 4

let map
let view
let trail = []
let parts

export const mapPanel = {
  status(status) {
    map = status.map
    trail = []
    $('map-note').textContent = status.robot?.simulated ? 'simulated' : ''
    if (status.robot) draw()
    else $('map').replaceChildren(element('p', { class: 'none' }, 'No robot is connected.'))
  },

  event({ type, telemetry, mode, reason }) {
    if (type !== 'robot') return
    telemetryOf({ robot: mode, ...(reason ? { because: reason } : {}) }, telemetry)
    const { x, y, heading } = telemetry?.pose ?? {}
    if (![x, y, heading].every(Number.isFinite)) return
    if (!parts || outside(x, y)) draw({ x, y })
    move(x, y, heading)
  },

  clear() {
    trail = []
    parts?.trail.setAttribute('points', '')
  },
}

function move(x, y, heading) {
  const end = trail.at(-1)
  if (!end || Math.hypot(x - end[0], y - end[1]) >= grain) {
    trail.push([x, y])
    // Every second point of an old trail tells the same way.
    if (trail.length > most) trail = trail.filter((_, i) => i % 2 === 0 || i > most / 2)
    parts.trail.setAttribute('points', trail.map(([a, b]) => `${a.toFixed(2)},${(-b).toFixed(2)}`).join(' '))
  }
  parts.rover.setAttribute(
    'transform',
    `translate(${x.toFixed(3)} ${(-y).toFixed(3)}) rotate(${(-heading).toFixed(1)})`,
  )
  parts.rover.removeAttribute('display')
  const words = `x ${fixed(x, 2)} m · y ${fixed(y, 2)} m · heading ${fixed(heading, 0)}°${near(x, y)}`
  write($('pose'), words)
  parts.root.setAttribute('aria-label', `Map. The robot is at ${words}`)
}

function near(x, y) {
  let found
  for (const [name, place] of Object.entries(map?.places ?? {})) {
    const far = Math.hypot(place.x - x, place.y - y)
    if (!found || far < found.far) found = { name, far }
  }
  if (!found) return ''
  return found.far < 0.3 ? ` · at ${text(found.name, 40)}` : ` · ${fixed(found.far, 1)} m from ${text(found.name, 40)}`
}

function outside(x, y) {
  return x < view.x1 || x > view.x2 || y < view.y1 || y > view.y2
}

function draw(rover) {
  const walls = map?.walls ?? []
  const places = Object.entries(map?.places ?? {})
  const marks = map?.marks ?? []
  view = boundsOf([
    ...walls.flatMap(({ x, y, width, height }) => [
      [x, y],
      [x + width, y + height],
    ]),
    ...places.map(([, { x, y }]) => [x, y]),
    ...trail,
    ...(rover ? [[rover.x, rover.y]] : []),
  ])
  const { x1, y1, x2, y2 } = view
  // Letters and the rover are as large as the picture allows, in metres of it.
  const size = Math.max(x2 - x1, y2 - y1) / 38
  const line = svg('polyline', { class: 'trail', points: trail.map(([a, b]) => `${a},${-b}`).join(' ') })
  const arrow = svg('path', { class: 'rover', d: arrowOf(Math.max(0.2, size * 0.7)), display: 'none' })
  const root = svg(
    'svg',
    { viewBox: `${x1} ${-y2} ${x2 - x1} ${y2 - y1}`, role: 'img', 'aria-label': 'Map. No pose yet' },
    grid(),
    ...marks.map((mark) => box(mark, `mark ${known(mark.kind)}`)),
    ...walls.map((wall) => box(wall, 'wall')),
    ...places.map(([, { x, y }]) => svg('circle', { class: 'place', cx: x, cy: -y, r: size / 5 })),
    ...labels(places, size),
    line,
    arrow,
  )
  parts = { root, trail: line, rover: arrow }
  const legend = [...new Set(marks.map(({ kind }) => kind))]
    .slice(0, 8)
    .map((kind) => element('span', { class: known(kind) }, text(kind, 24)))
  $('map').replaceChildren(root, element('p', { class: 'legend' }, ...legend))
}

function box({ x, y, width, height }, name) {
  return svg('rect', { class: name, x, y: -y - height, width, height })
}

/** Colours are known for these kinds of marks. */
function known(kind) {
  return ['person', 'edge', 'line'].includes(kind) ? kind : ''
}

/** Names beside their places, each where it covers no other: above, below, right, left. */
function labels(places, size) {
  const taken = []
  return places.map(([name, { x, y }]) => {
    const word = text(name, 24)
    const wide = word.length * size * 0.58
    const spots = [
      [x - wide / 2, -y - size * 0.5],
      [x - wide / 2, -y + size * 1.25],
      [x + size * 0.5, -y + size * 0.35],
      [x - wide - size * 0.5, -y + size * 0.35],
    ]
    const free = ([left, base]) =>
      left > view.x1 &&
      left + wide < view.x2 &&
      taken.every(([l, b, w]) => left > l + w || left + wide < l || Math.abs(base - b) > size)
    const [left, base] = spots.find(free) ?? spots[0]
    taken.push([left, base, wide])
    return svg('text', { x: left, y: base, 'font-size': size }, word)
  })
}

/** Lines a metre apart, so that distances can be read off. */
function grid() {
  const { x1, y1, x2, y2 } = view
  const step = x2 - x1 > 40 ? 10 : 1
  let d = ''
  for (let x = Math.ceil(x1 / step) * step; x < x2; x += step) d += `M${x} ${-y1}V${-y2}`
  for (let y = Math.ceil(y1 / step) * step; y < y2; y += step) d += `M${x1} ${-y}H${x2}`
  return svg('path', { class: 'grid', d })
}

function boundsOf(points) {
  const xs = points.map(([x]) => x)
  const ys = points.map(([, y]) => y)
  const span = (values) => {
    const [low, high] = values.length ? [Math.min(...values), Math.max(...values)] : [0, 0]
    const grow = Math.max(margin, (least - (high - low)) / 2)
    return [low - grow, high + grow]
  }
  const [[x1, x2], [y1, y2]] = [span(xs), span(ys)]
  return { x1, y1, x2, y2 }
}

function arrowOf(r) {
  return `M${r * 1.3} 0L${-r * 0.8} ${r * 0.85}L${-r * 0.4} 0L${-r * 0.8} ${-r * 0.85}Z`
}

/** What is known of every sensor by its name: with unit, or as it comes. */
const units = { speed: 'm/s', spin: '°/s', battery: 'V' }
const inside = ['type', 'pose', 'latched', 'latch', 'command', 'result', 'percent']

function telemetryOf(known, telemetry) {
  const sensors = Object.entries(telemetry ?? {}).filter(([name]) => !inside.includes(name))
  const shown = sensors.slice(0, 24).map(([name, value]) => {
    const unit = Object.hasOwn(units, name) ? ` ${units[name]}` : ''
    return [name, typeof value === 'number' ? `${fixed(value, 2)}${unit}` : value]
  })
  $('telemetry').replaceChildren(...pairs([...Object.entries(known), ...shown]))
}
