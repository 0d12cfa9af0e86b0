/**
 * A ROS graph as a Transport: words of the driver become topics of a node, and the other way round.
 * takes  a RosNode · gives  a Transport for robot(), with driver: ros()
 * before ./ros · after ./rosbridge, ./rclnode
 */
import { Subject } from 'rxjs'
import { LutraError } from '../../../../hal/error.js'
import type { Transport } from '../../transport.js'
import type { RosNode } from './node.js'
import { encodeWords, type RosNews, type RosWord, WordParser } from './words.js'

export function rosGraph(node: RosNode): Transport {
  return new Graph(node)
}

class Graph implements Transport {
  readonly simulated = false
  readonly bytes = new Subject<Uint8Array>()
  readonly closed: Promise<LutraError | undefined>
  readonly #parser = new WordParser<RosWord>()
  readonly #out = new Map<string, (message: object) => void>()
  #open = true

  constructor(readonly node: RosNode) {
    this.closed = node.closed.then((reason) => {
      this.#open = false
      this.bytes.complete()
      return reason
    })
  }

  get name(): string {
    return this.node.name
  }

  async write(bytes: Uint8Array): Promise<void> {
    if (!this.#open) throw new LutraError('closed', `Expected ${this.name} to be open but it was closed; open it anew`)
    try {
      for (const word of this.#parser.push(bytes)) this.#say(word)
    } catch (cause) {
      throw new LutraError('io', `Expected ${this.name} to take a message: ${String(cause)}`, { cause })
    }
  }

  /** A message that is published in a process's last breath is with the middleware, not yet on the wire. */
  writeNow(bytes: Uint8Array): boolean {
    try {
      for (const word of this.#parser.push(bytes)) this.#say(word)
      return this.#open
    } catch {
      return false
    }
  }

  async close(): Promise<void> {
    await this.node.close()
  }

  #say(word: RosWord): void {
    const { topic } = word
    if (word.op === 'advertise') this.#out.set(topic, this.node.publisher(topic, word.type))
    else if (word.op === 'publish') this.#out.get(topic)?.(word.message)
    else this.node.subscribe(topic, word.type, (message) => this.#hear({ topic, message }))
  }

  #hear(news: RosNews): void {
    if (this.#open) this.bytes.next(encodeWords([news]))
  }
}
