/**
 * The state of a walk as a text: equal texts, equal futures. Cycles are told as seen from now; of flights that are over
 * nothing is told.
 * before ./steady · after ./model
 */
import type { Flight } from './flight.js'

/** A unit: what it works on, and what waits for it. */
export interface Crew {
  readonly working: readonly Flight[]
  readonly waiting: readonly Flight[]
}

export class State {
  readonly #parts: number[] = []
  readonly #names = new Map<Flight, number>()

  constructor(crews: readonly Crew[], now: number) {
    for (const { working, waiting } of crews)
      for (const flight of [...working, ...waiting]) this.#names.set(flight, this.#names.size + 1)
    for (const { working, waiting } of crews) {
      this.#parts.push(working.length, waiting.length)
      for (const { at, left, start, freed, end } of working)
        this.#parts.push(at, left, start - now, Math.max(0, freed - now), end - now)
      for (const { at, left, ready, waits } of waiting) {
        this.#parts.push(at, left, Math.max(0, ready - now))
        for (const { flight, until } of waits)
          if (flight[until] > now) this.#parts.push(until === 'end' ? 1 : 2, this.#names.get(flight) ?? 0)
        this.#parts.push(-1)
      }
    }
  }

  get text(): string {
    return this.#parts.join(' ')
  }

  /** A number, or a flight by its name: 0 where it is over. */
  write(value: number | Flight | undefined): void {
    if (typeof value === 'number') this.#parts.push(value)
    else this.#parts.push((value && this.#names.get(value)) ?? 0)
  }
}
