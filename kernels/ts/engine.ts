/**
 * The ts engine as its callers see it: one worker thread, linears alone, and compiled programs.
 * before ./index · after ../graph/remote-program, ./channel
 */
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { ActivationMode, Engine, EngineOptions, ProgramOptions } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import { workerFile } from '../../hal/worker-file.js'
import { checkGraph } from '../graph/check.js'
import type { Graph, Op } from '../graph/graph.js'
import { type Remote, RemoteProgram } from '../graph/remote-program.js'
import { sliceWeights } from '../graph/slice.js'
import { Channel } from './channel.js'
import { send } from './send.js'

export class TsEngine implements Engine<Graph> {
  readonly isa = 'js'
  readonly threads = 1
  #programs = 0

  private constructor(
    /** That of the accelerator, where one is lent. */
    readonly name: string,
    readonly simulated: boolean,
    readonly channel: Channel,
    /** Whether an accelerator is. */
    readonly lent: boolean,
  ) {}

  static async open({ accelerator }: EngineOptions): Promise<TsEngine> {
    const lent = accelerator && { module: accelerator.module, options: accelerator.options }
    const channel = new Channel(workerFile(import.meta.url, './worker.js'), { accelerator: lent })
    try {
      const { simulated } = await channel.ask({ do: 'hello' })
      return new TsEngine(accelerator?.name ?? 'ts', simulated, channel, accelerator !== undefined)
    } catch (fault) {
      await channel.close()
      throw fault
    }
  }

  async linear(weight: Tensor, x: Float32Array, n: number, mode: ActivationMode): Promise<Float32Array> {
    const sent = send(weight)
    if (!Number.isInteger(n) || n < 1 || x.length !== n * sent.cols)
      throw new LutraError(
        'mismatch',
        `Expected x of ${n} x ${sent.cols} for ${sent.name} but found ${x.length} numbers`,
      )
    return this.channel.ask({ do: 'linear', weight: sent, x, n, mode })
  }

  async compile(
    graph: Graph,
    tensors: ReadonlyMap<string, Tensor>,
    options: ProgramOptions = {},
  ): Promise<RemoteProgram> {
    const weights = sliceWeights(graph, tensors)
    checkGraph(graph, weights)
    const context = options.context ?? graph.context
    if (!Number.isInteger(context) || context < 1 || context > graph.context)
      throw new LutraError('limit', `Expected a context of 1 to ${graph.context} tokens but found ${context}`)
    const program = this.#programs++
    try {
      for (const name of weightNames(graph)) {
        await this.channel.ask({ do: 'weight', program, weight: send(weights.get(name) as Tensor) })
        await setImmediate() // copies of large tensors do not follow each other without a pause
      }
      const resident = await this.channel.ask({ do: 'compile', program, graph, context })
      return new RemoteProgram(remote(this.channel, program), graph.vocab, context, resident)
    } catch (error) {
      await this.channel.ask({ do: 'close', program }).catch(() => undefined)
      throw error
    }
  }

  /** Work that the accelerator has counted; empty without one. */
  counters(): Promise<Readonly<Record<string, number>>> {
    return this.channel.ask({ do: 'counters' })
  }

  /** An accelerator may end what it started first; one that is still at work after a second is ended with its thread. */
  async close(): Promise<void> {
    if (this.lent)
      await Promise.race([
        this.channel.ask({ do: 'end' }).catch(() => undefined),
        setTimeout(1000, undefined, { ref: false }),
      ])
    await this.channel.close()
  }
}

/** A program of the worker, by its number there. */
function remote(channel: Channel, program: number): Remote {
  return {
    run: (runs, cancel) => channel.ask({ do: 'run', program, runs, cancel }),
    fork: (state, twin, length) => channel.ask({ do: 'fork', program, state, twin, length }),
    save: (state, length) => channel.ask({ do: 'save', program, state, length }),
    restore: (state, bytes) => channel.ask({ do: 'restore', program, state, bytes }),
    forget: (state) => channel.ask({ do: 'forget', program, state }),
    close: () => channel.ask({ do: 'close', program }).catch(() => undefined),
  }
}

function weightNames(graph: Graph): Set<string> {
  const names = (op: Op): string[] => {
    if (op.op === 'linear') return op.bias === undefined ? [op.weight] : [op.weight, op.bias]
    return 'weight' in op ? [op.weight] : []
  }
  return new Set([...graph.body, ...graph.head].flatMap(names))
}
