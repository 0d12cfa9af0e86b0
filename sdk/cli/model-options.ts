import type { CacheFormat } from '../../hal/backend.js'
import { type GovernorEvent, type GovernorOptions, type Model, type OpenOptions, open } from '../open.js'
import { type Invocation, number, text, UsageError, whole } from './command.js'

/** What `--backend`, `--isa`, `--threads`, `--cache`, `--memory`, `--lut-core`, `--max-celsius` and `--max-watts` say. */
export function optionsOf(call: Invocation): OpenOptions {
  return {
    backend: text(call, 'backend'),
    isa: text(call, 'isa'),
    threads: whole(call, 'threads', 1, 1024),
    cache: cacheOf(call),
    memory: memoryOf(call),
    lutCore: text(call, 'lut-core'),
    governor: governorOf(call),
  }
}

/** Opens MODEL so; the caller closes it. */
export async function openFor(call: Invocation, name: string, more: OpenOptions = {}): Promise<Model> {
  const model = await open(name, { ...optionsOf(call), ...more })
  if (model.backend.simulated)
    process.stderr.write(`lutra: ${model.backend.name} is simulated, its speed on this host means nothing\n`)
  return model
}

function governorOf(call: Invocation): GovernorOptions | undefined {
  const maxCelsius = number(call, 'max-celsius', 20, 120)
  const maxWatts = number(call, 'max-watts', 0.1, 10_000)
  return maxCelsius === undefined && maxWatts === undefined ? undefined : { maxCelsius, maxWatts, onEvent: warn }
}

/** On stderr, so that it stands beside the text and not in it. */
function warn({ type, threads, celsius, watts, throttling }: GovernorEvent): void {
  const at = [
    celsius === undefined ? '' : `${celsius.toFixed(1)} °C`,
    watts === undefined ? '' : `${watts.toFixed(2)} W`,
  ]
  const read = at.filter(Boolean).join(', ') || 'no reading'
  const slow = throttling?.now.length ? `throttled now: ${throttling.now.join(', ')}` : 'throttled no more'
  const told = {
    threads: `${threads} threads`,
    paused: 'paused until it is cool again, or draws less',
    resumed: 'goes on',
    throttled: slow,
    silent: 'the budget’s sensor is silent',
    heard: 'the budget’s sensor is back',
  }
  process.stderr.write(`lutra: ${told[type]} (${read})\n`)
}

function cacheOf(call: Invocation): CacheFormat | undefined {
  const cache = text(call, 'cache')
  if (cache === undefined || cache === 'f32' || cache === 'f16' || cache === 'q8') return cache
  throw new UsageError(`Expected --cache to be f32, f16 or q8 but got "${cache}"`)
}

function memoryOf(call: Invocation): OpenOptions['memory'] {
  const memory = text(call, 'memory')
  if (memory === undefined || memory === 'checked' || memory === 'unchecked') return memory
  throw new UsageError(`Expected --memory to be checked or unchecked but got "${memory}"`)
}

/** Opens, works, closes, whatever happens. */
export async function withModel<T>(call: Invocation, name: string, work: (model: Model) => Promise<T>): Promise<T> {
  const model = await openFor(call, name)
  try {
    return await work(model)
  } finally {
    await model.close()
  }
}
