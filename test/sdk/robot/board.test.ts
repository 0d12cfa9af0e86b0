/** The rules of docs/rover-protocol.md, asked of the simulated board frame by frame, as a careless host would. */
import { expect, test } from 'vitest'
import { memoryPair } from '../../../sdk/robot/memory.js'
import {
  type BoardMessage,
  decodeBoard,
  encodeFrame,
  encodeHost,
  FrameParser,
  type HostMessage,
  type WireCommand,
} from '../../../sdk/robot/protocol/index.js'
import { Firmware } from '../../../sdk/robot/simulated-rover/firmware.js'
import { sleep } from './rig.js'

const short: WireCommand = { skill: 'wait', seconds: 0 }
const long: WireCommand = { skill: 'drive', metres: 3 }
const command = (wish: WireCommand): HostMessage => ({ type: 'command', command: wish })

function board() {
  const { host, board } = memoryPair()
  const firmware = new Firmware(board)
  const parser = new FrameParser()
  let heard: BoardMessage[] = []
  host.bytes.subscribe((bytes) => {
    for (const frame of parser.push(bytes)) heard.push(decodeBoard(frame)!)
  })
  const until = async (met: () => boolean) => {
    for (let i = 0; i < 200 && !met(); i++) await sleep(10)
  }
  /** Says something and gives the plain answers: ack, a reason for no, or done. */
  const ask = async (message: HostMessage, sequence: number) => {
    heard = []
    await host.write(encodeFrame(encodeHost(message, sequence)))
    await until(() => heard.length > 0)
    await sleep(40)
    return heard.flatMap((m) =>
      m.type === 'nack' ? [m.reason] : m.type === 'ack' || m.type === 'done' ? [m.type] : [],
    )
  }
  /** A short command, to its end. */
  const finish = async (sequence: number) => {
    const answers = await ask(command(short), sequence)
    await until(() => heard.some((m) => m.type === 'done'))
    return answers
  }
  const hello = () => ask({ type: 'hello', version: 1, session: 5 }, 1)
  const latch = () => heard.findLast((m) => m.type === 'ack')!.latch
  return { firmware, ask, finish, hello, latch, [Symbol.dispose]: () => firmware.off() }
}

test('commands of a stranger are refused, a stop of a stranger is not', async () => {
  using it = board()
  expect(await it.ask(command(long), 2)).toEqual(['greet-first'])
  expect(await it.ask({ type: 'stop' }, 0)).toEqual(['ack'])
  expect(it.firmware.latched).toBe(true)
})

test('a command is begun once, however often it is heard', async () => {
  using it = board()
  await it.hello()
  await it.finish(2)
  expect(await it.ask(command(short), 2)).toEqual(['done', 'ack'])
  expect(await it.ask(command(long), 2)).toEqual(['done', 'ack'])
  expect(await it.ask(command(long), 1)).toEqual(['stale'])
  expect(it.firmware.begun).toEqual([2])
})

test('the same hello again forgets nothing; a new session starts anew', async () => {
  using it = board()
  await it.hello()
  await it.finish(2)
  await it.hello()
  expect(await it.ask(command(short), 2)).toEqual(['done', 'ack'])
  await it.ask({ type: 'hello', version: 1, session: 6 }, 1)
  await it.finish(2)
  expect(it.firmware.begun).toEqual([2, 2])
})

test('sequence numbers go round', async () => {
  using it = board()
  await it.hello()
  for (const sequence of [0x7000, 0xe000, 0xffff, 1]) expect(await it.finish(sequence)).toContain('ack')
  expect(it.firmware.begun).toEqual([0x7000, 0xe000, 0xffff, 1])
})

test('a second command while one runs is busy, and stays refused', async () => {
  using it = board()
  await it.hello()
  await it.ask(command(long), 2)
  expect(await it.ask(command(short), 3)).toEqual(['busy'])
  expect(await it.ask({ type: 'cancel' }, 2)).toEqual(['done', 'ack'])
  expect(await it.ask(command(short), 3)).toEqual(['stale'])
})

test('a command that was refused while latched does not begin after the reset', async () => {
  using it = board()
  await it.hello()
  await it.ask({ type: 'stop' }, 0)
  const latch = it.latch()
  expect(await it.ask(command(long), 2)).toEqual(['latched'])
  expect(await it.ask({ type: 'reset', latch }, 3)).toEqual(['ack'])
  expect(await it.ask(command(long), 2)).toEqual(['latched'])
  expect(it.firmware.begun).toEqual([])
})

test('a late reset cannot clear a later stop', async () => {
  using it = board()
  await it.hello()
  await it.ask({ type: 'stop' }, 0)
  const latch = it.latch()
  await it.ask({ type: 'reset', latch }, 2)
  await it.ask({ type: 'stop' }, 0)
  expect(await it.ask({ type: 'reset', latch }, 2)).toEqual(['stale'])
  expect(it.firmware.latched).toBe(true)
})

test('a command that comes after its cancel does not begin', async () => {
  using it = board()
  await it.hello()
  expect(await it.ask({ type: 'cancel' }, 2)).toEqual(['ack'])
  await it.ask(command(long), 2)
  expect(it.firmware.begun).toEqual([])
})

test('heartbeats of another command do not keep this one alive, and late ones do not revive it', async () => {
  using it = board()
  await it.hello()
  await it.ask({ type: 'timeout', ms: 200 }, 2)
  await it.ask(command(long), 3)
  for (let i = 0; i < 6; i++) await it.ask({ type: 'heartbeat' }, 2)
  for (let i = 0; i < 6; i++) await it.ask({ type: 'heartbeat' }, 3)
  expect(it.firmware.body.resting).toBe(true)
  expect(await it.ask(command(long), 3)).toEqual(['done', 'ack'])
})
