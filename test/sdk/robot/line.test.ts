/**
 * serialport on a pseudo-terminal, without a robot and without a clock: what an emulated machine must do too, where
 * everything is slow (test/emulated).
 */
import { describe, expect, test } from 'vitest'
import { serial } from '../../../sdk/robot/serial.js'
import type { Transport } from '../../../sdk/robot/transport.js'
import { cable, noSocat } from './socat.js'

if (noSocat) console.warn(`skipped: ${noSocat}`)

/** The first `count` bytes that arrive. */
const arriving = (line: Transport, count: number): Promise<number[]> =>
  new Promise((settle) => {
    const bytes: number[] = []
    line.bytes.subscribe((chunk) => {
      bytes.push(...chunk)
      if (bytes.length >= count) settle(bytes)
    })
  })

describe.skipIf(noSocat)('serialport over a pseudo-terminal', () => {
  test('every byte arrives, both ways, at any rate, and again after a close', async () => {
    const { host, board, unplug } = await cable()
    // Raw: no byte is a command to the line, nor is it echoed.
    const sent = Uint8Array.from({ length: 1024 }, (_, i) => (i * 167) & 255)
    for (const baudRate of [9600, 115200, 1_000_000]) {
      const [here, there] = [await serial(host, { baudRate }), await serial(board, { baudRate })]
      for (const [from, to] of [
        [here, there],
        [there, here],
      ]) {
        const arrived = arriving(to, sent.length)
        await from.write(sent)
        expect(await arrived).toEqual([...sent])
      }
      await here.close()
      await there.close()
      expect(await here.closed).toBeUndefined()
      await expect(here.write(sent)).rejects.toMatchObject({ kind: 'closed' })
    }
    unplug()
  })

  test('a port is one program’s; a line that breaks says so', async () => {
    const { host, unplug } = await cable()
    const line = await serial(host)
    await expect(serial(host)).rejects.toMatchObject({ kind: 'io', message: expect.stringMatching(/another program/) })
    unplug()
    expect(await line.closed).toMatchObject({ kind: 'closed' })
  })
})
