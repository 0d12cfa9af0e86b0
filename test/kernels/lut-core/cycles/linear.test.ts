import { describe, expect, it } from 'vitest'
import { allIdeas, type CoreConfig, m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { timeLinear } from '../../../../kernels/lut-core/cycles/linear.js'
import { timeProgram } from '../../../../kernels/lut-core/cycles/model.js'
import { linearProgram } from '../../../../kernels/lut-core/lmma/driver.js'
import type { Instruction } from '../../../../kernels/lut-core/lmma/instruction.js'
import type { LinearShape } from '../../../../kernels/lut-core/lmma/tiling.js'

const shapes: readonly LinearShape[] = [
  { rows: 64, cols: 64, bits: 2, tokens: 1 },
  { rows: 100, cols: 128, bits: 2, tokens: 3 },
  { rows: 320, cols: 322, bits: 3, tokens: 1, segment: 32 },
  { rows: 128, cols: 320, bits: 4, tokens: 5, segment: 32 },
  { rows: 192, cols: 2160, bits: 2, tokens: 9 },
  { rows: 33, cols: 100, bits: 8, tokens: 2, segment: 20 },
]
const small: CoreConfig = { ...m2n64k4, memory: { ...m2n64k4.memory, sramBytes: 24 * 1024 } }
const cores: readonly CoreConfig[] = [
  m2n64k4,
  small,
  { ...m2n64k4, m: 4, n: 32 },
  { ...m2n64k4, k: 5, n: 16, tableBits: 11 },
  { ...m2n64k4, m: 1, tableMode: 'shift', tableBits: 8 },
  { ...m2n64k4, ideas: { ...allIdeas, fusedPrecompute: false } },
]

describe('a linear in cycles (simulated)', () => {
  it('counts lookups and slots exactly, never beats its bounds, and leaves out only what repeats', () => {
    for (const config of cores)
      for (const shape of config === m2n64k4 ? shapes : shapes.slice(0, 4)) {
        const where = JSON.stringify({ config, shape })
        const { rows, cols, bits, tokens, segment = cols } = shape
        const timing = timeLinear(config, shape)
        let groups = 0
        for (let c = 0; c < cols; c += segment) groups += Math.ceil(Math.min(segment, cols - c) / config.k)
        expect(timing.lookups, where).toBe(rows * groups * bits * tokens)
        const { tiling, program } = linearProgram(config, shape)
        const lines = tiling.segments * tiling.chunks * tiling.groups * bits
        const passes = tiling.rowTiles * tiling.blocks * tiling.tiles * lines
        expect(timing.slots, where).toBe(passes * config.m * config.n)
        expect(timing.slots, where).toBeGreaterThanOrEqual(timing.lookups)
        const { dramBytesPerSecond, sramBytesPerCycle } = config.memory
        const weights = (Math.ceil(rows / config.n) * groups * bits * config.n * config.k) / 8
        expect(timing.bytes.dram, where).toBeGreaterThanOrEqual(weights + 4 * rows * tokens)
        const bounds = [passes, timing.bytes.sram / sramBytesPerCycle]
        bounds.push((timing.bytes.dram / dramBytesPerSecond) * config.hertz)
        expect(timing.cycles, where).toBeGreaterThanOrEqual(Math.max(...bounds))
        const full = timeProgram(program, config, { skip: false, lookups: timing.lookups })
        expect(timing, where).toEqual(full)
      }
  })

  it('is told once', () => {
    const shape = { rows: 3200, cols: 8640, bits: 2, tokens: 1 }
    expect(timeLinear(m2n64k4, shape)).toBe(timeLinear({ ...m2n64k4 }, { ...shape, segment: 8640 }))
    expect(timeLinear({ ...m2n64k4, hertz: 5e8 }, shape)).not.toBe(timeLinear(m2n64k4, shape))
  })

  it('decoding waits for the DRAM: a larger M gains nothing, more bandwidth does', () => {
    const shape = { rows: 3200, cols: 8640, bits: 2, tokens: 1 }
    const base = timeLinear(m2n64k4, shape)
    expect(base.bound).toBe('dma')
    expect(base.busy.dma / base.cycles).toBeGreaterThan(0.98)
    expect(timeLinear({ ...m2n64k4, m: 4 }, shape).cycles).toBeGreaterThanOrEqual(base.cycles)
    const twice = { ...m2n64k4.memory, dramBytesPerSecond: 34e9 }
    const faster = (memory: CoreConfig['memory']) => base.cycles / timeLinear({ ...m2n64k4, memory }, shape).cycles
    // Beyond 1.4 times the 64 bytes a cycle of the SRAM are the next to wait for: it carries tables beside weights.
    expect(faster(twice)).toBeLessThan(1.5)
    expect(faster({ ...twice, sramBytesPerCycle: 256 })).toBeGreaterThan(1.85)
  })

  it('prefill: DRAM is what one pass waits for; two passes ask more of the SRAM and the array', () => {
    const at = (tokens: number) => timeLinear(m2n64k4, { rows: 3200, cols: 8640, bits: 2, tokens })
    expect([at(1), at(2)].map(({ bound }) => bound)).toEqual(['dma', 'dma'])
    expect(at(1).cycles).toBe(at(2).cycles)
    expect(at(3).bound).not.toBe('dma')
    expect(at(16).bound).toBe('array')
    expect(at(16).busy.array / at(16).cycles).toBeGreaterThan(0.9)
  })

  it('without double registers the program of a linear takes longer by the time of its loads', () => {
    const memory = { ...m2n64k4.memory, dramBytesPerSecond: 1e15, dramLatency: 0, sramBytesPerCycle: 512 }
    const config = { ...m2n64k4, memory }
    const { program } = linearProgram(config, { rows: 640, cols: 2560, bits: 4, tokens: 2 })
    const single = program.map((each): Instruction => {
      if (each.op === 'lmma') return { ...each, tables: 0, weights: 0 }
      return each.op === 'ldt' || each.op === 'ldw' ? { ...each, register: 0 } : each
    })
    const [two, one] = [program, single].map((each) => timeProgram(each, config))
    expect(one.slots).toBe(two.slots)
    expect(two.busy.array / two.cycles).toBeGreaterThan(0.95)
    // The array waits out each load, and is done with w0 before the next begins.
    expect(one.cycles).toBeGreaterThan(two.cycles + 0.95 * two.busy.load)
    expect(one.cycles).toBeGreaterThanOrEqual(0.99 * (one.busy.array + one.busy.load))
  })

  it('a core without fused precompute pays for its tables in the array, and moves fewer bytes for them', () => {
    const shape = { rows: 640, cols: 2560, bits: 2, tokens: 8 }
    const plain = timeLinear(m2n64k4, shape)
    const raw = timeLinear({ ...m2n64k4, ideas: { ...allIdeas, fusedPrecompute: false } }, shape)
    // One cycle for each group, strip and pair of tokens beside two for its planes.
    const builds = 10 * 640 * 4
    expect(raw.busy.array - plain.busy.array).toBe(builds)
    expect(raw.bytes.registers).toBeLessThan(plain.bytes.registers)
  })
})
