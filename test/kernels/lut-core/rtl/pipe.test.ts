/** What a device at the end of a pipe may do wrong; none of it may hang the thread that asked. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it, vi } from 'vitest'
import { RtlArray } from '../../../../kernels/lut-core/rtl/array.js'
import { encodeFrame, FrameReader } from '../../../../kernels/lut-core/rtl/frame.js'
import { checkHello, readHello } from '../../../../kernels/lut-core/rtl/hello.js'
import { parametersOf } from '../../../../kernels/lut-core/rtl/parameters.js'
import { Pipe } from '../../../../kernels/lut-core/rtl/pipe.js'
import { config, operandsOf, random } from './vectors.js'

const core = config({ m: 2, n: 8, weightBits: [2] })
const fake = fileURLToPath(new URL('./fake-device.mjs', import.meta.url))
const operands = operandsOf(core, 3, 2, random(1))

/** Version, flags (symmetric, ±1, simulated), M, N, K, LUT_BIT, W_BIT, ACC_BIT, A_BIT, SHIFT_BIT, largest payload. */
const honest = [1, 0x89, 2, 0, 8, 0, 4, 10, 2, 32, 8, 0, 0, 0, 16, 0]

function open(kind: string, timeout = 60_000): Promise<RtlArray> {
  const command = [process.execPath, fake, kind, Buffer.from(honest).toString('hex')]
  return RtlArray.open(core, { command, timeout })
}

describe('a device on a pipe', () => {
  it('answers when it is honest, and is asked only for what the array has room for', async () => {
    const array = await open('honest')
    const sums = new Int32Array(16)
    const refused = (change: object, to: Int32Array | Float32Array = sums): void =>
      expect(() => array.multiply({ ...operands, ...change }, to)).toThrow(
        expect.objectContaining({ kind: 'mismatch' }),
      )
    refused({ planes: 3 })
    refused({ groups: 0 })
    refused({ weights: operands.weights.subarray(1) })
    refused({ tables: operands.tables.subarray(1) })
    refused({ shifts: new Uint8Array(6) })
    refused({}, new Int32Array(15))
    refused({}, new Float32Array(16))
    array.multiply(operands, sums.fill(1))
    array.multiply(operands, sums)
    expect(sums).toEqual(new Int32Array(16).fill(1))
    array.close()
    array.close()
    expect(() => array.multiply(operands, sums)).toThrow(expect.objectContaining({ kind: 'closed' }))
  })

  it.each([
    ['die half way', /it ended \(exit code 1\)/],
    ['garbage', /begin with "LT"/],
    ['wrong size', /Expected 68 bytes of sums but found 64/],
    ['refuse', /it refused: too hot/],
  ])('%s: an error, and then it is closed', async (kind, message) => {
    const array = await open(kind)
    const ask = (): void => array.multiply(operands, new Int32Array(16))
    expect(ask).toThrow(expect.objectContaining({ kind: 'io', message: expect.stringMatching(message) }))
    expect(ask).toThrow(expect.objectContaining({ kind: 'closed' }))
  })

  it('hang: an error after its time, and then it is closed', () => {
    const pipe = new Pipe([process.execPath, fake, 'hang at once'], 99)
    expect(() => pipe.exchange(2, new Uint8Array(4), 100)).toThrow(/none came within 100 ms/)
    expect(() => pipe.exchange(2, new Uint8Array(4), 100)).toThrow(expect.objectContaining({ kind: 'closed' }))
  })

  it('write without being asked: it is ended at once, and the next question is told why', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'lutra-')), 'pid')
    const command = [process.execPath, fake, 'unasked', Buffer.from(honest).toString('hex'), file]
    const array = await RtlArray.open(core, { command })
    const pid = Number(await readFile(file, 'utf8'))
    await vi.waitFor(() => expect(() => process.kill(pid, 0)).toThrow(/ESRCH/), { timeout: 20_000 })
    await rm(dirname(file), { recursive: true })
    expect(() => array.multiply(operands, new Int32Array(16))).toThrow(/it wrote without being asked/)
  })

  it('that does not start, ends at once or says nothing: an error', async () => {
    await Promise.all([
      expect(RtlArray.open(core, { command: ['/nowhere/lut-core'] })).rejects.toThrow(/could not be started/),
      expect(open('die at once')).rejects.toThrow(/exit code 3\): no power/),
      expect(open('hang at once', 300)).rejects.toThrow(/none came within 300 ms/),
    ])
  })
})

describe('what a device says of itself', () => {
  const hello = (at: number, value: number): Uint8Array => Uint8Array.from(honest.with(at, value))
  const parameters = parametersOf(core)

  it.each([
    ['M', 2, 3],
    ['K', 6, 5],
    ['LUT_BIT', 7, 8],
    ['W_BIT', 8, 1],
    ['SHIFT_BIT', 11, 4],
    ['SYMMETRIC', 1, 0x88],
    ['NEGATE_INDEX', 1, 0x8b],
    ['PRECOMPUTE', 1, 0x8d],
  ])('another %s: mismatch', (name, at, value) => {
    expect(() => checkHello(readHello(hello(at, value)), parameters)).toThrow(
      expect.objectContaining({ kind: 'mismatch', message: expect.stringContaining(`with ${name} `) }),
    )
  })

  it('wider weights, other registers: the same sums', () => {
    checkHello(readHello(hello(8, 8)), parameters)
    checkHello(readHello(hello(1, 0xb9)), parameters)
  })

  it('another version, another size: an error', () => {
    expect(() => readHello(hello(0, 2))).toThrow(/version 1 but found 2/)
    expect(() => readHello(new Uint8Array(15))).toThrow(expect.objectContaining({ kind: 'format' }))
    expect(() => readHello(new Uint8Array(81))).toThrow(expect.objectContaining({ kind: 'format' }))
  })
})

describe('a frame', () => {
  const frame = encodeFrame(
    0x82,
    9,
    Uint8Array.from({ length: 20 }, (_, i) => i),
  )

  it('arrives in any parts', () => {
    for (let cut = 1; cut < frame.length; cut++) {
      const reader = new FrameReader(9, 20)
      expect(reader.push(frame.subarray(0, cut))).toBeUndefined()
      expect(reader.push(frame.subarray(cut))).toEqual({ kind: 0x82, payload: frame.slice(8, 28) })
    }
  })

  it('too long, followed by more, or of another number: a text that says so', () => {
    expect(new FrameReader(9, 19).push(frame.subarray(0, 8))).toMatch(/claims 20 bytes/)
    expect(new FrameReader(9, 20).push(new Uint8Array(1 << 20))).toMatch(/more than the largest/)
    expect(new FrameReader(9, 99).push(Buffer.concat([frame, frame]))).toMatch(/32 bytes after/)
    expect(new FrameReader(8, 20).push(frame)).toMatch(/request 9 instead of 8/)
    expect(new FrameReader(9, 20).push(frame.with(31, frame[31] ^ 1))).toMatch(/checksum/)
  })

  it('with any byte changed, cut or made up is an error or not yet whole, never an answer', () => {
    const next = random(3)
    for (let i = 0; i < 2000; i++) {
      const bytes = i % 2 ? frame.slice() : Uint8Array.from({ length: 40 }, () => next() * 256)
      if (i % 2) bytes[Math.floor(next() * bytes.length)] ^= 1 + Math.floor(next() * 255)
      else bytes.set([0x4c, 0x54])
      const answer = new FrameReader(9, 20).push(bytes)
      expect(answer === undefined || typeof answer === 'string').toBe(true)
    }
  })
})
