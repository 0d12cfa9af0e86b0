/** A client that hears everything on a broker and can wait for what it wants to hear. */
import type { Connection, Message } from '../../../sdk/iot/broker/connection.js'

export interface Heard {
  readonly topic: string
  readonly message: Message
  readonly text: string
  /** The payload as JSON; undefined where it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: a test looks into it as it likes
  readonly json: any
}

export class Listener {
  readonly heard: Heard[] = []
  readonly #wishes = new Set<() => void>()

  constructor(readonly line: Connection) {
    line.messages.subscribe((message) => {
      const text = Buffer.from(message.payload).toString()
      this.heard.push({ topic: message.topic, message, text, json: jsonOf(text) })
      for (const look of [...this.#wishes]) look()
    })
  }

  on(topic: string): Heard[] {
    return this.heard.filter((heard) => heard.topic === topic)
  }

  /** The first that fits, now or later. */
  async wait(fits: (heard: Heard) => boolean, what = 'a message', ms = 10_000): Promise<Heard> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.heard.find(fits)
        if (!found) return
        stop()
        resolve(found)
      }
      const stop = () => {
        clearTimeout(timer)
        this.#wishes.delete(look)
      }
      const timer = setTimeout(() => {
        stop()
        reject(
          new Error(
            `no ${what} in ${ms} ms; heard ${this.heard.map((h) => `${h.topic} ${h.text.slice(0, 120)}`).join('\n')}`,
          ),
        )
      }, ms)
      this.#wishes.add(look)
      look()
    })
  }

  answer(id: string): Promise<Heard> {
    return this.wait(
      ({ topic, json }) => topic.endsWith(`/answer/${id}`) || (json?.type === 'answer' && json.id === id),
      `answer ${id}`,
    )
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
