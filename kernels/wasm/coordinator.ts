/**
 * The thread that computes one program: takes requests in order, answers each once; helpers share its work.
 * before ./channel · after ./compiled, ./alone, ./crew
 */
import { ModuleBuilder } from '../ladder/wasm/module.js'
import { webAssembly } from '../ladder/wasm/web-assembly.js'
import { Alone } from './alone.js'
import { Cache, type CacheShape } from './cache.js'
import { Compiled } from './compiled.js'
import { Conductor } from './crew/conductor.js'
import type { Host } from './host/host.js'
import { Arena, mostPages, reserveMemory } from './memory.js'
import type { Answers, Request, Start } from './messages.js'
import { packAll } from './pack.js'
import { Files } from './source.js'
import { TunedKernels } from './tuned.js'
import { PlacedWeights } from './weights.js'

export class Coordinator {
  readonly #caches = new Map<number, Cache>()
  readonly #files: Files
  readonly #alone: Alone
  #compiled: Compiled | undefined
  #shape: CacheShape | undefined

  private constructor(
    readonly start: Extract<Start, { role: 'coordinator' }>,
    host: Host,
    readonly conductor: Conductor,
    readonly arena: Arena,
  ) {
    this.#files = new Files(host)
    this.#alone = new Alone(conductor, arena, start.features, this.#files)
  }

  static async open(start: Extract<Start, { role: 'coordinator' }>, host: Host): Promise<Coordinator> {
    const memory = reserveMemory()
    const { threads, features, board } = start
    const helpers = Array.from({ length: threads - 1 }, (_, i) =>
      host.start({ role: 'helper', features, threads, participant: i + 1, board, memory } satisfies Start),
    )
    const conductor = new Conductor(memory, board, helpers)
    await Promise.all(helpers.map((_, i) => conductor.hear(i + 1)))
    return new Coordinator(start, host, conductor, new Arena(memory))
  }

  async answer(request: Request): Promise<Answers[keyof Answers]> {
    switch (request.do) {
      case 'hello':
        return undefined
      case 'compile':
        return this.#compile(request)
      case 'run': {
        const { runs, cancel } = request
        const parts = runs.map((run) => ({ ...run, cache: this.#cache(run.state) }))
        return (this.#compiled as Compiled).run(this.conductor, parts, () => Atomics.load(cancel, 0) !== 0)
      }
      case 'fork':
        this.#caches.set(request.twin, this.#cache(request.state).fork(request.length))
        return undefined
      case 'save':
        return this.#cache(request.state).save(request.length)
      case 'restore':
        return this.#cache(request.state).restore(request.bytes)
      case 'forget':
        this.#caches.get(request.state)?.close()
        this.#caches.delete(request.state)
        return undefined
      case 'linear':
        return this.#alone.linear(request)
      case 'measure':
        return this.#alone.measure(request)
    }
  }

  async #compile({ graph, context, weights }: Extract<Request, { do: 'compile' }>): Promise<number> {
    const { features, threads } = this.start
    const module = newModule()
    const sent = new Map(weights.map((weight) => [weight.name, weight]))
    const tuned = new TunedKernels(this.#files.host, features)
    const placed = new PlacedWeights(sent, features, this.arena, this.#files, tuned)
    const compiled = new Compiled({ ...graph, context }, placed, this.arena, module, threads)
    tuned.keep()
    this.conductor.use(new webAssembly.Module(module.bytes()), module.names)
    await packAll(placed.jobs, features, this.conductor, this.#files.host)
    placed.release()
    this.#compiled = compiled
    this.#shape = { layers: graph.layers, kvHeads: graph.kvHeads, headDim: graph.headDim, context }
    return this.arena.residentBytes
  }

  #cache(state: number): Cache {
    const cache = this.#caches.get(state) ?? new Cache(this.#shape as CacheShape, this.arena)
    this.#caches.set(state, cache)
    return cache
  }
}

/** Any memory of ours fits it. */
export function newModule(): ModuleBuilder {
  return new ModuleBuilder({ initial: 1, maximum: mostPages, shared: true })
}
