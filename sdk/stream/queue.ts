/**
 * First in, first out, each step in constant time: an array's own shift() moves all the others once there are many.
 * takes  values · gives  them back in order
 * after ./paced, ./iterate
 */
export class Queue<T> {
  #values: T[] = []
  #head = 0

  get length(): number {
    return this.#values.length - this.#head
  }

  push(value: T): void {
    this.#values.push(value)
  }

  /** Of an empty queue there is nothing to take: ask for its length first. */
  take(): T {
    const value = this.#values[this.#head]
    // Taken values are let go at once, their places when half are empty.
    this.#values[this.#head++] = undefined as T
    if (this.#head > 32 && this.#head * 2 > this.#values.length) {
      this.#values = this.#values.slice(this.#head)
      this.#head = 0
    }
    return value
  }

  clear(): void {
    this.#values = []
    this.#head = 0
  }
}
