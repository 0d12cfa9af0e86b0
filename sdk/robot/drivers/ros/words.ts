/**
 * What passes between the ROS driver and a ROS graph, as lines of JSON: so that a graph is a line like any other.
 * gives  words out (advertise, publish, subscribe), news in (a topic's message), and their bytes
 * before ./ros · after ./graph
 */
import { LineParser } from '../lines.js'

export type RosWord =
  | { readonly op: 'advertise' | 'subscribe'; readonly topic: string; readonly type: string }
  | { readonly op: 'publish'; readonly topic: string; readonly message: object }

/** A message that came in on a topic; not trusted to be what its type says. */
export interface RosNews {
  readonly topic: string
  readonly message: unknown
}

/** Odometry with its covariances has about 3 kB as JSON. */
const longest = 32 << 10

export function encodeWords(words: readonly (RosWord | RosNews)[]): Uint8Array {
  return Buffer.from(words.map((word) => `${JSON.stringify(word)}\n`).join(''), 'latin1')
}

/** Lines back to words; what is no object counts as bad. */
export class WordParser<T extends RosWord | RosNews> {
  #bad = 0
  readonly #lines = new LineParser(longest)

  get bad(): number {
    return this.#bad + this.#lines.bad
  }

  push(bytes: Uint8Array): T[] {
    return this.#lines.push(bytes).flatMap((line) => {
      try {
        const word: unknown = JSON.parse(line)
        if (typeof word === 'object' && word !== null) return [word as T]
      } catch {}
      this.#bad++
      return []
    })
  }
}
