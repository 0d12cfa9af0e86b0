/** Parts, synthesized anew, are those that were committed; their gates compute what they should and toggle as often. */
import { describe, expect, it } from 'vitest'
import { simulatorVersion } from '../../../../kernels/lut-core/rtl/build.js'
import { type FoundLibrary, findLibrary } from '../../../../kernels/lut-core/synthesis/library.js'
import { measuredParts, ratiosOf } from '../../../../kernels/lut-core/synthesis/parts.js'
import { activityOf, Simulator } from '../../../../kernels/lut-core/synthesis/simulate.js'
import { bitsOf, vectorsOf } from '../../../../kernels/lut-core/synthesis/vectors.js'
import { synthesize, yosysVersion } from '../../../../kernels/lut-core/synthesis/yosys.js'
import { deviation } from './again.js'
import { togglesByIverilog } from './gates.js'

const yosys = await yosysVersion()
const iverilog = await simulatorVersion('iverilog')
let library: FoundLibrary | undefined
try {
  library = findLibrary('osu018')
} catch {}

// Skipped where yosys or Debian's qflow-tech-osu018 are not installed.
describe('synthesis', () => {
  it('the committed chain is within 15 % of the paper, and so is the area of a multiply-add', () => {
    const { parts } = measuredParts()
    const ratios = ratiosOf(parts.filter(({ sweep }) => sweep === 'reference'))
    const paper = { 'unpu / +reinterpretation': 1.317, 'unpu / +negation-elimination': 1.351, 'unpu / +fusion': 1.44 }
    for (const [name, wanted] of Object.entries({ ...paper, 'mac / lut W2': 3.49, 'mac-bare / lut W2': 3.49 })) {
      const found = ratios.find((ratio) => ratio.name === name)!
      expect(Math.abs(found.area / wanted - 1), name).toBeLessThan(0.15)
    }
  })

  it.skipIf(!yosys || !library)('the smallest part again', async () => {
    expect(await deviation('dp4-add', library!)).toBeLessThanOrEqual(yosys === measuredParts().tools.yosys ? 0 : 0.02)
  })

  it.skipIf(!yosys || !library)('gates of bit-serial adders add', async () => {
    const parameters = { K: 4, A_BIT: 8, B_BIT: 1 }
    const netlist = await synthesize('add_dot', parameters, library!.file)
    const simulator = new Simulator(netlist, library!)
    for (let round = 0; round < 50; round++) {
      const x = [0, 1, 2, 3].map((j) => ((round * 37 + j * 91) % 255) - 127)
      const bits = bitsOf(round % 16, 4)
      const sum = x.reduce((s, value, j) => s + value * bits[j], 0)
      simulator.cycle({ enable: [1], first: [1], negate: [0], a: x.flatMap((v) => bitsOf(v, 8)), bits })
      expect(simulator.port('sum')).toEqual(bitsOf(sum, 11))
    }
    const { stimulus, vectors } = vectorsOf('add_dot', parameters, 'random')
    const activity = activityOf(netlist, library!, 40, { vectors, stimulus }, 1e9)
    expect(activity.toggles).toBeGreaterThan(activity.steady!.toggles)
    if (iverilog) {
      const again = vectorsOf('add_dot', parameters, 'random').stimulus
      expect(await togglesByIverilog(netlist, library!, again, 8, 40)).toBeCloseTo(activity.toggles * 40, 0)
    }
  })
})
