/**
 * The choices of one execution, recorded as they are drawn: a target draws numbers, so whatever it builds from them is
 * an input, and changing the tape changes the input. Kept in shared memory, so that a watchdog can tell which it was.
 * takes  a seed's random numbers, or an older tape to follow · gives  random() for a target
 */
import { createRandom } from '../../sdk/sampler/random.js'

export type Choices = Float64Array

/** More than any target draws; what comes after is zero. */
const most = 1 << 16

export class Tape {
  readonly shared = new SharedArrayBuffer(8 * (most + 1))
  readonly #choices = new Float64Array(this.shared, 8)
  readonly #count = new Int32Array(this.shared, 0, 1)
  #random = createRandom(0)
  #known = 0

  /** The next execution follows `parent`, and draws by `seed` where that ends. */
  begin(seed: number, parent?: Choices): void {
    this.#random = createRandom(seed)
    this.#known = parent?.length ?? 0
    if (parent) this.#choices.set(parent)
    this.#count[0] = 0
  }

  readonly random = (): number => {
    const at = this.#count[0]
    if (at >= most) return 0
    if (at >= this.#known) this.#choices[at] = this.#random()
    this.#count[0] = at + 1
    return this.#choices[at]
  }

  get drawn(): Choices {
    return this.#choices.slice(0, this.#count[0])
  }
}

/** One to four changes: a choice drawn anew, nudged, left out, doubled, or an end of another tape. */
export function mutate(tape: Choices, other: Choices, random: () => number): Choices {
  const below = (n: number) => Math.floor(random() * n)
  let choices = Array.from(tape)
  for (let changes = 1 + below(4); changes > 0 && choices.length > 0; changes--) {
    const at = below(choices.length)
    switch (below(5)) {
      case 0:
        choices[at] = random()
        break
      case 1:
        choices[at] = Math.min(Math.max(choices[at] + (random() - 0.5) / 16, 0), 1 - 2 ** -32)
        break
      case 2:
        choices.splice(at, 1 + below(4))
        break
      case 3:
        choices.splice(at, 0, ...choices.slice(at, at + 1 + below(8)))
        break
      default:
        choices = [...choices.slice(0, at), ...other.slice(below(other.length))]
    }
  }
  return Float64Array.from(choices.slice(0, most))
}
