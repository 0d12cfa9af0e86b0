/** What no simulated board would notice in time, because its own timeout or the next word mends it: the words themselves. */
import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Driver, DriverFactory } from '../../../../sdk/robot/driver.js'
import { Exchange } from '../../../../sdk/robot/drivers/exchange.js'
import { roboclaw } from '../../../../sdk/robot/drivers/roboclaw/roboclaw.js'
import { sabertooth } from '../../../../sdk/robot/drivers/sabertooth/sabertooth.js'
import type { Transport } from '../../../../sdk/robot/transport.js'
import { sleep } from '../rig.js'
import { SimulatedRoboclaw } from './boards/roboclaw.js'
import { call, open } from './conformance.js'

const limits = { wheelBase: 0.2, topSpeed: 1, speed: 0.5, acceleration: 5 }
const long = { skill: 'drive', metres: 5 }

/** A line on which each write takes its time, and what was written in its order. */
function slowly(factory: DriverFactory, ms: number) {
  const words: number[][] = []
  let turn = Promise.resolve()
  const transport: Transport = {
    name: 'simulated',
    simulated: true,
    bytes: new Subject(),
    closed: new Promise(() => {}),
    write(bytes, { urgent = false } = {}) {
      if (urgent) words.push([...bytes])
      turn = turn.then(() => sleep(ms)).then(() => void (urgent || words.push([...bytes])))
      return turn
    },
    writeNow: () => true,
    close: async () => {},
  }
  return { driver: factory(transport) as Driver, words }
}

/** Four bytes a packet: one of them above zero moves a motor. */
const moves = (word: number[]) => word.some((byte, i) => i % 4 === 2 && [0, 1, 4, 5].includes(word[i - 1]) && byte > 0)

describe.concurrent('the words of a driver', () => {
  it('never move behind a stop, however slow the line is', async () => {
    for (const after of [0, 3, 20, 45, 77, 100]) {
      const { driver, words } = slowly(sabertooth(limits), 12)
      await driver.greet({ stopAfter: 500, patience: 100 })
      const end = driver.perform(long, call()).catch(() => {})
      await sleep(after)
      const before = words.length
      driver.sendStop()
      await end
      await sleep(60)
      // What was on its way when the stop came is followed by another stop.
      const last = words.findLastIndex(moves)
      expect(last).toBeLessThanOrEqual(before + 1)
      expect(words.slice(last + 1).length).toBeGreaterThan(0)
      await driver.close()
    }
  })

  it('end with zero when nobody vouches any more', async () => {
    const { driver, words } = slowly(sabertooth(limits), 1)
    await driver.greet({ stopAfter: 500, patience: 100 })
    let alive = true
    const end = driver.perform(long, call({ alive: () => alive })).catch((error) => error)
    await sleep(300)
    expect(words.some(moves)).toBe(true)
    alive = false
    await end
    expect(moves(words.at(-1)!)).toBe(false)
    const told = words.length
    await sleep(100)
    expect(words.length).toBe(told)
  })

  it('are not asked again when nobody vouches any more', async () => {
    const rig = open({
      name: 'roboclaw',
      factory: roboclaw(limits),
      board: (line) => new SimulatedRoboclaw(line),
      actions: [],
      long,
    })
    const board = rig.board as SimulatedRoboclaw
    await rig.driver.greet({ stopAfter: 5000, patience: 1000 })
    let alive = true
    const end = rig.driver.perform(long, call({ alive: () => alive })).catch((error) => error)
    while (!board.moving) await sleep(5)
    board.mute = true
    await sleep(50)
    alive = false
    const told = board.aims.length
    expect((await end).kind).toBe('io')
    // The zeros that end it, and no set-point again.
    expect(board.aims.slice(told).filter((aim) => aim !== 0)).toEqual([])
    expect(board.m1.target).toBe(0)
    rig.board.off()
    await rig.driver.close()
  })
})

describe('an exchange', () => {
  const ask = (exchange: Exchange<string>, what: string, tries: number, patience: number) =>
    exchange.ask({
      what,
      bytes: new Uint8Array(),
      accept: (heard) => (heard === what ? heard : undefined),
      tries,
      patience,
    })

  it('asks one thing at a time, again where there is no answer, and says so', async () => {
    let sends = 0
    let retries = 0
    const exchange = new Exchange<string>({ name: 'board', send: async () => void sends++, retried: () => retries++ })
    const first = ask(exchange, 'a', 2, 20)
    const second = ask(exchange, 'b', 1, 5000)
    exchange.hear('b')
    await expect(first).rejects.toMatchObject({ kind: 'io', message: /"a"/ })
    expect([sends, retries]).toEqual([3, 1])
    exchange.hear('b')
    await expect(second).resolves.toBe('b')
  })

  it('passes on what the line or the board refuses', async () => {
    const broken = new Exchange<string>({
      name: 'board',
      send: () => Promise.reject(new Error('cut')),
      retried: () => {},
    })
    await expect(ask(broken, 'a', 2, 20)).rejects.toThrow('cut')
    const exchange = new Exchange<string>({ name: 'board', send: async () => {}, retried: () => {} })
    const refused = exchange.ask({
      what: 'a',
      bytes: new Uint8Array(),
      accept: () => {
        throw new Error('no')
      },
    })
    await sleep(5)
    exchange.hear('?')
    await expect(refused).rejects.toThrow('no')
  })
})
