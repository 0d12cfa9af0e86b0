/**
 * What is known of the world, and since when: old news is no news.
 * takes  values as they are heard · gives  readings by name, each with its time
 * after ./preconditions
 */
export interface Reading {
  readonly value: unknown
  /** Milliseconds, on the guard's clock. */
  readonly at: number
}

export class Sensors {
  readonly #readings = new Map<string, Reading>()

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** Takes in what was heard now, e.g. a robot's telemetry: each of its fields is a sensor. */
  hear(values: Readonly<Record<string, unknown>>): void {
    const at = this.now()
    for (const [name, value] of Object.entries(values)) if (value !== undefined) this.#readings.set(name, { value, at })
  }

  get(name: string): Reading | undefined {
    return this.#readings.get(name)
  }
}
