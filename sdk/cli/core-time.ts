/**
 * The simulated time of a lent core, beside which the host's own means nothing: what its linears took at its clock, by its
 * cycle model, between two questions. The ops that the host computes are not in it.
 * takes  an open model · gives  laps, none where no core is lent or it keeps no time
 */
import type { Model } from '../open.js'

interface Lap {
  /** Of the core's linears, at its clock. */
  readonly seconds: number
  readonly dramBytes: number
}

export interface CoreSpeed extends Lap {
  readonly simulated: true
  readonly tokens: number
  /** null where the core did nothing. */
  readonly tokensPerSecond: number | null
}

export class CoreClock {
  #last: Readonly<Record<string, number>> = {}

  private constructor(readonly model: Model) {}

  /** Its first lap begins now. */
  static async of(model: Model): Promise<CoreClock | undefined> {
    if (!model.plan.accelerator) return undefined
    const clock = new CoreClock(model)
    clock.#last = await model.counters()
    return 'simulatedSeconds' in clock.#last ? clock : undefined
  }

  /** What the core did since the last lap. */
  async lap(): Promise<Lap> {
    const now = await this.model.counters()
    const since = (name: string) => (now[name] ?? 0) - (this.#last[name] ?? 0)
    const lap = { seconds: since('simulatedSeconds'), dramBytes: since('dramBytes') }
    this.#last = now
    return lap
  }
}

export function speedOf({ seconds, dramBytes }: Lap, tokens: number): CoreSpeed {
  const tokensPerSecond = seconds > 0 ? tokens / seconds : null
  return { simulated: true, tokens, seconds, tokensPerSecond, dramBytes }
}

/** A line for people. */
export function describeCore(model: Model, prompt: CoreSpeed['tokensPerSecond'], decode: CoreSpeed['tokensPerSecond']) {
  const { name, lut } = model.plan.accelerator ?? {}
  const speed = (tokensPerSecond: number | null) => (tokensPerSecond === null ? 'no' : tokensPerSecond.toFixed(0))
  const clock = lut ? ` at ${lut.hertz / 1e6} MHz` : ''
  return `${name} (simulated${clock}, its linears alone): prompt ${speed(prompt)}, decode ${speed(decode)} tokens/s\n`
}
