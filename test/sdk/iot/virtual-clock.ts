/** Time that a test makes pass: thousands of seconds in a moment, the same every time. */
import type { Clock } from '../../../sdk/iot/clock.js'

interface Call {
  readonly at: number
  readonly n: number
  readonly act: () => void
}

export class VirtualClock implements Clock {
  #now = 0
  #n = 0
  /** A binary heap by time, then by order of asking. */
  readonly #calls: Call[] = []

  now(): number {
    return this.#now
  }

  after(ms: number, act: () => void): () => void {
    let off = false
    this.#push({ at: this.#now + Math.max(0, ms), n: this.#n++, act: () => off || act() })
    return () => {
      off = true
    }
  }

  /** Until `over` is true or the time has come. What a call sets in motion by promises is done before the next. */
  async run(until: number, over: () => boolean = () => false): Promise<void> {
    while (this.#calls.length > 0 && this.#calls[0].at <= until && !over()) {
      const call = this.#pop()
      this.#now = Math.max(this.#now, call.at)
      call.act()
      await new Promise((done) => setImmediate(done))
    }
    if (!over()) this.#now = Math.max(this.#now, until)
  }

  #push(call: Call): void {
    const heap = this.#calls
    let i = heap.push(call) - 1
    while (i > 0 && before(call, heap[(i - 1) >> 1])) {
      heap[i] = heap[(i - 1) >> 1]
      i = (i - 1) >> 1
    }
    heap[i] = call
  }

  #pop(): Call {
    const heap = this.#calls
    const first = heap[0]
    const last = heap.pop() as Call
    if (heap.length === 0) return first
    let i = 0
    for (;;) {
      let child = 2 * i + 1
      if (child >= heap.length) break
      if (child + 1 < heap.length && before(heap[child + 1], heap[child])) child++
      if (!before(heap[child], last)) break
      heap[i] = heap[child]
      i = child
    }
    heap[i] = last
    return first
  }
}

function before(a: Call, b: Call): boolean {
  return a.at < b.at || (a.at === b.at && a.n < b.n)
}
