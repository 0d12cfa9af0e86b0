/**
 * A line to a broker that speaks MQTT 5, by mqtt.js (an optional peer, loaded here and nowhere else).
 * takes  BrokerOptions, a last will · gives  Promise<Connection>; reconnects by itself
 * before ./options, ./refusal · after ../service, ../fleet
 */
import type { IPublishPacket, MqttClient } from 'mqtt'
import { BehaviorSubject, Subject } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import type { Connection, Message, PublishOptions, QoS, Will } from './connection.js'
import { addressOf, type BrokerOptions, clientOptions } from './options.js'
import { explain } from './refusal.js'

/** Messages that may wait for a line that is down. */
const MAX_WAITING = 1000

/** LutraError unsupported (mqtt is not installed, or the broker has no MQTT 5), unsafe (it refuses us), io. */
export async function connect(options: BrokerOptions, will?: Will): Promise<Connection> {
  const address = addressOf(options.url)
  const settings = await clientOptions(address, options)
  const mqtt = await import('mqtt').catch((cause) => {
    throw new LutraError('unsupported', 'Expected the package "mqtt" but it is not installed; npm install mqtt', {
      cause,
    })
  })
  const { protocol, host, pathname } = address
  const name = `${protocol}//${host}${pathname === '/' ? '' : pathname}`
  const client = mqtt.connect(`${name}${address.search}`, {
    ...settings,
    ...(will && { will: { ...will, payload: Buffer.from(will.payload), qos: 1 as const, retain: true } }),
  })
  await first(client, name, options.patience ?? 5000)
  return new Line(client, name)
}

/** Waits for the first connection; where none comes, for the reason. */
function first(client: MqttClient, name: string, patience: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (cause: unknown) => {
      done()
      // What a dying client still says is nobody's.
      client.on('error', () => {})
      client.end(true)
      reject(explain(cause, name))
    }
    const timer = setTimeout(() => fail(undefined), patience)
    const done = () => {
      clearTimeout(timer)
      client.off('connect', welcome)
      client.off('error', fail)
    }
    const welcome = () => {
      done()
      resolve()
    }
    client.on('connect', welcome)
    client.on('error', fail)
  })
}

class Line implements Connection {
  readonly simulated = false
  readonly shared: boolean
  readonly online = new BehaviorSubject(true)
  readonly messages = new Subject<Message>()
  readonly #filters = new Map<string, { readonly qos: QoS; readonly old: boolean }>()
  #waiting = 0
  #closed = false

  constructor(
    readonly client: MqttClient,
    readonly name: string,
  ) {
    // The broker says so only where it does not serve them.
    this.shared = client.serverProperties?.sharedSubscriptionAvailable !== false
    client.on('error', () => {})
    client.on('message', (topic, payload, packet) => this.messages.next(messageOf(topic, payload, packet)))
    client.on('close', () => this.#tell(false))
    client.on('connect', () => {
      // A new session knows none of our filters; what comes before they are back could not have been ours.
      const all = [...this.#filters].map(([filter, settings]) => this.#ask(filter, settings))
      // Where one is refused we stay offline: it may be the stop topic that we would be deaf to.
      Promise.all(all).then(
        () => this.#tell(client.connected),
        () => {},
      )
    })
  }

  get isOnline(): boolean {
    return this.online.value
  }

  async publish(topic: string, payload: string | Uint8Array, options: PublishOptions = {}): Promise<void> {
    if (this.#closed) throw gone(this.name)
    const { qos = 1, retain = false, expirySeconds, responseTopic, correlationData } = options
    if (!this.client.connected && qos === 0) return
    if (this.#waiting >= MAX_WAITING)
      throw new LutraError('limit', `Expected at most ${MAX_WAITING} messages to wait for ${this.name}; slow down`)
    const properties = {
      ...(expirySeconds !== undefined && { messageExpiryInterval: Math.max(1, Math.ceil(expirySeconds)) }),
      ...(responseTopic !== undefined && { responseTopic }),
      ...(correlationData && { correlationData: Buffer.from(correlationData) }),
    }
    this.#waiting++
    try {
      const bytes = typeof payload === 'string' ? payload : Buffer.from(payload)
      await this.client.publishAsync(topic, bytes, { qos, retain, properties })
    } catch (cause) {
      throw explain(cause, this.name)
    } finally {
      this.#waiting--
    }
  }

  async subscribe(filter: string, { qos = 1, old = true }: { qos?: QoS; old?: boolean } = {}): Promise<void> {
    if (this.#closed) throw gone(this.name)
    const settings = { qos, old }
    this.#filters.set(filter, settings)
    // Where the line is down it is asked for on the next connection.
    if (!this.client.connected) return
    await this.#ask(filter, settings).catch((error) => {
      if (error.kind === 'unsafe') this.#filters.delete(filter)
      throw error
    })
  }

  async unsubscribe(filter: string): Promise<void> {
    if (this.#filters.delete(filter) && this.client.connected)
      await this.client.unsubscribeAsync(filter).catch(() => {})
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    const up = this.client.connected
    // Goodbye waits for what is on its way, but not for a line that will not come back.
    await (up ? Promise.race([this.client.endAsync(), late(2000)]) : undefined)
    await this.client.endAsync(true).catch(() => {})
    this.#tell(false)
    this.online.complete()
    this.messages.complete()
  }

  async #ask(filter: string, { qos, old }: { qos: QoS; old: boolean }): Promise<void> {
    // Shared subscriptions must not ask for retained messages in any other way than the default.
    const more = filter.startsWith('$share/') ? {} : { rap: true, rh: old ? 0 : 2 }
    let granted: { qos: number }[]
    try {
      granted = await this.client.subscribeAsync(filter, { qos, ...more })
    } catch (cause) {
      throw explain(cause, this.name)
    }
    if (granted.some((grant) => grant.qos >= 128))
      throw new LutraError(
        'unsafe',
        `Expected ${this.name} to let us subscribe to ${filter} but it refused; check its rules`,
      )
  }

  #tell(online: boolean): void {
    if (this.online.value !== online) this.online.next(online)
  }
}

function messageOf(topic: string, payload: Uint8Array, packet: IPublishPacket): Message {
  const { responseTopic, correlationData, messageExpiryInterval } = packet.properties ?? {}
  return {
    topic,
    payload,
    retain: packet.retain,
    dup: packet.dup,
    responseTopic,
    correlationData,
    expirySeconds: messageExpiryInterval,
  }
}

function gone(name: string): LutraError {
  return new LutraError('closed', `Expected an open line to ${name} but it was closed; connect again`)
}

function late(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms).unref())
}
