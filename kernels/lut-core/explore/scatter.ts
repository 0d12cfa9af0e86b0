/**
 * Area against energy, a point for each candidate, coloured by K, with the Pareto front and one shape marked.
 * before ./axis, ./svg · after ./page
 */
import { drawBottom, drawLeft, type Frame, logAxis } from './axis.js'
import { colours, element, label, picture } from './svg.js'
import { areaOf, type Candidate, energyOf, ks } from './sweep.js'

export function scatter(candidates: readonly Candidate[], marked: string, title: string): string {
  const [width, height] = [760, 480]
  const frame: Frame = { left: 78, right: width - 20, top: 66, bottom: height - 56 }
  const x = logAxis(candidates.map(areaOf), frame.left, frame.right)
  const y = logAxis(
    candidates.map((each) => 1e12 * energyOf(each)),
    frame.bottom,
    frame.top,
  )
  const place = (each: Candidate) => ({ cx: x.at(areaOf(each)), cy: y.at(1e12 * energyOf(each)) })
  const front = candidates.filter((each) => each.front).sort((a, b) => areaOf(a) - areaOf(b))
  const path = front.map((each) => `${place(each).cx.toFixed(2)},${place(each).cy.toFixed(2)}`).join(' ')
  const points = candidates.map((each) =>
    element(
      'circle',
      { ...place(each), r: each.front ? 6 : 4.5, fill: colours[each.config.k], 'fill-opacity': each.front ? 1 : 0.72 },
      element(
        'title',
        {},
        `${each.name}: ${areaOf(each).toFixed(0)} µm², ${(1e12 * energyOf(each)).toFixed(2)} pJ per MAC`,
      ),
    ),
  )
  const chosen = candidates.find((each) => each.name === marked)
  const legend = ks.map((k, i) => {
    const at = frame.left + 4 + i * 62
    return element('circle', { cx: at, cy: 46, r: 5, fill: colours[k] }) + label(at + 10, 50, `K = ${k}`)
  })
  return picture(
    width,
    height,
    title,
    ...legend,
    drawBottom(x, frame, 'area, µm² per multiply-accumulate a cycle (cells of osu018, modelled)'),
    drawLeft(y, frame, 'energy, pJ per multiply-accumulate (simulated toggles)'),
    element('polyline', { points: path, class: 'front' }),
    ...points,
    chosen ? element('circle', { ...place(chosen), r: 10, class: 'mark' }) : '',
    ...names(chosen ? [chosen, ...front] : front, place, frame),
  )
}

/** Names beside points, each on the first side where it touches no other; else it is left to the point's tooltip. */
function names(
  wanted: readonly Candidate[],
  place: (each: Candidate) => { cx: number; cy: number },
  frame: Frame,
): string[] {
  const taken: { x: number; y: number; width: number }[] = []
  return [...new Set(wanted)].flatMap((each) => {
    const { cx, cy } = place(each)
    const width = each.name.length * 7.4
    const sides = [
      { x: cx + 13, y: cy + 4 },
      { x: cx - 13 - width, y: cy + 4 },
      { x: cx + 8, y: cy - 14 },
      { x: cx - width - 6, y: cy + 22 },
      { x: cx + 8, y: cy + 24 },
    ]
    const free = sides.find(
      (side) =>
        side.x > frame.left &&
        side.x + width < frame.right &&
        taken.every((t) => Math.abs(t.y - side.y) > 14 || side.x > t.x + t.width || t.x > side.x + width),
    )
    if (!free) return []
    taken.push({ ...free, width })
    return [label(free.x, free.y, each.name, { class: 'halo' })]
  })
}
