import { describe, expect, it } from 'vitest'
import { LutraError } from '../../../../hal/error.js'
import { f32ToF16 } from '../../../../hal/half.js'
import type { LutArray, Operands } from '../../../../kernels/lut-core/array.js'
import { allIdeas, type CoreConfig, m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { assemble } from '../../../../kernels/lut-core/lmma/assemble.js'
import type { Program } from '../../../../kernels/lut-core/lmma/instruction.js'
import { Machine } from '../../../../kernels/lut-core/lmma/machine.js'
import { validate } from '../../../../kernels/lut-core/lmma/validate.js'
import { random } from '../../random.js'
import { sensibleProgram } from './sensible-program.js'

/** Remembers what it was given; adds 1 to each accumulator. */
class Noting implements LutArray {
  readonly simulated = true
  readonly given: Operands[] = []
  constructor(readonly config: CoreConfig) {}
  multiply(operands: Operands, accumulators: Int32Array | Float32Array): void {
    this.given.push({ ...operands, tables: operands.tables.slice(), shifts: operands.shifts?.slice() })
    for (let i = 0; i < accumulators.length; i++) accumulators[i]++
  }
}

const tiny: CoreConfig = { ...m2n64k4, m: 1, n: 4, k: 2, tableBits: 9 }
const setup = (config: CoreConfig) => {
  const array = new Noting(config)
  const memory = { dram: Uint8Array.from({ length: 256 }, (_, i) => i), sram: new Uint8Array(256) }
  return { array, memory, run: (text: string) => new Machine(array, memory).run(assemble(text)) }
}

describe('machine', () => {
  it('moves bytes, steps registers, runs loops', () => {
    const { array, memory, run } = setup(tiny)
    const steps = run(`
      set r1, 16
      loop 3 {
        copy.sram [r0]+8, [r1]+4, 8
      }
      wait 0
      set r2, 4
      zero a1
      loop 2 {
        ldt t1, [r2]+4, 8   ; two groups of one token, two entries of two bytes
        ldw w0, [r3], 2     ; two lines of one plane
        lmma.m1n4k4.i8.i1.i32.i32 a1, t1, w0
      }
      set r4, 128
      sta a1, [r4]+16, 16
      lda a2, [r4], 16
      end`)
    expect(steps).toBe(2 + 3 + 3 + 1 + 2 * 3 + 3)
    expect([...memory.sram.subarray(0, 24)]).toEqual(
      [0, 4, 8].flatMap((d) => [16, 17, 18, 19, 20, 21, 22, 23].map((v) => v + d)),
    )
    expect(array.given.map(({ tables }) => [...tables])).toEqual([
      [20, 21, 22, 23, 20, 21, 22, 23],
      [20, 21, 22, 23, 24, 25, 26, 27],
    ])
    expect(array.given[0]).toMatchObject({ groups: 2, planes: 1, shifts: undefined, weights: Uint8Array.of(16, 17) })
    expect(new Int32Array(memory.sram.slice(128, 144).buffer)).toEqual(Int32Array.of(2, 2, 2, 2))
  })

  it('parts tables from their shifts', () => {
    const { array, memory, run } = setup({ ...tiny, tableMode: 'shift', tableBits: 8 })
    memory.sram.set([1, 2, 3, 4, 5, 6])
    run('zero a0\nldt t0, [r0], 6\nldw w0, [r0], 2\nlmma.m1n4k4.i8.i1.i32.i32 a0, t0, w0\nend')
    expect(array.given[0]).toMatchObject({ tables: Uint8Array.of(1, 2, 3, 4), shifts: Uint8Array.of(5, 6) })
  })

  it('builds the tables of activations where the array does', () => {
    const { array, memory, run } = setup({ ...tiny, ideas: { ...allIdeas, fusedPrecompute: false } })
    memory.sram.set([3, 256 - 5])
    run('zero a0\nldx t0, [r0], 2\nldw w0, [r0], 1\nlmma.m1n4k2.i8.i1.i32.i32 a0, t0, w0\nend')
    expect(new Int16Array(array.given[0].tables.slice().buffer)).toEqual(Int16Array.of(-3 + 5, 3 + 5))
  })

  it('stores floats whole or as halves', () => {
    const { memory, run } = setup({ ...tiny, activation: 'f16', tableMode: 'float', tableBits: 16 })
    run(`zero a0\nldt t0, [r0], 4\nldw w0, [r0], 1
      lmma.m1n4k2.f16.i1.f32.f32 a0, t0, w0\nsta a0, [r0]+16, 16
      lmma.m1n4k2.f16.i1.f32.f16 a0, t0, w0\nsta a0, [r0], 8\nend`)
    expect(new Float32Array(memory.sram.slice(0, 16).buffer)).toEqual(Float32Array.of(1, 1, 1, 1))
    expect(new Uint16Array(memory.sram.slice(16, 24).buffer)).toEqual(new Uint16Array(4).fill(f32ToF16(2)))
  })

  it('ends every program, and runs whatever the validator takes', () => {
    const next = random(7)
    const sizes = { dram: 256, sram: 256 }
    const told = { ran: 0, refused: 0 }
    for (let i = 0; i < 600; i++) {
      const program = sensibleProgram(next, tiny)
      const valid = outcome(() => validate(program, tiny, sizes)) === undefined
      const fault = outcome(() => run(program))
      // What the validator takes runs; what it refuses fails.
      if (valid && fault && fault.kind !== 'limit') throw fault
      if (!valid && !fault) throw new Error(`Refused but ran: ${JSON.stringify(program)}`)
      told[fault ? 'refused' : 'ran']++
    }
    expect(told.ran).toBeGreaterThan(60)
    expect(told.refused).toBeGreaterThan(60)

    function run(program: Program): void {
      new Machine(new Noting(tiny), { dram: new Uint8Array(256), sram: new Uint8Array(256) }).run(program, 3000)
    }
  })
})

/** The LutraError that work ends in; any other error is a fault of ours. */
function outcome(work: () => void): LutraError | undefined {
  try {
    work()
    return undefined
  } catch (error) {
    if (error instanceof LutraError) return error
    throw error
  }
}
