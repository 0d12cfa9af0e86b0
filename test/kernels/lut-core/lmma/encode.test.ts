import { describe, expect, it } from 'vitest'
import { LutraError } from '../../../../hal/error.js'
import { decode } from '../../../../kernels/lut-core/lmma/decode.js'
import { encode } from '../../../../kernels/lut-core/lmma/encode.js'
import type { Instruction } from '../../../../kernels/lut-core/lmma/instruction.js'
import { random } from '../../random.js'
import { decodeRandomWords } from './hostile.js'
import { randomProgram } from './random-program.js'

describe('encoding of LMMA programs', () => {
  it('is as documented, byte by byte', () => {
    const words = encode([
      { op: 'set', register: 3, value: -2 },
      {
        op: 'copy',
        to: 'sram',
        target: { register: 1, step: 512 },
        source: { register: 2, step: -4 },
        bytes: 0x01020304,
      },
      {
        ...{ op: 'lmma', target: 2, tables: 1, weights: 1, m: 2, n: 64, k: 256, weightBits: 3 },
        ...{ activation: 'e5m2', accumulator: 'f32', output: 'f16' },
      } as Instruction,
      { op: 'end' },
    ])
    expect(Buffer.from(words).toString('hex').match(/.{32}/g)).toEqual([
      '0103000000000000feffffffffffffff',
      '032101000403020100020000fcffffff',
      '0a125133020040000001000000000000',
      '0d000000000000000000000000000000',
    ])
  })

  it('comes back as it was, whatever the fields', () => {
    const next = random(1)
    for (let i = 0; i < 100; i++) {
      const program = randomProgram(next, Math.floor(next() * 40))
      expect(decode(encode(program))).toEqual(program)
    }
  })

  it('refuses fields out of their bounds, with the instruction', () => {
    const refused = (one: unknown) => () => encode([{ op: 'end' }, one as Instruction])
    expect(refused({ op: 'set', register: 16, value: 0 })).toThrow(
      'Instruction 1, set: Expected register to be a whole number from 0 to 15 but found 16',
    )
    expect(refused({ op: 'set', register: 0, value: 2 ** 53 })).toThrow('9007199254740992')
    expect(refused({ op: 'ldw', register: 0, source: { register: 0, step: 2 ** 31 }, bytes: 4 })).toThrow('source step')
    expect(refused({ op: 'ldw', register: 0, bytes: 4 })).toThrow('source register')
    expect(refused({ op: 'loop', times: 0, body: 1 })).toThrow('times')
    expect(refused({ op: 'jump' })).toThrow('Expected an instruction but found jump')
  })

  it('refuses hostile words with the byte, and reads any other', () => {
    const word = (hex: string) => () => decode(Buffer.from(`0d${'00'.repeat(15)}${hex}`, 'hex'))
    expect(word('00'.repeat(16))).toThrow("Expected an instruction's code at byte 16 but found 0")
    expect(word(`0d00000000${'00'.repeat(10)}01`)).toThrow('Expected 0 at byte 31, unused by end, but found 1')
    expect(word('0d')).toThrow('Expected words of 16 bytes but found 17 bytes')
    expect(word(`05020000${'01'.repeat(4)}${'00'.repeat(8)}`)).toThrow('Instruction at byte 16, ldt: Expected register')
    expect(() => decode(new Uint8Array(16 * 65537))).toThrow(LutraError)
    const { read, refused } = decodeRandomWords(random(2), 20_000)
    expect(read).toBeGreaterThan(1000)
    expect(refused).toBeGreaterThan(1000)
  })
})
