/**
 * What a service sends, and where: its own topics, or the response topic that a stranger named, if that is harmless.
 * before ../broker · after ./shop
 */
import type { Connection, Message, QoS } from '../broker/connection.js'
import { isPublishable } from '../broker/topic.js'
import { type Answer, faultOf, type News } from '../request/answer.js'
import type { ServiceOptions } from './options.js'
import type { ShopSettings } from './shop.js'
import { offline, type Status } from './status.js'

interface To {
  readonly id: string
  readonly message: Pick<Message, 'responseTopic' | 'correlationData'>
}

export class Post {
  readonly #discovery: string | undefined

  constructor(
    readonly line: Connection,
    readonly settings: ShopSettings,
    readonly options: ServiceOptions,
  ) {
    const { homeAssistant } = options
    this.#discovery = homeAssistant
      ? ((homeAssistant === true ? undefined : homeAssistant.discoveryPrefix) ?? 'homeassistant')
      : undefined
  }

  /** Whether answers may go where the message asks: we must not publish for others what they may not publish. */
  mayReply({ responseTopic }: Pick<Message, 'responseTopic'>): boolean {
    if (responseTopic === undefined) return true
    const inside = (prefix: string) => responseTopic === prefix || responseTopic.startsWith(`${prefix}/`)
    if (!isPublishable(responseTopic) || inside(this.settings.prefix)) return false
    if (inside(this.#discovery ?? 'homeassistant')) return false
    return this.options.responseTopics?.(responseTopic) ?? true
  }

  news(to: To, { type, ...news }: News): void {
    const kind = type === 'tokens' ? 'tokens' : 'actions'
    this.#send(to, kind, { id: to.id, type, ...news })
  }

  answer(to: To, answer: Answer): void {
    const words = { id: to.id, type: 'answer', ...answer }
    this.#send(to, 'answer', words)
    // A state of Home Assistant is one topic, not one a request.
    if (this.#discovery)
      this.line.publish(`${this.settings.prefix}/last`, JSON.stringify(words), { qos: 0 }).catch(drop)
  }

  /** For what has no answer topic. */
  complain(about: string, error: unknown): void {
    this.#to(
      `${this.settings.prefix}/answer/${about}`,
      { id: about, type: 'answer', state: 'refused', error: faultOf(error) },
      0,
    )
  }

  async status(status: Status): Promise<void> {
    const { prefix, qos } = this.settings
    await this.line.publish(`${prefix}/status`, JSON.stringify(status), { qos: qos.status, retain: true })
  }

  async offline(): Promise<void> {
    if (this.line.isOnline) await this.status(offline).catch(drop)
  }

  #send({ id, message }: To, kind: 'tokens' | 'actions' | 'answer', words: object): void {
    const { prefix, qos } = this.settings
    const { responseTopic, correlationData } = message
    this.#to(responseTopic ?? `${prefix}/${kind}/${id}`, words, qos[kind], correlationData)
  }

  #to(topic: string, words: object, qos: QoS, correlationData?: Uint8Array): void {
    this.line.publish(topic, JSON.stringify(words), { qos, correlationData }).catch(drop)
  }
}

/** A message that cannot be sent has nobody to be told. */
function drop(): void {}
