import { describe, expect, it } from 'vitest'
import { m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { FunctionalArray } from '../../../../kernels/lut-core/core/functional.js'
import { assemble } from '../../../../kernels/lut-core/lmma/assemble.js'
import { Machine } from '../../../../kernels/lut-core/lmma/machine.js'
import { type Validated, validate } from '../../../../kernels/lut-core/lmma/validate.js'

const sizes = { dram: 65536, sram: 16384 }
const config = { ...m2n64k4, weightBits: [1, 2, 4] }

const check = (text: string, core = config): Validated => validate(assemble(`${text}\nend`), core, sizes)

/** The same program on the machine. */
function run(text: string, core = config): number {
  const memory = { dram: new Uint8Array(sizes.dram), sram: new Uint8Array(sizes.sram) }
  return new Machine(new FunctionalArray(core), memory).run(assemble(`${text}\nend`))
}

const lmma = 'lmma.m2n64k64.i8.i2.i32.i32 a0, t0, w0'
const loaded = 'ldt t0, [r0], 512\nldw w0, [r0], 1024\n'

const wrong: readonly [string, string][] = [
  ['add r1, 6', 'Instruction 0, add r1, 6: Expected a value that is a multiple of 4 but found 6'],
  ['copy.sram [r0]+2, [r1], 4', 'a step that is a multiple of 4 but found 2'],
  ['ldw w0, [r0], 1028', 'Expected at most 1024 bytes'],
  ['ldx t0, [r0], 4', 'This core takes tables: expected ldt'],
  ['lda a0, [r0], 256', 'Expected 512 bytes'],
  [`zero a0\n${loaded}lmma.m4n64k64.i8.i2.i32.i32 a0, t0, w0`, 'Expected M 2, N 64 and a multiple of K 4'],
  [`zero a0\n${loaded}lmma.m2n64k66.i8.i2.i32.i32 a0, t0, w0`, 'Expected M 2, N 64 and a multiple of K 4'],
  [`zero a0\n${loaded}lmma.m2n64k68.i8.i2.i32.i32 a0, t0, w0`, 'Expected K of at most 64'],
  [`zero a0\n${loaded}lmma.m2n64k64.i16.i2.i32.i32 a0, t0, w0`, 'Expected activations i8'],
  [`zero a0\n${loaded}lmma.m2n64k32.i8.i3.i32.i32 a0, t0, w0`, 'Expected weights of 1, 2, 4 bits'],
  [`zero a0\n${loaded}lmma.m2n64k64.i8.i2.f32.f32 a0, t0, w0`, 'Expected accumulators i32'],
  [`zero a0\n${loaded}lmma.m2n64k64.i8.i2.i32.f16 a0, t0, w0`, 'Expected output i32'],
  [`zero a0\n${lmma}`, 'Expected 512 bytes of tables in its register but found none'],
  [
    `zero a0\nldt t0, [r0], 256\nldw w0, [r0], 1024\n${lmma}`,
    'Expected 512 bytes of tables in its register but found 256',
  ],
  [
    `zero a0\nldt t0, [r0], 512\nldw w0, [r0], 512\n${lmma}`,
    'Expected 1024 bytes of weights in its register but found 512',
  ],
  [`${loaded}${lmma}`, 'Expected a0 to be cleared or loaded'],
  // In the second round w0 is shorter than in the first.
  [`zero a0\n${loaded}loop 2 {\n${lmma}\nldw w0, [r0], 512\n}`, 'Expected 1024 bytes of weights'],
  ['sta a1, [r0], 512', 'Expected a1 to be cleared or loaded'],
  ['zero a0\nsta a0, [r0], 256', 'Expected 512 bytes of sums i32'],
  ['set r0, -4\nldw w0, [r0], 4', 'SRAM'],
  ['set r0, 16380\nldw w0, [r0], 8', 'SRAM'],
  ['copy.sram [r0], [r1]+4, 65540', '65540'],
  ['loop 17 {\nldw w0, [r0]+1024, 1024\n}', 'SRAM'],
  ['loop 3 {\nloop 5 {\nldw w0, [r0]+1024, 1024\n}\nadd r0, 1024\n}', 'SRAM'],
  ['loop 2 {\nldw w0, [r0], 4\nset r0, 16384\n}', 'SRAM'],
  ['loop 4000000000 {\nadd r0, 9007199254740988\n}', 'within 53 bits'],
  // Races: read too early, overwritten too early, in a later round only, on a wait too weak.
  ['copy.sram [r0], [r1], 64\nldw w0, [r0], 64', 'a copy of 0 … 63 may be under way'],
  ['zero a0\ncopy.dram [r0], [r1], 64\nsta a0, [r1], 512', 'may be under way'],
  ['loop 3 {\nldw w0, [r0], 4\ncopy.sram [r0]+4, [r1], 4\nadd r0, -4\n}', 'may be under way'],
  ['copy.sram [r0]+64, [r1], 64\ncopy.sram [r0]+64, [r1], 64\nwait 1\nset r2, 64\nldw w0, [r2], 4', 'may be under way'],
  ['loop 65 {\ncopy.sram [r0], [r1], 4\n}', 'Expected at most 64 copies'],
]

const right = [
  `zero a0\n${loaded}${lmma}\nsta a0, [r0], 512`,
  'loop 16 {\nldw w0, [r0]+1024, 1024\n}',
  'set r0, 16380\nloop 4096 {\nldw w0, [r0]-4, 4\n}',
  'copy.sram [r0]+64, [r1], 64\ncopy.sram [r0], [r1], 64\nwait 1\nldw w0, [r2], 64',
  // A ring that no interval could tell apart: the walk does.
  'copy.sram [r0]+64, [r1]+64, 64\nloop 99 {\ncopy.sram [r0]+64, [r1]+64, 64\nwait 1\nldw w0, [r2]+64, 64\n}',
  // What a copy reads may be read; what is not its range may be written.
  'copy.dram [r1], [r0], 64\nldw w0, [r0], 64\nset r3, 64\nzero a0\nsta a0, [r3], 512',
]

describe('validator and machine', () => {
  it.each(wrong)('refuse %j', (text, message) => {
    expect(() => check(text)).toThrow(message)
    expect(() => run(text)).toThrow(/Instruction \d+, /)
  })

  it.each(right)('take %j', (text) => {
    expect(check(text)).toEqual({ races: true })
    expect(run(text)).toBeGreaterThan(0)
  })

  it('refuse loops that do not lie within one another, and programs without end', () => {
    const fails = (text: string, message: string) => {
      expect(() => validate(assemble(text), config, sizes)).toThrow(message)
      const memory = { dram: new Uint8Array(4), sram: new Uint8Array(4) }
      expect(() => new Machine(new FunctionalArray(config), memory).run(assemble(text))).toThrow(message)
    }
    fails('loop 2, 2\nloop 2, 2\nwait 0\nwait 0\nend', 'Expected a body of at most 1 instructions')
    fails('loop 2, 1\nend', 'Expected a body of at most 0 instructions')
    fails('end\nend', 'Expected end as the last instruction only')
    fails('wait 0', 'Expected end as the last instruction')
    fails('', 'Expected end as the last instruction')
    const deep = Array.from({ length: 9 }, (_, i) => `loop 2, ${9 - i}`).join('\n')
    fails(`${deep}\nwait 0\nend`, 'Expected loops at most 8 deep')
  })

  it('leave a race to the machine where a program is too long to be looked at', () => {
    const ring = (rounds: number) =>
      `loop ${rounds} {\nloop 100 {\ncopy.sram [r0]+4, [r1], 4\nwait 0\nldw w0, [r2]+4, 4\n}\nadd r0, -396\nadd r2, -400\n}`
    expect(check(ring(3)).races).toBe(true)
    expect(check(ring(20)).races).toBe(true)
    // Each round shifts by four bytes: nothing repeats.
    expect(check(ring(2000)).races).toBe(false)
  })

  it('a machine gives up after so many steps', () => {
    const memory = { dram: new Uint8Array(4), sram: new Uint8Array(4) }
    const machine = new Machine(new FunctionalArray(config), memory)
    const program = assemble(`${'loop 4000000000 {\n'.repeat(8)}wait 0\n${'}\n'.repeat(8)}end`)
    expect(() => machine.run(program, 1000)).toThrow('Expected at most 1000 steps')
    expect(() => validate(program, config, sizes)).not.toThrow()
  })
})
