/**
 * The thread that computes: takes requests in order, answers each once.
 * before ./channel · after ./compiled
 */
import { closeSync, openSync, readSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { parentPort, workerData } from 'node:worker_threads'
import type { Accelerator, CreateAccelerator } from '../../hal/accelerator.js'
import { dtypeByName } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import { Cache } from './cache.js'
import { Compiled } from './compiled.js'
import { Linears } from './linears.js'
import type { Answers, Reply, Request, SentWeight, Start } from './messages.js'
import { Matrices, type RawWeight } from './weight.js'

interface Held {
  readonly weights: Map<string, RawWeight>
  readonly caches: Map<number, Cache>
  compiled?: Compiled
  newCache?: () => Cache
}

const port = parentPort as NonNullable<typeof parentPort>
const programs = new Map<number, Held>()
const { accelerator: lent } = workerData as Start
let accelerator: Accelerator | undefined
/** Why there is no accelerator, though one is lent: the answer to every request. */
let fault: { readonly error: unknown } | undefined

if (lent)
  try {
    const loaded = (await import(pathToFileURL(lent.module).href)) as { createAccelerator: CreateAccelerator }
    accelerator = await loaded.createAccelerator(lent.options)
  } catch (error) {
    fault = { error }
  }

port.on('message', ({ id, request }: { id: number; request: Request }) => {
  let reply: Reply
  try {
    reply = { id, value: answer(request) }
  } catch (error) {
    // A RangeError is an array larger than memory gives.
    const kind = error instanceof LutraError ? error.kind : error instanceof RangeError ? 'limit' : undefined
    reply = { id, error: { kind, message: error instanceof Error ? error.message : String(error) } }
  }
  port.postMessage(reply, 'value' in reply ? buffersOf(reply.value) : [])
})

function answer(request: Request): Answers[keyof Answers] {
  if (request.do === 'end') {
    accelerator?.close?.()
    return undefined
  }
  if (fault) throw fault.error
  if (request.do === 'linear') return linearAlone(request)
  if (request.do === 'hello') return { simulated: accelerator?.simulated ?? false }
  if (request.do === 'counters') return accelerator?.counters() ?? {}
  const held: Held = programs.get(request.program) ?? { weights: new Map(), caches: new Map() }
  if (request.do === 'weight') programs.set(request.program, held)
  switch (request.do) {
    case 'weight':
      held.weights.set(request.weight.name, receive(request.weight))
      return undefined
    case 'compile': {
      const { graph, context } = request
      const linears = new Linears(new Matrices(), accelerator)
      held.compiled = new Compiled(graph, held.weights, linears)
      held.newCache = () => new Cache(graph.layers, graph.kvHeads * graph.headDim, context)
      held.weights.clear() // what is still needed, the compiled program holds
      return held.compiled.residentBytes
    }
    case 'close':
      programs.delete(request.program)
      return undefined
    case 'run': {
      const { runs, cancel } = request
      const cancelled = () => Atomics.load(cancel, 0) !== 0
      const parts = runs.map((run) => ({ ...run, cache: cacheOf(held, run.state) }))
      return held.compiled?.run(parts, cancelled)
    }
    case 'fork':
      held.caches.set(request.twin, cacheOf(held, request.state).fork(request.length))
      return undefined
    case 'save':
      return cacheOf(held, request.state).save(request.length)
    case 'restore':
      return cacheOf(held, request.state).restore(request.bytes)
    case 'forget':
      held.caches.delete(request.state)
      return undefined
  }
}

/** What moves to the caller instead of being copied. */
function buffersOf(value: Answers[keyof Answers]): ArrayBuffer[] {
  return [value].flat().flatMap((part) => (ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : []))
}

function cacheOf(held: Held, state: number): Cache {
  const cache = held.caches.get(state) ?? (held.newCache as () => Cache)()
  held.caches.set(state, cache)
  return cache
}

function linearAlone({ weight, x, n, mode }: Extract<Request, { do: 'linear' }>): Float32Array {
  const raw = receive(weight)
  const y = new Float32Array(n * raw.rows)
  new Linears(new Matrices(), accelerator).compile(mode, x, raw.cols, [{ weight: raw, out: y }])(0, n)
  return y
}

function receive({ name, dtype, rows, cols, from }: SentWeight): RawWeight {
  return { name, dtype: dtypeByName(dtype), rows, cols, bytes: from instanceof Uint8Array ? from : readBytes(from) }
}

function readBytes({ path, offset, length }: { path: string; offset: number; length: number }): Uint8Array {
  const bytes = new Uint8Array(length)
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    for (let filled = 0; filled < length; ) {
      const count = readSync(file, bytes, filled, length - filled, offset + filled)
      if (count === 0) throw new LutraError('io', `Expected ${length} bytes at ${offset} in ${path} but it ended there`)
      filled += count
    }
  } catch (cause) {
    if (cause instanceof LutraError) throw cause
    throw new LutraError('io', `Expected to read ${path} but found: ${cause instanceof Error ? cause.message : cause}`)
  } finally {
    if (file !== undefined) closeSync(file)
  }
  return bytes
}
