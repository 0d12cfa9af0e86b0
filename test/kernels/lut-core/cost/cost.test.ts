import { describe, expect, it } from 'vitest'
import { type CoreConfig, m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { chainOf } from '../../../../kernels/lut-core/cost/baseline.js'
import { checkComposition } from '../../../../kernels/lut-core/cost/check.js'
import { costOf, densityOf } from '../../../../kernels/lut-core/cost/cost.js'
import { leastSquares, line } from '../../../../kernels/lut-core/cost/fit.js'
import { sramJoulesPerByte } from '../../../../kernels/lut-core/cost/memory.js'
import { partsOf, synthesizedParts } from '../../../../kernels/lut-core/cost/parts.js'
import { between, scaling } from '../../../../kernels/lut-core/cost/scaling.js'
import { energyOf } from '../../../../kernels/lut-core/cost/traffic.js'
import { timeLinear } from '../../../../kernels/lut-core/cycles/linear.js'

const core: CoreConfig = { ...m2n64k4, tableBits: 8, tableMode: 'shift', weightBits: [1, 2] }
const totals = (config: CoreConfig, bits = 2) => costOf(config, { bits }).total

describe('parts', () => {
  it('are cells that add up to their area', () => {
    const { parts, libraries } = synthesizedParts()
    expect(parts.length).toBeGreaterThan(50)
    const flipFlop = 96
    for (const part of parts) {
      expect(part.registerArea).toBe((part.cells.DFFPOSX1 ?? 0) * flipFlop)
      expect(part.gates * libraries[0].nand2).toBeCloseTo(part.area, 6)
      expect(part.activity!.switching).toBeGreaterThan(0)
    }
  })
})

describe('composition', () => {
  it('is near whole arrays that no fit has seen', () => {
    const checked = checkComposition()
    expect(partsOf(synthesizedParts(), 'lut_array', { fit: 1 }).length).toBe(30)
    expect(checked.length).toBeGreaterThanOrEqual(8)
    for (const { name, area, energy } of checked) {
      // As measured: whole tables have no small arrays of their own, only the ratio of single elements.
      const [most, thriftiest] = name.includes('whole') ? [0.1, 0.15] : [0.03, 0.08]
      expect(Math.abs(area.error), `area of ${name}`).toBeLessThan(most)
      expect(Math.abs(energy.error), `energy of ${name}`).toBeLessThan(thriftiest)
    }
  })

  it('costs more for more of anything', () => {
    const small = totals(core)
    for (const more of [{ m: 4 }, { n: 128 }, { k: 5 }, { tableBits: 12 }, { weightBits: [1, 2, 8] }]) {
      const { area, energy } = totals({ ...core, ...more })
      expect(area, JSON.stringify(more)).toBeGreaterThan(small.area)
      expect(energy, JSON.stringify(more)).toBeGreaterThan(small.energy)
    }
  })

  it('is the sum of its components, each linear in how many there are', () => {
    const [one, two] = [costOf(core, { bits: 2 }), costOf({ ...core, m: 4 }, { bits: 2 })]
    const { elements, tables, weights, precompute, total } = one
    expect(total.area).toBeCloseTo(elements.area + tables.area + weights.area + precompute.area, 6)
    // Not twice: rows share what selects.
    expect(two.elements.area / elements.area).toBeGreaterThan(1.9)
    expect(two.elements.area / elements.area).toBeLessThan(2)
    expect(two.tables.area).toBeCloseTo(2 * tables.area, 6)
    expect(two.weights.area).toBeCloseTo(weights.area, 6)
    expect(one.macs).toBe((2 * 64 * 4) / 2)
    expect(one.operands).toEqual({ tables: 2 * 8 * 8, weights: 64 * 4 * 2 })
  })

  it('single registers cost less than double ones', () => {
    expect(costOf(core, { double: false }).tables.area).toBeLessThan(0.6 * costOf(core).tables.area)
  })

  it('grows cheaper with each of the ideas', () => {
    const areas = chainOf(core, { bits: 2 }).map(({ cost }) => cost.total.area)
    for (let i = 1; i < areas.length; i++) expect(areas[i]).toBeLessThan(areas[i - 1])
  })

  it('takes half the energy for half the planes', () => {
    const [one, two] = [1, 2].map((bits) => densityOf(costOf(core, { bits })).energy)
    expect(one / two).toBeGreaterThan(0.45)
    expect(one / two).toBeLessThan(0.6)
  })

  it('refuses what no part was synthesized for', () => {
    expect(() => costOf(core, { bits: 3 })).toThrow('weights of 1 to 2 bits')
    const float = { ...core, activation: 'f16' as const, tableMode: 'float' as const, tableBits: 16 }
    const ideas = { ...core.ideas, negationElimination: false }
    expect(costOf(float).total.area).toBeGreaterThan(totals(core).area)
    expect(() => costOf({ ...float, ideas })).toThrow('symmetric tables')
  })
})

describe('a fit', () => {
  it('finds what made the points', () => {
    expect(
      line([
        [1, 5],
        [2, 7],
        [4, 11],
      ])(10),
    ).toBeCloseTo(23, 9)
    expect(
      leastSquares(
        [
          [1, 2],
          [3, 1],
          [2, 2],
        ],
        [8, 9, 10],
      ),
    ).toEqual([expect.closeTo(2, 9), expect.closeTo(3, 9)])
    expect(() =>
      leastSquares(
        [
          [1, 1],
          [2, 2],
        ],
        [1, 2],
      ),
    ).toThrow('tell 2 features apart')
  })
})

describe('scaling', () => {
  it('is geometry and C · V²', () => {
    const { area, energy, label, rule } = scaling({ name: 'osu018', volts: 1.8 })
    expect(area).toBeCloseTo((28 / 180) ** 2, 12)
    expect(energy).toBeCloseTo(28 / 180 / 4, 12)
    expect(label).toBe('scaled')
    expect(rule).toContain('28/180')
    expect(between({ nanometres: 28, volts: 0.9 }, { nanometres: 28, volts: 0.9 })).toMatchObject({
      area: 1,
      energy: 1,
    })
    expect(() => scaling({ name: 'sky130', volts: 1.8 })).toThrow('osu018')
  })
})

describe('memory', () => {
  it('meets the published figures and grows with size', () => {
    expect(sramJoulesPerByte(8 * 1024)).toBeCloseTo(1.25e-12, 18)
    expect(sramJoulesPerByte(32 * 1024)).toBeCloseTo(2.5e-12, 18)
    expect(sramJoulesPerByte(1024 * 1024)).toBeCloseTo(12.5e-12, 18)
    expect(sramJoulesPerByte(512 * 1024)).toBeGreaterThan(sramJoulesPerByte(256 * 1024))
    expect(() => sramJoulesPerByte(0)).toThrow('more than 0 bytes')
  })

  it('gives a line each for array, registers, SRAM and DRAM', () => {
    const timing = timeLinear(m2n64k4, { rows: 256, cols: 256, bits: 2, tokens: 1 })
    const lines = energyOf(timing, m2n64k4, { bits: 2 })
    expect(lines.map(({ name }) => name)).toEqual(['array', 'registers', 'sram', 'dram'])
    for (const { joules, from } of lines) {
      expect(joules).toBeGreaterThan(0)
      expect(from.length).toBeGreaterThan(10)
    }
    expect(lines[3].joules).toBeCloseTo(timing.bytes.dram * 8 * 8e-12, 15)
    const cheaper = energyOf(timing, m2n64k4, { bits: 2, dram: 'hbm2' })
    expect(cheaper[3].joules).toBeLessThan(lines[3].joules)
    expect(cheaper[0]).toEqual(lines[0])
  })
})
