import { describe, expect, it } from 'vitest'
import { assemble } from '../../../../kernels/lut-core/lmma/assemble.js'
import { disassemble } from '../../../../kernels/lut-core/lmma/disassemble.js'
import { encode } from '../../../../kernels/lut-core/lmma/encode.js'
import { random } from '../../random.js'
import { assembleRandomTexts } from './hostile.js'
import { randomProgram } from './random-program.js'

const text = `; one row tile
set r1, 0x100
copy.sram [r2]+512, [r0]+512, 512   # weights
wait 0
zero a0
loop 10 {
  ldt t0, [r3]+64, 64
  ldw w1, [r4]-32, 32
  lmma.m2n64k4.i8.i2.i32.i32 a0, t0, w1
}
sta a0, [r5], 512
end
`

describe('assembler', () => {
  it('reads a program as people write it', () => {
    expect(assemble(text)).toEqual([
      { op: 'set', register: 1, value: 256 },
      { op: 'copy', to: 'sram', target: { register: 2, step: 512 }, source: { register: 0, step: 512 }, bytes: 512 },
      { op: 'wait', pending: 0 },
      { op: 'zero', register: 0 },
      { op: 'loop', times: 10, body: 3 },
      { op: 'ldt', register: 0, source: { register: 3, step: 64 }, bytes: 64 },
      { op: 'ldw', register: 1, source: { register: 4, step: -32 }, bytes: 32 },
      {
        ...{ op: 'lmma', target: 0, tables: 0, weights: 1, m: 2, n: 64, k: 4, activation: 'i8', weightBits: 2 },
        ...{ accumulator: 'i32', output: 'i32' },
      },
      { op: 'sta', register: 0, target: { register: 5, step: 0 }, bytes: 512 },
      { op: 'end' },
    ])
    expect(assemble('loop 2, 1\r\nwait 0\rend')).toEqual(assemble('loop 2 {\nwait 0\n}\nend'))
  })

  it('disassembles to text that gives the same words, loops crossed or not', () => {
    const next = random(3)
    let crossed = 0
    for (let i = 0; i < 150; i++) {
      const program = randomProgram(next, 1 + Math.floor(next() * 12))
      const text = disassemble(program)
      if (/^loop \d+,/m.test(text)) crossed++
      expect(encode(assemble(text))).toEqual(encode(program))
    }
    expect(crossed).toBeGreaterThan(10)
    expect(disassemble(assemble(text))).toBe(
      text
        .replace(/ *[;#].*/g, '')
        .replace('0x100', '256')
        .trimStart(),
    )
  })

  it.each([
    ['jump r0', 'Line 1, column 1: Expected an instruction (set, add, copy, wait'],
    ['\n  set r16, 0', 'Line 2, column 7: Expected a register r0 … r15 but found "r16"'],
    ['set r1 5', 'Line 1, column 8: Expected a comma but found "5"'],
    ['set r1, 0x', 'Line 1, column 9: Expected value, a whole number but found "0x"'],
    ['ldw w0, r3, 4', 'Line 1, column 9: Expected the source\'s address, as [r0] or [r0]+64 but found "r3"'],
    ['ldw w0, [r3]+2147483648, 4', 'Line 1, column 13: Expected a step from -2147483648 to 2147483647'],
    ['ldt t0, [r3], 0', 'Line 1, column 15: Expected bytes from 1 to 4294967295 but found "0"'],
    ['copy.rom [r1], [r2], 4', 'Line 1, column 6: Expected where the copy goes: .dram, .sram but found "rom"'],
    ['lmma.2644.i8.i2.i32.i32 a0, t0, w0', 'Line 1, column 6: Expected m and a size, as in m2n64k4'],
    ['lmma.m2n64k4.i8.i9.i32.i32 a0, t0, w0', 'Line 1, column 17: Expected the type of weights: .i1, .i2'],
    ['end now', 'Line 1, column 5: Expected the end of the line but found "now"'],
    ['loop 3 {\nend\n', 'Line 3, column 1: Expected } of the loop in line 1 but found the end of the line'],
    ['loop 3 {\n}', 'Line 2, column 2: Expected an instruction in the loop before its end'],
    ['loop 3', 'Line 1, column 7: Expected { or a comma but found the end of the line'],
    ['}', 'Line 1, column 1: Expected an instruction'],
    ['loop 1 {\n'.repeat(9), 'Line 9, column 9: Expected loops to lie at most 8 deep'],
  ])('tells where and what: %j', (text, message) => {
    expect(() => assemble(text)).toThrow(message)
  })

  it('reads or refuses any text', () => {
    const { read, refused } = assembleRandomTexts(random(4), 1500)
    expect(read).toBeGreaterThan(200)
    expect(refused).toBeGreaterThan(200)
  })
})
