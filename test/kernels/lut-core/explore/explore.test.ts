import { describe, expect, it } from 'vitest'
import { drawExploration, verdict } from '../../../../kernels/lut-core/explore/page.js'
import { paretoFront } from '../../../../kernels/lut-core/explore/pareto.js'
import { explore } from '../../../../kernels/lut-core/explore/report.js'
import { areaOf, energyOf, standing, sweep } from '../../../../kernels/lut-core/explore/sweep.js'

describe('a Pareto front', () => {
  it('holds what nothing beats, and only that', () => {
    const points = Array.from({ length: 200 }, (_, i) => ({
      x: (i * 37) % 101,
      y: 150 - ((i * 37) % 101) + ((i * 31) % 40),
    }))
    const front = paretoFront(
      points,
      (p) => p.x,
      (p) => p.y,
    )
    const beats = (a: { x: number; y: number }, b: { x: number; y: number }) =>
      a.x <= b.x && a.y <= b.y && (a.x < b.x || a.y < b.y)
    expect(front.length).toBeGreaterThan(2)
    for (const p of front) expect(points.some((other) => beats(other, p))).toBe(false)
    for (const p of points)
      if (!front.some((f) => f.x === p.x && f.y === p.y)) expect(front.some((f) => beats(f, p))).toBe(true)
  })
})

describe('a sweep', () => {
  const candidates = sweep()

  it('has shapes of the wanted size, the best first', () => {
    expect(candidates.length).toBeGreaterThan(20)
    for (const { config } of candidates)
      expect(Math.abs((config.m * config.n * config.k) / 512 - 1)).toBeLessThan(0.061)
    for (let i = 1; i < candidates.length; i++)
      expect(candidates[i].product).toBeGreaterThanOrEqual(candidates[i - 1].product)
    expect(candidates[0].front).toBe(true)
    expect(candidates.map(({ name }) => name)).toContain('M2N64K4')
  })

  it('marks as front what no candidate beats', () => {
    for (const one of candidates) {
      const beaten = candidates.some(
        (o) => areaOf(o) <= areaOf(one) && energyOf(o) <= energyOf(one) && o.product < one.product,
      )
      expect(one.front).toBe(!beaten)
    }
  })

  it('says where a shape stands', () => {
    expect(standing(candidates, candidates[3].name)?.place).toBe(4)
    expect(standing(candidates, 'M3N3K3')).toBeUndefined()
  })

  it('prefers long rows: the worst shapes of K = 4 are those with most tables', () => {
    const four = candidates.filter(({ config }) => config.k === 4)
    expect(four.at(-1)!.config.m).toBe(64)
    expect(four[0].config.n).toBeGreaterThan(four[0].config.m)
  })
})

describe('an exploration', () => {
  const exploration = explore()
  const files = drawExploration(exploration)

  it('answers the same each time', () => {
    expect(drawExploration(explore())).toEqual(files)
  })

  it('says in words where the paper stands', () => {
    expect(verdict(exploration)).toMatch(/M2N64K4 is number \d+ of \d+/)
    expect(verdict(explore({ mnk: 1024 }))).toContain('not of this size')
  })

  it('draws pictures whose elements are closed and whose numbers are finite', () => {
    expect(Object.keys(files)).toEqual(['area-energy.svg', 'by-k.svg', 'm-n.svg', 'index.html'])
    for (const [name, file] of Object.entries(files)) {
      if (!name.endsWith('.svg')) continue
      expect(wellFormed(file), name).toBe(true)
      expect(file).not.toMatch(/NaN|Infinity|undefined/)
      expect(file).toMatch(/modelled|simulated/)
      expect(files['index.html']).toContain(file)
    }
  })

  it('makes a page that needs nothing from elsewhere and says that it is modelled', () => {
    const page = files['index.html']
    expect(page).not.toMatch(/(?:src|href)=/)
    expect(page).toContain('not measured on a chip')
    expect(page).not.toMatch(/NaN|Infinity|undefined/)
    for (const { name } of exploration.composition) expect(page).toContain(name)
  })

  it('refuses sizes that no shape has', () => {
    expect(() => sweep({ mnk: 1 })).toThrow('take 64 or more')
  })
})

/** Every opening tag has its closing one, in order. */
function wellFormed(text: string): boolean {
  const open: string[] = []
  for (const [, close, name, rest] of text
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .matchAll(/<(\/?)([a-zA-Z]+)((?:\s[^<>]*?)?\/?)>/g)) {
    if (close) {
      if (open.pop() !== name) return false
    } else if (!rest.endsWith('/')) open.push(name)
  }
  return open.length === 0 && !/&(?!amp;|lt;|gt;|quot;)/.test(text)
}
