/** What every grid promises: its scales are what a reader decodes, bit for bit, and its fit is no worse than the reference. */
import { describe, expect, it } from 'vitest'
import { type Grid, gridOf, grids } from '../../../../sdk/quantize/grid/index.js'
import { fill, importances, kinds, random } from './blocks.js'

const uniformGrids = grids.filter(({ levels }) => levels.length > 0)

/** Decodes one block and holds it against scale · level + minimum in float32. */
function differing(grid: Grid, bytes: Uint8Array, codes: Uint8Array, scales: Float32Array, minima: Float32Array) {
  const { dtype, block, segment, levels } = grid
  const out = new Float32Array(block)
  dtype.decode(bytes, block, 0, block, out)
  let wrong = 0
  for (let i = 0; i < block; i++) {
    const s = Math.floor(i / segment)
    const wanted = Math.fround(scales[s] * levels[codes[i]] + minima[s])
    if (!Number.isFinite(out[i]) || out[i] !== wanted) wrong++
  }
  return wrong
}

/** Nearest codes for given scales, as a quantizer without feedback takes them; and what the error costs. */
function round(grid: Grid, values: Float32Array, weights: Float32Array, scales: Float32Array, minima: Float32Array) {
  const codes = new Uint8Array(grid.block)
  let cost = 0
  for (let i = 0; i < grid.block; i++) {
    const s = Math.floor(i / grid.segment)
    let best = Number.POSITIVE_INFINITY
    for (let c = 0; c < grid.levels.length; c++) {
      const error = (values[i] - (scales[s] * grid.levels[c] + minima[s])) ** 2
      if (error < best) {
        best = error
        codes[i] = c
      }
    }
    cost += weights[i] * best
  }
  return { codes, cost }
}

/** Zero has no sign here. */
const unsigned = (value: number) => value + 0

/** Half a step of scales that are floats of few bits, relative; others have four bits of scale a segment, or a half. */
const coarse: Readonly<Record<string, number>> = { MXFP4: 0.34, NVFP4: 0.07 }

const room = (grid: Grid) => ({
  bytes: new Uint8Array(grid.dtype.blockBytes),
  scales: new Float32Array(grid.block / grid.segment),
  minima: new Float32Array(grid.block / grid.segment),
})

describe.each(uniformGrids.map((grid) => [grid.dtype.name, grid] as const))('%s', (_, grid) => {
  const { block, segment, levels } = grid

  it('has ascending levels and a segment that divides its block', () => {
    expect(block % segment).toBe(0)
    expect(block % grid.dtype.block).toBe(0)
    for (let c = 1; c < levels.length; c++) expect(levels[c]).toBeGreaterThan(levels[c - 1])
  })

  it.each(Object.keys(kinds))('fits %s blocks: what is decoded is scale · level + minimum', (kind) => {
    const next = random(7)
    for (const how of Object.values(importances)) {
      const { bytes, scales, minima } = room(grid)
      const at = 3 // blocks lie at any byte
      const wide = new Uint8Array(bytes.length + 8).fill(0xee)
      const values = fill(block, kinds[kind], next)
      wide.fill(0, at, at + bytes.length)
      grid.fit(values, fill(block, how, next), wide, at, scales, minima)
      if (!grid.minima) expect([...minima].every((m) => m === 0)).toBe(true)
      const codes = Uint8Array.from({ length: block }, () => Math.floor(levels.length * next()))
      grid.write(codes, wide, at)
      bytes.set(wide.subarray(at, at + bytes.length))
      expect(differing(grid, bytes, codes, scales, minima)).toBe(0)
      // Writing again replaces the codes and nothing else; the bytes beside the block stay.
      const zero = Uint8Array.from(codes, () => 0)
      grid.write(zero, wide, at)
      expect(differing(grid, wide.slice(at, at + bytes.length), zero, scales, minima)).toBe(0)
      expect([...wide.subarray(0, at), ...wide.subarray(at + bytes.length)].every((b) => b === 0xee)).toBe(true)
      // What was stored can be stored again, and is the same.
      const again = wide.slice().fill(0, at, at + bytes.length)
      const [s, m] = [scales.slice(), minima.slice()]
      grid.store(s, m, again, at)
      expect([...s, ...m].map(unsigned)).toEqual([...scales, ...minima].map(unsigned))
    }
  })

  it('stores the nearest of what is wanted', () => {
    const next = random(11)
    for (const size of [1, 0.1, 1e5, 1e-9]) {
      const { bytes, scales, minima } = room(grid)
      for (let s = 0; s < scales.length; s++) {
        scales[s] = size * (0.5 + next())
        minima[s] = grid.minima ? -size * next() * levels.length : 0
      }
      const wanted = [scales.slice(), minima.slice()]
      grid.store(scales, minima, bytes, 0)
      const codes = Uint8Array.from({ length: block }, () => Math.floor(levels.length * next()))
      grid.write(codes, bytes, 0)
      expect(differing(grid, bytes, codes, scales, minima)).toBe(0)
      if (size > 1 || size < 0.1) continue
      const within = 1.5 * size * (coarse[grid.dtype.name] ?? (scales.length > 1 ? 0.04 : 0.001))
      for (let s = 0; s < scales.length; s++) expect(Math.abs(scales[s] - wanted[0][s])).toBeLessThan(within)
    }
  })

  it('fits no worse than the reference encodes', () => {
    const next = random(5)
    for (const kind of ['normal', 'skewed', 'all sizes'])
      for (const how of ['equal', 'spread']) {
        let [ours, reference] = [0, 0]
        for (let trial = 0; trial < 640 / block + 8; trial++) {
          const { bytes, scales, minima } = room(grid)
          const values = fill(block, kinds[kind], next)
          const weights = fill(block, importances[how], next)
          grid.fit(values, weights, bytes, 0, scales, minima)
          ours += round(grid, values, weights, scales, minima).cost
          const theirs = new Uint8Array(grid.dtype.blockBytes)
          grid.encode(values, weights, theirs)
          const out = new Float32Array(block)
          grid.dtype.decode(theirs, block, 0, block, out)
          for (let i = 0; i < block; i++) reference += weights[i] * (values[i] - out[i]) ** 2
        }
        expect(ours / reference, `${kind}, ${how}`).toBeLessThan(1 + 1e-9)
      }
  })
})

describe('gridOf', () => {
  it('finds a grid by name in any case', () => expect(gridOf('q4_0').dtype.name).toBe('Q4_0'))
  it('names what there is where the name is none', () => {
    expect(() => gridOf('Q9_9')).toThrow(expect.objectContaining({ kind: 'unsupported' }))
    expect(() => gridOf('Q9_9')).toThrow(/Q4_0/)
  })
})
