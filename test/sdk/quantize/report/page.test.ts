import { describe, expect, it } from 'vitest'
import { learningCurve } from '../../../../sdk/quantize/report/curve.js'
import { number, size, text } from '../../../../sdk/quantize/report/html.js'
import { reportPage } from '../../../../sdk/quantize/report/page.js'
import { madeAnalysis, madeTensor } from './analyses.js'

/** Elements that the report uses, and which of them are never closed. */
const known = new Set(
  'html head meta title style body h1 h2 h3 p dl div dt dd ul li b table thead tbody tr th td details summary span figure figcaption svg rect line text polyline'.split(
    ' ',
  ),
)
const single = new Set(['meta'])
const attributes =
  /^(lang|charset|name|content|http-equiv|class|viewBox|width|height|role|x|y|x1|x2|y1|y2|text-anchor|fill|fill-opacity|stroke|stroke-opacity|stroke-width|stroke-dasharray|points|xmlns|font-family|font-size|dy)$/

/** Every `<` begins a known tag, all are closed in order, no attribute could run or load anything. */
function checkMarkup(page: string): void {
  const open: string[] = []
  const body = page.replace(/<style>[^<]*<\/style>/, '').replace('<!doctype html>', '')
  for (const [tag, slash, name, rest] of body.matchAll(/<(\/?)([a-z0-9]+)([^<>]*)>/g)) {
    expect(known.has(name), tag).toBe(true)
    if (slash) expect(open.pop(), tag).toBe(name)
    else if (!single.has(name) && !rest.endsWith('/')) open.push(name)
    for (const [, attribute] of rest.matchAll(/([^\s="]+)="[^"]*"/g)) expect(attribute).toMatch(attributes)
    expect(
      rest
        .replace(/[^\s="]+="[^"]*"/g, '')
        .trim()
        .replace('/', ''),
    ).toBe('')
  }
  expect(open).toEqual([])
  expect(body.replace(/<\/?[a-z0-9]+[^<>]*>/g, '')).not.toMatch(/[<>]/)
}

describe('the report', () => {
  it('is one page that loads and runs nothing, in light and dark', () => {
    const page = reportPage(madeAnalysis())
    checkMarkup(page)
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'"`)
    expect(page).toContain('prefers-color-scheme: dark')
    expect(page).not.toMatch(/<script|javascript:|url\(|https?:|@import|\son\w+=/i)
    for (const told of ['4.5 bits a weight', '0.0123 nats', '5.1 → 5.2', '95 %', '200 kB', 'blk.3.ffn_down.weight'])
      expect(page).toContain(told)
    // One picture for the ranking, one for the layers, four a tensor.
    expect(page.match(/<svg /g)).toHaveLength(2 + 4 * 13)
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
  })

  it('shows names of hostile files and obeys none', () => {
    const evil = [
      '<script>alert(1)</script>',
      '"><img src=x onerror=alert(1)>',
      "blk.0.' onmouseover='x.weight",
      'blk.1.</title></svg><b>.weight',
      'blk.2.\u202Egnp.exe\u0000\ud800.weight',
      'x'.repeat(100_000),
      '&lt;i&gt;',
      '`a`',
      'blk.99999999999.attn_q.weight',
      'blk.3.__proto__.weight',
    ]
    const page = reportPage({
      ...madeAnalysis(1),
      name: evil[0],
      architecture: evil[1],
      about: [[evil[0], evil[1]]],
      tensors: evil.map((name, i) =>
        madeTensor(name, { type: evil[(i + 1) % 3], method: evil[1], fallback: evil[2], error: 10 ** -i }),
      ),
    })
    checkMarkup(page)
    expect(page).not.toMatch(/[^\P{C}\n]/u)
    expect(page).toContain('\\u{202e}gnp.exe\\u{0}\\u{d800}')
    expect(page.length).toBeLessThan(300_000)
  })

  it('stands with nothing to say, and with numbers that are none', () => {
    checkMarkup(reportPage({ name: '', tensors: [] }))
    const none = { least: Number.NaN, p5: Infinity, median: 0, p95: -1, most: Number.NaN }
    const bad = { ...madeTensor('w'), error: Number.NaN, bytes: Infinity, rows: 0, rowRanges: none }
    const page = reportPage({
      name: 'bad',
      tensors: [bad, { name: 'v', rows: 1, cols: 1, type: 'F16', bytes: 2, error: 0 }],
    })
    checkMarkup(page)
    expect(page).not.toMatch(/NaN|Infinity/)
  })
})

describe('text of a page', () => {
  it('has no markup', () => {
    expect(text('a<b>&"\'`')).toBe('a&#60;b&#62;&#38;&#34;&#39;&#96;')
    expect(text('a\u200bb\n')).toBe('a\\u{200b}b\\u{a}')
    expect(text('é😀')).toBe('é😀')
    expect(text('y'.repeat(999))).toBe(`${'y'.repeat(160)}…`)
  })

  it('has short numbers', () => {
    expect([0, 0.00012345, 0.12345, 12345, 1.5e7, Number.NaN, undefined].map(number)).toEqual([
      '0',
      '1.23e-4',
      '0.123',
      '12300',
      '1.50e+7',
      '–',
      '–',
    ])
    expect([12, 1234, 5.6e6, 1.23e9, undefined].map(size)).toEqual(['12 B', '1.23 kB', '5.60 MB', '1.23 GB', '–'])
  })
})

describe('learning curves', () => {
  const points = (count: number, value: (i: number) => number) =>
    Array.from({ length: count }, (_, i): [number, number] => [i * 10, value(i)])

  it('are drawn, however long', () => {
    const svg = learningCurve(
      [
        { name: 'training', points: points(5000, (i) => 3 * Math.exp(-i / 900) + (i === 777 ? 5 : 0)) },
        { name: '<held out>', points: points(50, (i) => 3 - i / 40) },
      ],
      { title: 'Loss & more', steps: 'batch' },
    )
    checkMarkup(svg)
    expect(svg).toContain('&#60;held out&#62;')
    const lines = [...svg.matchAll(/<polyline[^>]*points="([^"]*)"/g)].map(([, found]) =>
      found.split(' ').map((p) => p.split(',').map(Number)),
    )
    expect(lines).toHaveLength(2)
    expect(lines[0].length).toBeLessThanOrEqual(800)
    // The one spike is still the highest point of the picture.
    expect(Math.min(...lines[0].map(([, y]) => y))).toBe(30)
    for (const [x, y] of lines.flat()) {
      expect(x).toBeGreaterThanOrEqual(64)
      expect(x).toBeLessThanOrEqual(708)
      expect(y).toBeGreaterThanOrEqual(30)
      expect(y).toBeLessThanOrEqual(286)
    }
  })

  it('break where there is no value, and stand with one or none', () => {
    const svg = learningCurve([{ name: 'a', points: points(9, (i) => (i === 4 ? Number.NaN : 1)) }], { title: 'x' })
    expect(svg.match(/<polyline/g)).toHaveLength(2)
    const log = learningCurve([{ name: 'a', points: points(3, (i) => i - 1) }], { title: 'x', logarithmic: true })
    expect(log.match(/<polyline/g)).toHaveLength(1)
    for (const each of [svg, log, learningCurve([], { title: 'x' })]) {
      checkMarkup(each)
      expect(each).not.toMatch(/NaN|Infinity/)
    }
  })
})
