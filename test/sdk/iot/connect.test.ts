/** Lines to real brokers: with a password, over TLS, refused, and to one that has no MQTT 5. */
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Aedes } from 'aedes'
import { afterEach, expect, it } from 'vitest'
import { connect } from '../../../sdk/iot/index.js'
import { Listener } from './listener.js'
import { freePort, type Mosquitto, type MosquittoOptions, mosquitto, noMosquitto, noOpenssl } from './mosquitto.js'

const brokers: Mosquitto[] = []
afterEach(async () => {
  for (const one of brokers.splice(0)) await one.stop()
})
const broker = async (options: MosquittoOptions) => {
  const one = await mosquitto(options)
  brokers.push(one)
  return one
}
const error = (options: Parameters<typeof connect>[0]) =>
  connect({ patience: 3000, ...options }).then(
    (line) => line.close().then(() => undefined),
    (found) => found,
  )

it.skipIf(noMosquitto)('says who may come in, and never a password', async () => {
  const { url, port } = await broker({ password: ['anna', 's3cret'] })
  const line = await connect({ url: `mqtt://anna:s3cret@127.0.0.1:${port}` })
  expect(line.name).toBe(url)
  await line.close()
  expect(await error({ url, username: 'anna', token: 's3cret' })).toBeUndefined()
  expect(await error({ url, username: 'anna', password: 'wrong' })).toMatchObject({ kind: 'unsafe' })
  expect(await error({ url })).toMatchObject({ kind: 'unsafe', message: expect.stringContaining('did not authorize') })
  const both = await error({ url: `mqtt://anna:s3cret@127.0.0.1:${port}`, password: 'a', token: 'b' })
  expect(both).toMatchObject({ kind: 'mismatch' })
  expect((await error({ url: 'http://anna:s3cret@127.0.0.1' })).message).not.toContain('s3cret')
})

it.skipIf(noMosquitto ?? noOpenssl)('trusts only the authority it was given', async () => {
  const { url, folder, port } = await broker({ tls: true })
  const ca = join(folder, 'ca.pem')
  expect(await error({ url, ca })).toBeUndefined()
  const line = await connect({ url, ca: readFileSync(ca, 'utf8') })
  const heard = new Listener(line)
  await line.subscribe('a/b')
  await line.publish('a/b', 'secret')
  expect((await heard.wait(() => true)).text).toBe('secret')
  await line.close()
  expect(await error({ url })).toMatchObject({ kind: 'unsafe', message: expect.stringContaining('"ca"') })
  // The certificate is for localhost.
  expect(await error({ url: `mqtts://127.0.0.1:${port}`, ca })).toMatchObject({ kind: 'unsafe' })
  expect(await error({ url, ca: join(folder, 'none.pem') })).toMatchObject({ kind: 'io' })
})

it('says what is missing where a broker has no MQTT 5', async () => {
  const aedes = await Aedes.createBroker()
  const server = createServer(aedes.handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  expect(await error({ url: `mqtt://127.0.0.1:${port}` })).toMatchObject({
    kind: 'unsupported',
    message: expect.stringContaining('no MQTT 5'),
  })
  await new Promise<void>((done) => aedes.close(() => server.close(() => done())))
})

it('says so where nobody answers', async () => {
  expect(await error({ url: `mqtt://127.0.0.1:${await freePort()}` })).toMatchObject({ kind: 'io' })
  const silent = createServer(() => {}).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as { port: number }
  expect(await error({ url: `mqtt://127.0.0.1:${port}`, patience: 200 })).toMatchObject({ kind: 'io' })
  silent.close()
})

it.skipIf(noMosquitto)('comes back by itself, with its subscriptions', async () => {
  const one = await broker({})
  const line = await connect({ url: one.url, reconnect: 50 })
  const heard = new Listener(line)
  const states: boolean[] = []
  line.online.subscribe((online) => states.push(online))
  await line.subscribe('back')
  await one.restart('SIGKILL')
  const sent = line.publish('other', 'while the line is down')
  for (let i = 0; i < 500 && states.length < 3; i++) await sleep(20)
  await sent
  await line.publish('back', 'again')
  await heard.wait(({ text }) => text === 'again')
  expect(states).toEqual([true, false, true])
  await line.close()
  await expect(line.publish('back', 'x')).rejects.toMatchObject({ kind: 'closed' })
})
