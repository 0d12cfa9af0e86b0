/**
 * The tokens still in the running, in arrays that every token of a generation uses again.
 * takes  logits (vocab) · gives  ids and logits of `count` candidates; the filters shrink them
 * Until the first filter has run, candidate i is token i.
 */
export class Candidates {
  ids = new Int32Array(0)
  logits = new Float32Array(0)
  /** Scratch of the draw. */
  weights = new Float64Array(0)
  count = 0

  fill(logits: Float32Array): void {
    if (this.logits.length < logits.length) {
      this.ids = new Int32Array(logits.length)
      this.logits = new Float32Array(logits.length)
      this.weights = new Float64Array(logits.length)
    }
    this.logits.set(logits)
    this.count = logits.length
    for (let i = 0; i < this.count; i++) this.ids[i] = i
  }

  /** Keeps candidates of at least `least`; what is forbidden (-Infinity) or broken (NaN) always goes. */
  keepFrom(least: number): void {
    const { ids, logits } = this
    let kept = 0
    for (let i = 0; i < this.count; i++) {
      if (!(logits[i] >= least) || logits[i] === Number.NEGATIVE_INFINITY) continue
      ids[kept] = ids[i]
      logits[kept++] = logits[i]
    }
    this.count = kept
  }

  max(): number {
    let max = Number.NEGATIVE_INFINITY
    for (let i = 0; i < this.count; i++) if (this.logits[i] > max) max = this.logits[i]
    return max
  }

  /** Makes the arrays a heap with the largest logit first; the smaller id first among equals. */
  heapify(): void {
    for (let i = (this.count >> 1) - 1; i >= 0; i--) this.#sink(i, this.count)
  }

  /** Puts the largest of the first `size` heap entries to place `size - 1` and mends the heap before it. */
  popTo(size: number): void {
    this.#swap(0, size - 1)
    this.#sink(0, size - 1)
  }

  /** After `popped` calls of popTo: keeps those, largest first. */
  keepPopped(popped: number): void {
    const from = this.count - popped
    this.ids.copyWithin(0, from, this.count)
    this.logits.copyWithin(0, from, this.count)
    this.count = popped
    this.ids.subarray(0, popped).reverse()
    this.logits.subarray(0, popped).reverse()
  }

  #sink(from: number, size: number): void {
    for (let at = from; ; ) {
      let child = 2 * at + 1
      if (child >= size) return
      if (child + 1 < size && this.#before(child + 1, child)) child++
      if (!this.#before(child, at)) return
      this.#swap(child, at)
      at = child
    }
  }

  #before(a: number, b: number): boolean {
    const { ids, logits } = this
    return logits[a] > logits[b] || (logits[a] === logits[b] && ids[a] < ids[b])
  }

  #swap(a: number, b: number): void {
    const { ids, logits } = this
    const [id, logit] = [ids[a], logits[a]]
    ids[a] = ids[b]
    logits[a] = logits[b]
    ids[b] = id
    logits[b] = logit
  }
}
