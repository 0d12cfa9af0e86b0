/**
 * Area × energy over M and N at one K: a square for each shape, darker is better; those of the wanted M · N · K are framed.
 * before ./svg · after ./page
 */
import { element, label, picture } from './svg.js'
import type { Candidate } from './sweep.js'

export function heat(candidates: readonly Candidate[], marked: string, mnk: number, title: string): string {
  const ms = [...new Set(candidates.map(({ config }) => config.m))].sort((a, b) => a - b)
  const ns = [...new Set(candidates.map(({ config }) => config.n))].sort((a, b) => a - b)
  const [left, top, wide, tall] = [78, 66, 70, 42]
  const least = Math.min(...candidates.map((each) => each.product))
  const most = Math.max(...candidates.map((each) => each.product))
  const squares = candidates.map((each) => {
    const { m, n, k } = each.config
    const [x, y] = [left + ns.indexOf(n) * wide, top + ms.indexOf(m) * tall]
    const good = 1 - Math.log(each.product / least) / Math.log(most / least)
    const framed = m * n * k === mnk
    return (
      element(
        'rect',
        {
          x: x + 1,
          y: y + 1,
          width: wide - 2,
          height: tall - 2,
          rx: 3,
          fill: '#2a9d6f',
          'fill-opacity': 0.08 + 0.82 * good,
        },
        element('title', {}, `${each.name}: ${(each.product / least).toFixed(2)} × the best`),
      ) +
      (framed
        ? element('rect', {
            x: x + 2,
            y: y + 2,
            width: wide - 4,
            height: tall - 4,
            rx: 3,
            class: 'mark',
            'stroke-opacity': each.name === marked ? 1 : 0.4,
          })
        : '') +
      label(x + wide / 2, y + tall / 2 + 4, (each.product / least).toFixed(2), { 'text-anchor': 'middle' })
    )
  })
  const width = left + ns.length * wide + 20
  const bottom = top + ms.length * tall
  return picture(
    width,
    bottom + 62,
    title,
    label(16, 44, `1.00 is the best of these; framed: M · N · K = ${mnk}, the bold frame is ${marked}; modelled`, {
      class: 'quiet',
    }),
    ...squares,
    ...ms.map((m, i) => label(left - 10, top + i * tall + tall / 2 + 4, String(m), { 'text-anchor': 'end' })),
    ...ns.map((n, i) => label(left + i * wide + wide / 2, bottom + 18, String(n), { 'text-anchor': 'middle' })),
    label(left + (ns.length * wide) / 2, bottom + 42, 'N, rows side by side', {
      'text-anchor': 'middle',
      class: 'quiet',
    }),
    label(16, (top + bottom) / 2, 'M, tokens side by side', {
      'text-anchor': 'middle',
      class: 'quiet',
      transform: `rotate(-90 16 ${(top + bottom) / 2})`,
    }),
  )
}
