import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  type BoardMessage,
  crc16,
  decodeBoard,
  decodeHost,
  encodeBoard,
  encodeFrame,
  encodeHost,
  FrameParser,
  type HostMessage,
  maxPayload,
  nackReasons,
  results,
  stuff,
  unstuff,
  type WireCommand,
} from '../../../sdk/robot/protocol/index.js'
import { events, gazes, grips, headings, places, poses, switches } from '../../../sdk/robot/skills.js'

const byte = fc.integer({ min: 0, max: 255 })
const u16 = fc.integer({ min: 0, max: 65535 })
const steps = (low: number, high: number, scale: number) => fc.integer({ min: low, max: high }).map((n) => n / scale)

const commands: fc.Arbitrary<WireCommand> = fc.oneof(
  fc.record({ skill: fc.constant('drive' as const), metres: steps(-2000, 2000, 100) }),
  fc.record({ skill: fc.constant('turn' as const), degrees: steps(-7200, 7200, 10) }),
  fc.record({
    skill: fc.constant('drive_until' as const),
    direction: fc.constantFrom(...headings),
    event: fc.constantFrom(...events),
  }),
  fc.record({ skill: fc.constant('goto' as const), place: fc.constantFrom(...places) }),
  fc.record({ skill: fc.constant('look' as const), direction: fc.constantFrom(...gazes) }),
  fc.record({ skill: fc.constant('grip' as const), state: fc.constantFrom(...grips) }),
  fc.record({ skill: fc.constant('arm' as const), pose: fc.constantFrom(...poses) }),
  fc.record({ skill: fc.constant('light' as const), state: fc.constantFrom(...switches) }),
  fc.record({ skill: fc.constant('wait' as const), seconds: steps(0, 36000, 10) }),
  fc.record({
    skill: fc.constant('say' as const),
    text: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 }),
  }),
)

const hostMessages: fc.Arbitrary<HostMessage> = fc.oneof(
  fc.record({ type: fc.constant('hello' as const), version: byte, session: fc.nat() }),
  fc.record({ type: fc.constant('timeout' as const), ms: u16 }),
  fc.constantFrom<HostMessage>({ type: 'heartbeat' }, { type: 'stop' }, { type: 'cancel' }),
  fc.record({ type: fc.constant('reset' as const), latch: byte }),
  fc.record({ type: fc.constant('command' as const), command: commands }),
)

const milli = (most: number) => steps(-most, most, 1000)
const boardMessages: fc.Arbitrary<BoardMessage> = fc.oneof(
  fc.record({
    type: fc.constant('welcome' as const),
    version: byte,
    session: fc.nat(),
    boot: u16,
    simulated: fc.boolean(),
  }),
  fc.record({ type: fc.constant('ack' as const), of: byte, latch: byte }),
  fc.record({ type: fc.constant('nack' as const), of: byte, reason: fc.constantFrom(...nackReasons) }),
  fc.record({ type: fc.constant('done' as const), result: fc.constantFrom(...results) }),
  fc.record({
    type: fc.constant('telemetry' as const),
    latched: fc.boolean(),
    latch: byte,
    command: u16,
    result: fc.constantFrom(...results),
    percent: fc.integer({ min: 0, max: 100 }),
    pose: fc.record({ x: milli(1_000_000), y: milli(1_000_000), heading: steps(-1800, 1800, 10) }),
    speed: milli(30_000),
    spin: fc.integer({ min: -127, max: 127 }).map((n) => n * 2),
    battery: steps(0, 65535, 1000),
  }),
)

test('CRC-16/CCITT-FALSE gives the catalogue value', () => {
  expect(crc16(new TextEncoder().encode('123456789'))).toBe(0x29b1)
})

test('the stop is the eight bytes of the documentation', () => {
  expect(Buffer.from(encodeFrame(encodeHost({ type: 'stop' }, 0))).toString('hex')).toBe('00020401035c1000')
})

test('stuffed bytes hold no zero and come back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 253 }), (body) => {
      const stuffed = stuff(body)
      expect(stuffed.includes(0)).toBe(false)
      expect(unstuff(stuffed)).toEqual(body)
    }),
  )
})

/** As it arrives: JSON shows -0 and 0 alike, which the wire does not tell apart either. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value))

describe('every message comes back', () => {
  test('of the host', () => {
    fc.assert(
      fc.property(hostMessages, u16, (message, sequence) => {
        const [frame] = new FrameParser().push(encodeFrame(encodeHost(message, sequence)))
        expect(frame.sequence).toBe(sequence)
        expect(plain(decodeHost(frame))).toEqual(plain(message))
      }),
      { numRuns: 500 },
    )
  })

  test('of the board', () => {
    fc.assert(
      fc.property(boardMessages, u16, (message, sequence) => {
        const [frame] = new FrameParser().push(encodeFrame(encodeBoard(message, sequence)))
        expect(frame.sequence).toBe(sequence)
        expect(plain(decodeBoard(frame))).toEqual(plain(message))
      }),
      { numRuns: 500 },
    )
  })
})

describe('hostile bytes', () => {
  test('frames are found in any chunking, after any noise', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.uint8Array({ maxLength: 40 }), hostMessages), { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 20 }),
        (parts, cuts) => {
          const stream = Uint8Array.from(parts.flatMap(([noise, m]) => [...noise, ...encodeFrame(encodeHost(m, 7))]))
          const parser = new FrameParser()
          const heard: unknown[] = []
          for (let at = 0, i = 0; at < stream.length; i++) {
            const cut = cuts[i % cuts.length]
            heard.push(...parser.push(stream.subarray(at, at + cut)).map((frame) => plain(decodeHost(frame))))
            at += cut
          }
          // Noise may by itself be a frame with one chance in 65536; then there is more, never less.
          for (const [, message] of parts) expect(heard).toContainEqual(plain(message))
        },
      ),
      { numRuns: 300 },
    )
  })

  test('20000 mutated streams: nothing throws, and what still decodes is within its ranges', () => {
    const seeds = fc.sample(hostMessages, { numRuns: 64, seed: 11 }).map((m, i) => encodeFrame(encodeHost(m, i + 1)))
    const parser = new FrameParser()
    const known = new Set(seeds.map((seed) => [...seed].join()))
    let forged = 0
    let random = 12345
    const next = (below: number) => {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0
      return Math.floor((random / 2 ** 32) * below)
    }
    for (let run = 0; run < 20_000; run++) {
      let bytes = [...seeds[next(seeds.length)]]
      for (let edits = 1 + next(4); edits > 0; edits--) {
        const at = next(bytes.length)
        const kind = next(5)
        if (kind === 0) bytes[at] ^= 1 << next(8)
        else if (kind === 1) bytes.splice(at, 1 + next(3))
        else if (kind === 2) bytes.splice(at, 0, next(256))
        else if (kind === 3) bytes = [...bytes, ...seeds[next(seeds.length)].subarray(next(6))]
        else bytes[at] = next(256)
        if (bytes.length === 0) bytes = [0]
      }
      for (const frame of parser.push(Uint8Array.from(bytes))) {
        const again = encodeFrame(frame)
        if (!known.has([...again].join())) forged++
        const message = decodeHost(frame)
        decodeBoard(frame)
        if (typeof message === 'object' && message.type === 'command' && message.command.skill === 'drive')
          expect(Math.abs(message.command.metres)).toBeLessThanOrEqual(20)
      }
    }
    expect(parser.bad).toBeGreaterThan(5000)
    // A 16-bit check lets about one damaged frame in 65536 through; the numbers here are seeded, so this is exact.
    expect(forged).toBeLessThanOrEqual(2)
  })

  test('a frame without end is dropped, and the next one is heard', () => {
    const parser = new FrameParser()
    expect(parser.push(new Uint8Array(100_000).fill(1))).toEqual([])
    expect(parser.push(encodeFrame(encodeHost({ type: 'stop' }, 0)))).toHaveLength(1)
    expect(parser.bad).toBe(1)
  })

  test('a payload that is too long is refused before it is sent', () => {
    expect(() => encodeFrame({ id: 1, sequence: 1, payload: new Uint8Array(maxPayload + 1) })).toThrow(/at most 160/)
  })

  test('unknown ids, short payloads and values out of range are told apart', () => {
    const frame = (id: number, ...payload: number[]) => ({ id, sequence: 1, payload: Uint8Array.from(payload) })
    expect(decodeHost(frame(0x7f))).toBe('unknown')
    expect(decodeHost(frame(0x10, 1))).toBe('payload')
    expect(decodeHost(frame(0x10, 0xd1, 0x07, 0, 0))).toBe('range')
    expect(decodeHost(frame(0x13, 99))).toBe('range')
    expect(decodeHost(frame(0x19, 0xff, 0xfe))).toBe('range')
    expect(decodeHost(frame(0x04, 1, 2, 3))).toEqual({ type: 'stop' })
    expect(decodeBoard(frame(0x86, 200))).toBeUndefined()
  })
})
