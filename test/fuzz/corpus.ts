/**
 * The choices worth changing: each of them was the first to reach some of our code.
 * takes  what a batch of executions drew · gives  choices to follow
 */
import { type Coverage, count, join, meet, type Ran, without } from './coverage.js'
import { type Choices, mutate } from './tape.js'

/** Of one batch at most so many are looked for; what the others reached is known from then on. */
const mostOfBatch = 4

export class Corpus {
  readonly #kept: Choices[] = []
  readonly #seen: Ran = new Map()

  constructor(private readonly coverage: Coverage) {}

  get size(): number {
    return this.#kept.length
  }

  /** Characters of our code that ran at least once. */
  get characters(): number {
    return count(this.#seen)
  }

  /** Kept choices, changed; none in one of five cases, so that new ones keep coming. */
  follow(random: () => number): Choices | undefined {
    if (this.#kept.length === 0 || random() < 0.2) return undefined
    const pick = () => this.#kept[Math.floor(random() * this.#kept.length)]
    return mutate(pick(), pick(), random)
  }

  /** Takes the coverage of a batch; where it is new, finds the executions that brought it by running halves again. */
  async learn(batch: readonly Choices[], again: (choices: Choices) => Promise<void>): Promise<void> {
    let fresh = without(await this.coverage.take(), this.#seen)
    join(this.#seen, fresh)
    for (let found = 0; found < mostOfBatch && fresh.size > 0; found++) {
      let among = batch
      while (among.length > 1) {
        const half = among.slice(0, among.length >> 1)
        among = meet(await this.#run(half, again), fresh) ? half : among.slice(half.length)
      }
      const reached = await this.#run(among, again)
      // What runs a first time only (a table made once) does not come again.
      if (!meet(reached, fresh)) break
      this.#kept.push(among[0])
      fresh = without(fresh, reached)
    }
  }

  async #run(batch: readonly Choices[], again: (choices: Choices) => Promise<void>): Promise<Ran> {
    for (const choices of batch) await again(choices)
    return this.coverage.take()
  }
}
