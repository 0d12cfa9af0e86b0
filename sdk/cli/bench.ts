import { setTimeout as sleep } from 'node:timers/promises'
import { bytesPerToken } from '../../hal/shapes.js'
import { type Model, measureBandwidth } from '../open.js'
import { type Command, engineOptions, text, UsageError, whole, word } from './command.js'
import { CoreClock, type CoreSpeed, describeCore, speedOf } from './core-time.js'
import { joulesPerToken, type TokenEnergy, tokenMeter } from './energy.js'
import { withModel } from './model-options.js'

interface Row {
  readonly threads: number
  readonly prefillTokensPerSecond: number
  readonly decodeTokensPerSecond: number
  /** Bytes of weights that a decoded token reads, times tokens a second; the KV cache comes on top. */
  readonly bytesPerSecond: number
  /** Measured read bandwidth of this machine at as many threads, bytes per second. */
  readonly bandwidth: number
  /** Of decoding, with all that the sensor covers; null without one. */
  readonly joulesPerToken: number | null
  /** The same without what the machine drew at rest before; null without a sensor. */
  readonly joulesPerTokenAboveIdle: number | null
  /** The last round of decoding: what the sensor told, or `no sensor: …`. */
  readonly energy: TokenEnergy
  /** By the cycle model of a lent core, its linears alone; the other figures are this host's and mean nothing there. */
  readonly core?: {
    readonly simulated: true
    readonly prefillTokensPerSecond: number | null
    readonly decodeTokensPerSecond: number | null
    /** Per decoded token. */
    readonly dramBytes: number
  }
}

/** `lutra bench`: prefill and decode speed by thread count, medians, beside the measured memory bandwidth. */
export const bench: Command = {
  name: 'bench',
  usage: 'MODEL --prompt 64 --decode 32 --threads 1,2 [--depth TOKENS] [--repeat N]',
  about: 'Medians of prefill and decode speed, and the share of the memory bandwidth that they reach.',
  options: {
    ...engineOptions,
    depth: { type: 'string' },
    prompt: { type: 'string' },
    decode: { type: 'string' },
    repeat: { type: 'string' },
  },
  async run(call) {
    const name = word(call, 0, 'MODEL')
    const prompt = whole(call, 'prompt', 1, 1 << 20) ?? 64
    const decode = whole(call, 'decode', 1, 1 << 20) ?? 32
    const depth = whole(call, 'depth', 0, 1 << 20) ?? 0
    const repeat = whole(call, 'repeat', 1, 1000) ?? 3
    const rows: Row[] = []
    for (const threads of threadList(text(call, 'threads'))) {
      const flags = { ...call.flags, threads: String(threads) }
      const row = await withModel({ ...call, flags }, name, async (model) => {
        const row = await measure(model, { prompt, decode, depth, repeat }, call.signal)
        if (!call.json) print(row, model)
        return row
      })
      rows.push(row)
    }
    return { rows }
  },
}

/** Milliseconds of rest in which the machine's own power is read, where a sensor tells it. */
const restMs = 1000

async function measure(
  model: Model,
  { prompt, decode, depth, repeat }: Record<'prompt' | 'decode' | 'depth' | 'repeat', number>,
  signal: AbortSignal,
): Promise<Row> {
  const { program } = model
  const ids = Int32Array.from({ length: prompt }, (_, i) => (i * 7 + 1) % program.vocab)
  const prefill: number[] = []
  const steps: number[] = []
  const clock = await CoreClock.of(model)
  using meter = await tokenMeter(model)
  if (meter.sensor) await sleep(restMs, undefined, { signal }).catch(() => {})
  const rest = await meter.lap()
  const idleWatts = typeof rest === 'string' ? undefined : rest.watts
  const joules: (number | null)[] = []
  const above: number[] = []
  let energy = rest
  let core: Row['core']
  for (let r = 0; r <= repeat; r++) {
    const state = program.createState()
    try {
      for (let at = 0; at < depth; at += prompt)
        await program.run(state, ids.subarray(0, Math.min(prompt, depth - at)), 'none', signal)
      await clock?.lap()
      const start = performance.now()
      await program.run(state, ids, 'last', signal)
      const middle = performance.now()
      const prefilled = await clock?.lap()
      await meter.lap()
      const begin = performance.now()
      for (let i = 0; i < decode; i++)
        await program.run(state, ids.subarray(i % prompt, (i % prompt) + 1), 'last', signal)
      const end = performance.now()
      energy = await meter.lap(idleWatts)
      if (clock && prefilled) core = coreOf(speedOf(prefilled, prompt), speedOf(await clock.lap(), decode))
      if (r === 0) continue // the first round warms caches and the compiler
      prefill.push((prompt * 1000) / (middle - start))
      steps.push((decode * 1000) / (end - begin))
      joules.push(joulesPerToken(energy, decode))
      if (typeof energy !== 'string' && energy.joulesAboveIdle !== undefined)
        above.push(energy.joulesAboveIdle / decode)
    } finally {
      state.close()
    }
  }
  const told = joules.filter((each) => each !== null)
  const threads = model.backend.threads
  const decodeTokensPerSecond = median(steps)
  return {
    threads,
    prefillTokensPerSecond: median(prefill),
    decodeTokensPerSecond,
    bytesPerSecond: decodeTokensPerSecond * bytesPerToken(model.plan.ops),
    bandwidth: await measureBandwidth(threads),
    joulesPerToken: told.length > 0 ? median(told) : null,
    joulesPerTokenAboveIdle: above.length > 0 ? median(above) : null,
    energy,
    ...(core ? { core } : {}),
  }
}

/** Simulated time is the same in every round. */
function coreOf(prefill: CoreSpeed, decode: CoreSpeed): Row['core'] {
  return {
    simulated: true,
    prefillTokensPerSecond: prefill.tokensPerSecond,
    decodeTokensPerSecond: decode.tokensPerSecond,
    dramBytes: decode.dramBytes / decode.tokens,
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}

function threadList(list: string | undefined): number[] {
  const found = (list ?? '1').split(',').map(Number)
  if (found.some((n) => !Number.isInteger(n) || n < 1 || n > 1024)) {
    throw new UsageError(`Expected --threads to be whole numbers with commas between but got "${list}"`)
  }
  return found
}

function energyOf({ joulesPerToken, joulesPerTokenAboveIdle, energy }: Row): string {
  if (typeof energy === 'string') return energy
  const above = joulesPerTokenAboveIdle === null ? '' : ` (${joulesPerTokenAboveIdle.toFixed(3)} above idle)`
  return `${(joulesPerToken ?? 0).toFixed(3)} J/token${above} by ${energy.sensor} (${energy.covers})`
}

function print(row: Row, model: Model): void {
  if (row.core)
    process.stdout.write(describeCore(model, row.core.prefillTokensPerSecond, row.core.decodeTokensPerSecond))
  const share = ((100 * row.bytesPerSecond) / row.bandwidth).toFixed(0)
  process.stdout.write(
    `${row.threads} threads: prefill ${row.prefillTokensPerSecond.toFixed(1)} tokens/s, ` +
      `decode ${row.decodeTokensPerSecond.toFixed(1)} tokens/s, ${(row.bytesPerSecond / 1e9).toFixed(2)} of ` +
      `${(row.bandwidth / 1e9).toFixed(1)} GB/s (${share} %), ${energyOf(row)}\n`,
  )
}
