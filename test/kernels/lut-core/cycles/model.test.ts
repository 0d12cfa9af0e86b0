import { describe, expect, it } from 'vitest'
import { type CoreConfig, m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { timeProgram } from '../../../../kernels/lut-core/cycles/model.js'
import { pipeline } from '../../../../kernels/lut-core/cycles/rates.js'
import type { Instruction, Program } from '../../../../kernels/lut-core/lmma/instruction.js'
import { operandBytes, type Strips, strips } from './programs.js'

const shape: Strips = { strips: 50, chunks: 9, pairs: 4, groups: 30, bits: 2 }
const fastMemory: CoreConfig = {
  ...m2n64k4,
  memory: { ...m2n64k4.memory, dramBytesPerSecond: 1e18, dramLatency: 0, sramBytesPerCycle: 1e9 },
}
const address = { register: 0, step: 0 }
const lmma = (target: number, register: number, groups: number): Instruction => ({
  ...{ op: 'lmma', target, tables: register, weights: register, m: 2, n: 64, k: 4 * groups },
  ...{ activation: 'i8', weightBits: 2, accumulator: 'i32', output: 'i32' },
})
const ldw = (register: number, bytes: number): Instruction => ({ op: 'ldw', register, source: address, bytes })
const copy = (bytes: number): Instruction => ({
  ...{ op: 'copy', to: 'sram', target: address, source: address, bytes },
})

/** Spans of a program, by unit and place. */
function spans(program: Program, config: CoreConfig = m2n64k4): string[] {
  const found: string[] = []
  timeProgram(program, config, { onSpan: (s) => found.push(`${s.unit}${s.at} ${s.start}-${s.end}`) })
  return found
}

describe('the cycle model (simulated), by hand', () => {
  it('issues one instruction per cycle and starts it in the next', () => {
    expect(spans([ldw(0, 64), ldw(1, 640), { op: 'end' }])).toEqual(['load0 1-2', 'load1 2-12'])
  })

  it('copies pay latency once where they stand back to back, and again after a pause', () => {
    // 1700 bytes at 17 a cycle, 100 cycles of latency.
    expect(spans([copy(1700), copy(1700), { op: 'wait', pending: 0 }, copy(17)])).toEqual([
      'dma0 101-201',
      'dma1 201-301',
      'dma3 403-404',
    ])
  })

  it('keeps promises between units: read after write, write after read, sums through the pipeline', () => {
    const program: Program = [
      ldw(0, 640),
      lmma(0, 0, 5),
      ldw(0, 64),
      { op: 'sta', register: 0, target: address, bytes: 512 },
    ]
    const { fill } = pipeline
    // lmma waits for w0 (1-11), ldw for the last line read (11-21), sta for the last sum.
    expect(spans(program)).toEqual([
      'load0 1-11',
      'array1 11-21',
      'load2 21-22',
      `store3 ${21 + fill}-${21 + fill + 8}`,
    ])
  })

  it('does not wait where the registers are others', () => {
    expect(spans([ldw(0, 640), lmma(0, 0, 5), ldw(1, 64)])).toContain('load2 11-12')
  })

  it('holds a copy back until the loads and stores before it are done, for they may share its place', () => {
    const program: Program = [ldw(0, 64 * 200), copy(17)]
    expect(spans(program)).toEqual(['load0 1-201', 'dma1 201-202'])
  })

  it('shares the SRAM: what a copy takes is missing for a load', () => {
    // 17 of 64 bytes a cycle go to the copy; the load gets 47 until it is done.
    const program: Program = [
      copy(17 * 10),
      { op: 'loop', times: 100, body: 1 },
      { op: 'set', register: 0, value: 0 },
      ldw(0, 470),
    ]
    expect(spans(program)).toEqual(['dma0 101-111', 'load3 103-113'])
  })

  it('stops issuing when a queue is full', () => {
    const { array } = pipeline.queues
    const program: Program = [lmma(0, 0, 50), ...Array.from({ length: array + 1 }, () => lmma(1, 0, 50)), ldw(1, 64)]
    // The first is taken at 1; array wait; the last finds a place when the second is taken, at 101.
    expect(spans(program)).toContain(`load${array + 2} 103-104`)
  })

  it('adds the work of building tables where the core has no fused precompute, once for each load of activations', () => {
    const x: Instruction = { op: 'ldx', register: 0, source: address, bytes: 8 }
    expect(timeProgram([x, lmma(0, 0, 10)], m2n64k4).busy.array).toBe(20 + 10)
    expect(timeProgram([x, lmma(0, 0, 10), lmma(1, 0, 10)], m2n64k4).busy.array).toBe(20 + 10 + 20)
  })

  it('counts exactly', () => {
    const { weights, tables } = operandBytes(m2n64k4, shape)
    const count = 50 * 9 * 4 * 2
    const copied = (50 * 9 + 1) * 8 * weights
    const timing = timeProgram(strips(m2n64k4, shape), m2n64k4)
    expect(timing.slots).toBe(count * 2 * 64 * 30 * 2)
    expect(timing.busy.array).toBe(count * 30 * 2 + 50)
    expect(timing.bytes.registers).toBe(count * (weights + tables) + 50 * 512)
    expect(timing.bytes.dram).toBe(copied)
    expect(timing.bytes.sram).toBe(copied + timing.bytes.registers)
    expect(timing.bound).toBe('dma')
  })

  it('refuses shapes, registers and loops that the core has not, and programs without end', () => {
    const bad: Program[] = [
      [{ ...lmma(0, 0, 1), k: 5 } as Instruction],
      [ldw(2, 64)],
      [{ op: 'loop', times: 2, body: 9 }],
      Array.from({ length: 9 }, (_, i): Instruction => ({ op: 'loop', times: 2, body: 9 - i })).concat(ldw(0, 1)),
    ]
    for (const program of bad) expect(() => timeProgram(program, m2n64k4)).toThrow(/Expected/)
    const long: Program = [{ op: 'loop', times: 1e9, body: 1 }, ldw(0, 64)]
    expect(() => timeProgram(long, m2n64k4, { skip: false, limit: 1000 })).toThrow(/at most 1000 steps/)
    expect(timeProgram(long, m2n64k4, { limit: 1000 }).busy.load).toBe(1e9)
  })
})

describe('rounds that repeat are left out', () => {
  const random = (seed: number): (() => number) => {
    let state = seed
    return () => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0
      return state / 2 ** 32
    }
  }

  it('to the cycle, in any mix of shapes and memories', () => {
    const next = random(7)
    const pick = (max: number): number => 1 + Math.floor(next() * max)
    for (let i = 0; i < 30; i++) {
      const config: CoreConfig = {
        ...m2n64k4,
        memory: {
          dramBytesPerSecond: 1e9 * (0.3 + 60 * next()),
          dramLatency: 1e-9 * Math.floor(300 * next()),
          sramBytes: 1 << 19,
          sramBytesPerCycle: pick(200),
        },
      }
      const made: Strips = {
        ...{ strips: pick(9), chunks: pick(8), pairs: pick(6), groups: pick(40), bits: pick(4) },
        ...{ double: next() < 0.7, raw: next() < 0.3 },
      }
      const program = strips(config, made)
      expect(timeProgram(program, config), JSON.stringify({ config, made })).toEqual(
        timeProgram(program, config, { skip: false }),
      )
    }
  })
})

describe('bounds', () => {
  /** No unit can be done before its work at its best rate. */
  function atLeast(config: CoreConfig, program: Program): number {
    const { busy, bytes } = timeProgram(program, config)
    const { dramBytesPerSecond, sramBytesPerCycle } = config.memory
    return Math.max(busy.array, (bytes.dram / dramBytesPerSecond) * config.hertz, bytes.sram / sramBytesPerCycle)
  }

  it('are never beaten', () => {
    for (const dramBytesPerSecond of [1e9, 17e9, 60e9, 1e12])
      for (const sramBytesPerCycle of [8, 64, 512])
        for (const bits of [1, 2, 4]) {
          const config = { ...m2n64k4, memory: { ...m2n64k4.memory, dramBytesPerSecond, sramBytesPerCycle } }
          const program = strips(config, { ...shape, bits })
          expect(timeProgram(program, config).cycles).toBeGreaterThanOrEqual(atLeast(config, program))
        }
  })

  it('an array behind memory that is infinitely fast works nearly always', () => {
    const { busy, cycles, bound } = timeProgram(strips(fastMemory, shape), fastMemory)
    expect(bound).toBe('array')
    expect(busy.array / cycles).toBeGreaterThan(0.95)
  })

  it('with an array that is infinitely fast time is bytes over bandwidth', () => {
    // A clock a thousand times as fast for all but the DRAM.
    const config = { ...m2n64k4, hertz: 1e12 }
    const { cycles, bytes } = timeProgram(strips(config, { ...shape, pairs: 40 }), config)
    const seconds = bytes.dram / config.memory.dramBytesPerSecond + config.memory.dramLatency
    expect(cycles / config.hertz / seconds).toBeGreaterThanOrEqual(1)
    expect(cycles / config.hertz / seconds).toBeLessThan(1.02)
  })

  it('without double registers each lmma also waits for its load', () => {
    const config = m2n64k4
    const small: Strips = { ...shape, groups: 32, bits: 4, resident: true }
    const { weights, tables } = operandBytes(config, small)
    const load = (weights + tables) / 64
    const count = 50 * 9 * 4 * 2
    const two = timeProgram(strips(config, small), config)
    const one = timeProgram(strips(config, { ...small, double: false }), config)
    expect(two.busy.array / two.cycles).toBeGreaterThan(0.95)
    const lost = (one.cycles - two.cycles) / count
    expect(lost).toBeGreaterThan(0.99 * load)
    expect(lost).toBeLessThan(1.05 * load)
  })
})
