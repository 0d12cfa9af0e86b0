/** The parsers of the drivers under bytes of any quality: nothing thrown, nothing lost by cuts, the next good frame found. */
import assert from 'node:assert'
import * as dynamixel from '../../../../sdk/robot/drivers/dynamixel/codec.js'
import * as feetech from '../../../../sdk/robot/drivers/feetech/codec.js'
import { Echo } from '../../../../sdk/robot/drivers/feetech/echo.js'
import * as grbl from '../../../../sdk/robot/drivers/grbl/codec.js'
import { LineParser } from '../../../../sdk/robot/drivers/lines.js'
import { findAnswer, findVersion } from '../../../../sdk/robot/drivers/roboclaw/codec.js'
import { FrameScanner, type Look } from '../../../../sdk/robot/drivers/scanner.js'
import * as waveshare from '../../../../sdk/robot/drivers/waveshare/codec.js'
import type { Target } from '../../../fuzz/fuzz.js'

type Random = () => number

const below = (random: Random, n: number) => Math.floor(random() * n)
const noise = (random: Random, most: number) => Array.from({ length: below(random, most) }, () => below(random, 256))
const latin1 = (text: string) => Uint8Array.from(text, (char) => char.charCodeAt(0))

/** Good pieces, some of them damaged or doubled, with noise between. */
function stream(random: Random, piece: () => Iterable<number>): Uint8Array {
  const out: number[] = []
  for (let pieces = 1 + below(random, 6); pieces > 0; pieces--) {
    const good = [...piece()]
    if (random() < 0.3) good[below(random, good.length)] = below(random, 256)
    if (random() < 0.2) good.splice(below(random, good.length), 1 + below(random, 4))
    out.push(...(random() < 0.3 ? noise(random, 40) : []), ...good, ...(random() < 0.1 ? good : []))
  }
  return Uint8Array.from(out)
}

function cut(random: Random, bytes: Uint8Array): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (let at = 0; at < bytes.length; ) {
    const next = at + 1 + below(random, 20)
    parts.push(bytes.subarray(at, next))
    at = next
  }
  return parts
}

function scanned<F>(
  name: string,
  longest: number,
  look: (bytes: Uint8Array) => Look<F>,
  packet: (random: Random) => Uint8Array,
): Target {
  return {
    name,
    run(random) {
      const bytes = stream(random, () => packet(random))
      const whole = new FrameScanner(longest, look)
      const pieces = new FrameScanner(longest, look)
      const frames = whole.push(bytes)
      assert.deepStrictEqual(
        cut(random, bytes).flatMap((part) => pieces.push(part)),
        frames,
      )
      whole.fresh()
      const good = packet(random)
      assert.strictEqual(whole.push(good).length, 1)
      assert.ok(whole.bad <= bytes.length)
    },
  }
}

function lined(
  name: string,
  longest: number,
  read: (line: string) => unknown,
  piece: (random: Random) => string,
): Target {
  return {
    name,
    run(random) {
      const bytes = stream(random, () => latin1(`${piece(random)}\r\n`))
      const whole = new LineParser(longest)
      const pieces = new LineParser(longest)
      const lines = whole.push(bytes)
      assert.deepStrictEqual(
        cut(random, bytes).flatMap((part) => pieces.push(part)),
        lines,
      )
      for (const line of lines) {
        assert.ok(line.length <= longest)
        read(line)
      }
      assert.deepStrictEqual(whole.push(latin1('\nlast\n')).at(-1), 'last')
    },
  }
}

const number = (random: Random) =>
  random() < 0.1 ? '1e999' : `${random() < 0.5 ? '-' : ''}${(random() * 300).toFixed(below(random, 5))}`
const places = (random: Random) => Array.from({ length: 2 + below(random, 3) }, () => number(random)).join(',')

export const robotTargets: readonly Target[] = [
  scanned('feetech packets', feetech.longest, feetech.look, (random) =>
    feetech.packet(below(random, 254), 0, noise(random, 12)),
  ),
  scanned('dynamixel packets', dynamixel.longest, dynamixel.look, (random) =>
    dynamixel.packet(below(random, 253), 0x55, [
      below(random, 256),
      ...noise(random, 12),
      ...(random() < 0.3 ? [0xff, 0xff, 0xfd] : []),
    ]),
  ),
  lined('waveshare lines', 200, waveshare.readLine, (random) => {
    const keys = ['L', 'R', 'v', 'odl', 'odr', 'r', 'p', '__proto__', 'ax']
    const pairs = keys.filter(() => random() < 0.6).map((key) => `"${key}":${random() < 0.1 ? 'null' : number(random)}`)
    return `{${[`"T":${random() < 0.8 ? 1001 : 1002}`, ...pairs].join(',')}}`
  }),
  lined('grbl lines', 120, grbl.readLine, (random) => {
    const fields = ['MPos', 'WPos', 'WCO', 'FS'].filter(() => random() < 0.6).map((name) => `${name}:${places(random)}`)
    const status = `<${['Idle', 'Jog', 'Hold:1', 'Alarm'][below(random, 4)]}|${fields.join('|')}>`
    return [status, 'ok', 'error:9', 'ALARM:1', "Grbl 1.1h ['$' for help]", '$13=0', '[MSG:x]'][below(random, 7)]
  }),
  {
    name: 'roboclaw answers',
    run(random) {
      const bytes = Uint8Array.from(noise(random, 64))
      const length = 1 + below(random, 8)
      const found = findAnswer(bytes, 0x80, 24, length)
      if (found) assert.strictEqual(found.byteLength, length)
      findVersion(bytes, 0x80)
    },
  },
  {
    name: 'the echo of a half-duplex bus',
    run(random) {
      const echo = new Echo()
      for (let i = below(random, 8); i > 0; i--) {
        const sent = Uint8Array.from(noise(random, 200))
        echo.sent(sent)
        const heard = random() < 0.7 ? sent : Uint8Array.from(noise(random, 20))
        for (const part of cut(random, heard)) assert.ok(echo.heard(part).length <= part.length)
      }
    },
  },
]
