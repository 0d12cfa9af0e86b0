/** A fleet of three processes on real brokers: killed, slowed down, overheated, and the broker restarted under them. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { afterEach, expect, it } from 'vitest'
import { type BrokerOptions, type Connection, connect, type FleetNews, fleetClient } from '../../../sdk/iot/index.js'
import { ejabberd, noEjabberd } from './ejabberd.js'
import { Listener } from './listener.js'
import { mosquitto, noMosquitto } from './mosquitto.js'

const script = fileURLToPath(new URL('fleet-child.mjs', import.meta.url))
const built = existsSync(new URL('../../../dist/sdk/iot/index.js', import.meta.url))
const noDist = built ? undefined : 'dist/ is not built (npm run build:ts)'

const ends: (() => Promise<unknown> | unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

async function children(
  url: string,
  paces: Record<string, number>,
  more: object = {},
): Promise<Map<string, ChildProcess>> {
  const all = Object.entries(paces).map(([name, pace]) => {
    const child = fork(script, [url, name, String(pace), JSON.stringify(more)])
    ends.push(() => child.kill('SIGKILL'))
    return [name, child] as const
  })
  await Promise.all(all.map(([, child]) => once(child, 'message')))
  return new Map(all)
}

async function client(options: BrokerOptions): Promise<Connection> {
  const line = await connect({ reconnect: 100, ...options })
  ends.push(() => line.close())
  return line
}

/** Everything about one request, to its end. */
function ask(line: Connection, text: string, hear: (news: FleetNews) => void = () => {}): Promise<FleetNews[]> {
  const seen: FleetNews[] = []
  return new Promise((resolve, reject) => {
    const next = (news: FleetNews) => {
      seen.push(news)
      hear(news)
    }
    fleetClient(line)
      .ask(text)
      .subscribe({ next, error: reject, complete: () => resolve(seen) })
  })
}

function check(seen: FleetNews[], text: string): void {
  expect(seen.filter(({ type }) => type === 'answer')).toEqual([seen.at(-1)])
  expect(seen.at(-1)).toMatchObject({ state: 'done', text })
}

const words = (n: number) => 'w '.repeat(n)

it.skipIf(noMosquitto ?? noDist)('takes over when a process is killed in the middle of an answer', async () => {
  const broker = await mosquitto()
  ends.push(() => broker.stop())
  const boards = await children(broker.url, { a: 30, b: 30, c: 30 })
  const line = await client({ url: broker.url })
  let killed = false
  const seen = await ask(line, words(60), (news) => {
    if (news.type !== 'tokens' || news.n < 3 || killed) return
    killed = boards.get(news.board)?.kill('SIGKILL') ?? false
  })
  expect(seen.filter(({ type }) => type === 'restart')).toHaveLength(1)
  check(seen, words(60))
})

it.skipIf(noMosquitto ?? noDist)('loses nothing when the broker is restarted, gently or not', async () => {
  const broker = await mosquitto({ persistence: true })
  ends.push(() => broker.stop())
  await children(broker.url, { a: 20, b: 20, c: 20 }, { slots: 2 })
  const line = await client({ url: broker.url })
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const asking = Promise.all(Array.from({ length: 8 }, () => ask(line, words(100))))
    await sleep(700)
    await broker.restart(signal, 500)
    for (const seen of await asking) check(seen, words(100))
  }
})

it.skipIf(noMosquitto ?? noDist)('gives less to a slow board and nothing to a hot one', async () => {
  const broker = await mosquitto()
  ends.push(() => broker.stop())
  const boards = await children(broker.url, { a: 5, b: 5, slow: 150 }, { maxTemperature: 70 })
  const line = await client({ url: broker.url })
  const heard = new Listener(line)
  await line.subscribe('lutra/fleet/boards/+')
  const whose = async (n: number) => {
    const all: Record<string, number> = { a: 0, b: 0, slow: 0 }
    const one = async () => {
      const seen = await ask(line, words(20))
      check(seen, words(20))
      all[(seen.at(-1) as { board: string }).board]++
    }
    // Three at a time, as many as there are slots.
    for (let i = 0; i < n; i += 3) await Promise.all([one(), one(), one()])
    return all
  }
  const mixed = await whose(12)
  expect(mixed.a + mixed.b + mixed.slow).toBe(12)
  boards.get('a')?.send({ temperature: 90 })
  await heard.wait(({ topic, json }) => topic.endsWith('/a') && json.hot === true)
  const hot = await whose(6)
  expect(hot.a).toBe(0)
  boards.get('a')?.send({ temperature: 40 })
  await heard.wait(() => heard.on('lutra/fleet/boards/a').at(-1)?.json.hot === false)
  expect((await whose(6)).a).toBeGreaterThan(0)
  // One after the other: the slow board is as free as the others, but it is known to be slow.
  const alone = await ask(line, words(20))
  expect((alone.at(-1) as { board: string }).board).not.toBe('slow')
})

it.skipIf(noEjabberd ?? noDist)('works on a broker without shared subscriptions (ejabberd)', async () => {
  const broker = await ejabberd()
  ends.push(() => broker.stop())
  const { url, username, password } = broker
  const boards = await children(url, { a: 30, b: 30 }, { username, password })
  const line = await client({ url, username, password })
  expect(line.shared).toBe(false)
  let killed = false
  const seen = await ask(line, words(40), (news) => {
    if (news.type !== 'tokens' || news.n < 3 || killed) return
    killed = boards.get(news.board)?.kill('SIGKILL') ?? false
  })
  expect(seen.filter(({ type }) => type === 'restart')).toHaveLength(1)
  check(seen, words(40))
})
