/**
 * The script of a trace's page, as text: it draws what the page's data say into two pictures, and moves in them by wheel,
 * drag, buttons and keys. Plain script, no dependencies.
 * after  ./page
 */
export const pageScript = String.raw`
const data = JSON.parse(document.getElementById('data').textContent)
const byId = (id) => document.getElementById(id)
const [gutter, lane, gap, axis, head] = [52, 44, 10, 24, 20]
let from = 0
let to = data.cycles

/** Busy cycles up to a cycle, told at the starts of spans: what a part of a lane holds, without walking it. */
for (const each of data.lanes) {
  each.count = each.spans.length / 3
  each.before = new Float64Array(each.count + 1)
  for (let i = 0; i < each.count; i++) each.before[i + 1] = each.before[i] + each.spans[3 * i + 1]
  each.sums = [0]
  for (const share of each.occupancy) each.sums.push(each.sums[each.sums.length - 1] + share * data.bin)
}

/** How many spans of a lane start before a cycle. */
function startedBefore(each, cycle) {
  let [low, high] = [0, each.count]
  while (low < high) {
    const middle = (low + high) >> 1
    if (each.spans[3 * middle] < cycle) low = middle + 1
    else high = middle
  }
  return low
}

function busyBefore(each, cycle) {
  if (cycle > data.spansUntil) {
    const i = Math.min(Math.floor(cycle / data.bin), each.occupancy.length - 1)
    return each.sums[i] + (each.occupancy[i] ?? 0) * (cycle - i * data.bin)
  }
  const i = startedBefore(each, cycle)
  if (i === 0) return 0
  const [start, length] = [each.spans[3 * i - 3], each.spans[3 * i - 2]]
  return each.before[i - 1] + Math.min(length, cycle - start)
}

const occupancy = (each, a, b) => Math.max(0, Math.min(1, (busyBefore(each, b) - busyBefore(each, a)) / (b - a)))
const escaped = (text) => text.replace(/[&<>"]/g, (c) => '&#' + c.charCodeAt(0) + ';')

function time(cycles) {
  const seconds = cycles / data.hertz
  const [unit, factor] = seconds < 1e-6 ? ['ns', 1e9] : seconds < 1e-3 ? ['µs', 1e6] : seconds < 1 ? ['ms', 1e3] : ['s', 1]
  return Number((seconds * factor).toPrecision(4)) + ' ' + unit
}

/** Bars as high as the lane is busy, one for every two points. */
function bars(each, a, b, x, width, y, height) {
  let path = ''
  const columns = Math.max(1, Math.floor(width / 2))
  for (let i = 0; i < columns; i++) {
    const share = occupancy(each, a + ((b - a) * i) / columns, a + ((b - a) * (i + 1)) / columns)
    const h = share && Math.max(0.7, share * height)
    if (h) path += 'M' + (x + (i * width) / columns).toFixed(2) + ' ' + (y + height).toFixed(2) + 'v' + (-h).toFixed(2) + 'h' + (width / columns).toFixed(2) + 'v' + h.toFixed(2) + 'z'
  }
  return '<path class="' + each.unit + '" d="' + path + '"/>'
}

function boxes(each, first, last, scale, y) {
  let made = ''
  for (let i = first; i < last; i++) {
    const [start, length, label] = each.spans.slice(3 * i, 3 * i + 3)
    const x = Math.max(gutter, scale(start))
    const width = Math.min(scale(start + length), scale(to)) - x
    if (width <= 0) continue
    made += '<rect class="' + each.unit + '" rx="' + Math.min(2, width / 4).toFixed(2) + '" x="' + x.toFixed(2) + '" y="' + y + '" width="' + Math.max(0.5, width - 0.75).toFixed(2) + '" height="' + lane + '" data-start="' + start + '" data-length="' + length + '" data-label="' + label + '"/>'
    const text = data.labels[label]
    const room = Math.floor((width - 10) / 6.6)
    if (room >= 6) made += '<text class="inside" x="' + (x + 5).toFixed(2) + '" y="' + (y + lane / 2 + 4) + '">' + escaped(text.length <= room ? text : text.slice(0, room - 1) + '…') + '</text>'
  }
  return made
}

function ticks(width, scale, bottom) {
  const wanted = (to - from) / Math.max(2, (width - gutter) / 130)
  const power = 10 ** Math.floor(Math.log10(wanted))
  const step = Math.max(1, [1, 2, 5, 10].map((f) => f * power).find((s) => s >= wanted))
  let made = ''
  for (let cycle = Math.ceil(from / step) * step; cycle <= to; cycle += step) {
    const x = scale(cycle)
    const anchor = x > width - 40 ? 'end' : x < gutter + 20 ? 'start' : 'middle'
    made += '<line class="grid" x1="' + x + '" x2="' + x + '" y1="' + head + '" y2="' + bottom + '"/><text class="soft" text-anchor="' + anchor + '" x="' + x + '" y="' + (bottom + 17) + '">' + time(cycle) + '</text>'
  }
  return made
}

/** Where one linear ends and the next begins, and their names where there is room. */
function borders(scale) {
  let made = ''
  if (data.parts.length < 2) return made
  for (const part of data.parts) {
    if (part.end <= from || part.start >= to) continue
    const x = Math.max(gutter, scale(part.start))
    const room = Math.floor((Math.min(scale(part.end), scale(to)) - x - 8) / 6.4)
    made += '<line class="grid" x1="' + x + '" x2="' + x + '" y1="0" y2="' + head + '"/>'
    if (room >= 8) made += '<text class="soft" x="' + (x + 4) + '" y="13">' + escaped(part.title.length <= room ? part.title : part.title.slice(0, room - 1) + '…') + '</text>'
  }
  return made
}

function draw() {
  const svg = byId('detail')
  const width = svg.clientWidth
  const height = head + data.lanes.length * (lane + gap)
  const scale = (cycle) => gutter + ((cycle - from) / (to - from)) * (width - gutter)
  let made = ticks(width, scale, height) + borders(scale)
  data.lanes.forEach((each, i) => {
    const y = head + i * (lane + gap)
    const last = startedBefore(each, to)
    let first = startedBefore(each, from)
    if (first > 0 && each.spans[3 * first - 3] + each.spans[3 * first - 2] > from) first--
    const whole = to <= data.spansUntil && last - first <= (width - gutter) / 3
    made += '<text x="0" y="' + (y + lane / 2 - 2) + '">' + each.unit + '</text><text class="soft" x="0" y="' + (y + lane / 2 + 14) + '">' + (100 * occupancy(each, from, to)).toFixed(0) + '%</text>'
    made += whole ? boxes(each, first, last, scale, y) : bars(each, from, to, gutter, width - gutter, y, lane)
    made += '<line class="grid" x1="' + gutter + '" x2="' + width + '" y1="' + (y + lane) + '" y2="' + (y + lane) + '"/>'
  })
  svg.setAttribute('height', height + axis)
  svg.innerHTML = made
  byId('where').textContent = time(from) + ' to ' + time(to) + ', ' + Math.round(to - from) + ' cycles'
  overview()
}

function overview() {
  const svg = byId('overview')
  const width = svg.clientWidth
  const small = 12
  const scale = (cycle) => gutter + (cycle / data.cycles) * (width - gutter)
  let made = '<text class="soft" x="0" y="32">all</text>'
  data.lanes.forEach((each, i) => {
    made += bars(each, 0, data.cycles, gutter, width - gutter, i * (small + 2), small)
  })
  const height = data.lanes.length * (small + 2)
  made += '<rect class="window" x="' + scale(from) + '" y="0.5" width="' + Math.max(2, scale(to) - scale(from) - 1) + '" height="' + (height - 1) + '"/>'
  svg.setAttribute('height', height)
  svg.innerHTML = made
}

/** Shows a part, never less than 20 cycles, never beyond the run. */
function show(a, b) {
  const length = Math.min(data.cycles, Math.max(20, b - a))
  from = Math.max(0, Math.min(data.cycles - length, b - a < length ? (a + b - length) / 2 : a))
  to = from + length
  draw()
}

const zoom = (factor, at = (from + to) / 2) => show(at - (at - from) * factor, at + (to - at) * factor)
const move = (part) => show(from + part * (to - from), to + part * (to - from))
const cycleAt = (svg, event, a, b) => {
  const { left, width } = svg.getBoundingClientRect()
  return a + (Math.max(0, event.clientX - left - gutter) / (width - gutter)) * (b - a)
}

const actions = { in: () => zoom(0.5), out: () => zoom(2), left: () => move(-0.25), right: () => move(0.25), all: () => show(0, data.cycles) }
for (const [id, act] of Object.entries(actions)) byId(id).addEventListener('click', act)
const keys = { '+': 'in', '=': 'in', '-': 'out', ArrowLeft: 'left', ArrowRight: 'right', 0: 'all' }
addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return
  event.preventDefault()
  actions[keys[event.key]]()
})
const detail = byId('detail')
detail.addEventListener('wheel', (event) => {
  event.preventDefault()
  zoom(1.2 ** Math.sign(event.deltaY || event.deltaX), cycleAt(detail, event, from, to))
}, { passive: false })
function drag(svg, begin) {
  svg.addEventListener('pointerdown', (event) => {
    svg.setPointerCapture(event.pointerId)
    const go = begin(event)
    const end = () => svg.removeEventListener('pointermove', go)
    svg.addEventListener('pointermove', go)
    svg.addEventListener('pointerup', end, { once: true })
    svg.addEventListener('pointercancel', end, { once: true })
  })
}
drag(detail, (down) => {
  const [a, b] = [from, to]
  const held = cycleAt(detail, down, a, b)
  return (event) => {
    const moved = held - cycleAt(detail, event, a, b)
    show(a + moved, b + moved)
  }
})
drag(byId('overview'), (down) => {
  const at = cycleAt(byId('overview'), down, 0, data.cycles)
  return (event) => {
    const now = cycleAt(byId('overview'), event, 0, data.cycles)
    show(Math.min(at, now), Math.max(at, now))
  }
})
detail.addEventListener('pointermove', ({ target }) => {
  const { start, length, label } = target.dataset
  byId('span').textContent = label === undefined ? '\u00a0' : data.labels[label] + ' · at ' + time(Number(start)) + ', ' + length + ' cycles'
})
addEventListener('resize', draw)
draw()
`
