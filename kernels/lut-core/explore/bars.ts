/**
 * The best shape of each K beside each other, as multiples of the best of all, for several kinds of activations.
 * before ./axis, ./svg · after ./page
 */
import { drawLeft, type Frame, linearAxis } from './axis.js'
import { colours, element, label, picture } from './svg.js'
import { bestByK, type Candidate } from './sweep.js'

export interface Group {
  readonly name: string
  readonly candidates: readonly Candidate[]
}

export function bars(groups: readonly Group[], title: string): string {
  const [width, height] = [980, 400]
  const frame: Frame = { left: 78, right: width - 20, top: 66, bottom: height - 72 }
  const told = groups.map(({ name, candidates }) => {
    const least = candidates[0].product
    return { name, bars: bestByK(candidates).map(({ k, best }) => ({ k, best, ratio: best.product / least })) }
  })
  const y = linearAxis(1.12 * Math.max(...told.flatMap((g) => g.bars.map((b) => b.ratio))), frame.bottom, frame.top)
  const room = (frame.right - frame.left) / groups.length
  const drawn = told.flatMap(({ name, bars: each }, g) => {
    const wide = (room - 36) / each.length
    const left = frame.left + g * room + 18
    return [
      ...each.map(({ k, best, ratio }, i) => {
        const at = left + i * wide
        return (
          element(
            'rect',
            { x: at + 3, y: y.at(ratio), width: wide - 6, height: frame.bottom - y.at(ratio), rx: 2, fill: colours[k] },
            element('title', {}, `${best.name}: ${ratio.toFixed(2)} × the best`),
          ) +
          label(at + wide / 2, y.at(ratio) - 6, ratio.toFixed(2), { 'text-anchor': 'middle' }) +
          label(at + wide / 2, frame.bottom + 17, `K${k}`, { 'text-anchor': 'middle', class: 'quiet' })
        )
      }),
      label(left + (room - 36) / 2, frame.bottom + 42, name, { 'text-anchor': 'middle' }),
    ]
  })
  return picture(
    width,
    height,
    title,
    label(16, 44, 'lower is better; the best shape of each K; modelled', { class: 'quiet' }),
    drawLeft(y, frame, 'area × energy, relative'),
    element('line', { x1: frame.left, x2: frame.right, y1: frame.bottom, y2: frame.bottom, class: 'axis' }),
    ...drawn,
  )
}
