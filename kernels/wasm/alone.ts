/**
 * One linear by itself: what conformance suites and tuners ask for.
 * takes  a weight, x (n × cols) · gives  y (n × rows); or the seconds that one token takes
 * before ./linears, ./pack · after ./coordinator
 */
import type { ActivationMode } from '../../hal/backend.js'
import { ModuleBuilder } from '../ladder/wasm/module.js'
import { webAssembly } from '../ladder/wasm/web-assembly.js'
import type { Call } from './crew/board.js'
import type { Conductor } from './crew/conductor.js'
import { kernelOf } from './linear/kernel.js'
import { Linears, Scratch } from './linears.js'
import { type Arena, mostPages } from './memory.js'
import type { Request, SentWeight } from './messages.js'
import { jobsOf, packAll } from './pack.js'
import type { Files } from './source.js'

interface Ready {
  readonly linears: Linears
  readonly x: number
  readonly out: number
}

export class Alone {
  constructor(
    readonly conductor: Conductor,
    readonly arena: Arena,
    readonly features: readonly string[],
    readonly files: Files,
  ) {}

  linear({ weight, x, n, mode }: Extract<Request, { do: 'linear' }>): Promise<Float32Array> {
    return this.with([weight], n, mode, ([ready]) => {
      this.arena.floats(ready.x, x.length).set(x)
      this.perform(ready.linears.calls(0, n))
      return this.arena.floats(ready.out, n * weight.rows).slice()
    })
  }

  /** The best of as many rounds as fit in the time; the copies in turn, so that caches hold no more than in a model. */
  measure({ weight, copies, milliseconds }: Extract<Request, { do: 'measure' }>): Promise<number> {
    const all = Array.from({ length: copies }, () => weight)
    return this.with(all, 1, 'float', (ready) => {
      const calls = ready.map(({ linears }) => linears.calls(0, 1))
      const end = performance.now() + milliseconds
      let best = Number.POSITIVE_INFINITY
      do {
        const begin = performance.now()
        for (const lists of calls) this.perform(lists)
        best = Math.min(best, (performance.now() - begin) / copies)
      } while (performance.now() < end)
      return best / 1000
    })
  }

  /** Everything that is placed for the work is freed after it. */
  private async with<T>(
    weights: readonly SentWeight[],
    n: number,
    mode: ActivationMode,
    work: (ready: readonly Ready[]) => T,
  ): Promise<T> {
    const { arena, features } = this
    const taken: number[] = []
    const take = (bytes: number): number => {
      const at = arena.allocate(bytes)
      taken.push(at)
      return at
    }
    try {
      const module = new ModuleBuilder({ initial: 1, maximum: mostPages, shared: true })
      const scratch = new Scratch()
      const jobs = []
      const ready: Ready[] = []
      for (const weight of weights) {
        const { rows, cols } = weight
        const kernel = kernelOf(weight, mode, features)
        const bytes = kernel.packedBytes(rows, cols)
        const at = take(bytes)
        arena.bytes(at, bytes).fill(0)
        jobs.push(...jobsOf(weight, mode, features, at))
        const [x, out] = [take(4 * n * cols), take(4 * n * rows)]
        const target = { weight: { kernel, rows, cols, at }, out, bias: 0, residual: 0 }
        ready.push({ linears: new Linears(mode, { cols, x }, [target], scratch, n, module), x, out })
      }
      scratch.place(arena)
      taken.push(scratch.at)
      this.conductor.use(new webAssembly.Module(module.bytes()), module.names)
      await packAll(jobs, features, this.conductor, this.files.host)
      return work(ready)
    } finally {
      for (const at of taken) arena.free(at)
    }
  }

  private perform(lists: readonly (readonly Call[])[]): void {
    for (const calls of lists) this.conductor.run(calls)
  }
}
