/**
 * The wasm engine as its callers see it. Every program has a crew of threads and a memory of its own, so that closing it
 * frees both; linears alone have another.
 * before ./index · after ../graph/remote-program, ./channel
 */
import type { ActivationMode, Engine, ProgramOptions } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import { checkGraph } from '../graph/check.js'
import type { Graph, Op } from '../graph/graph.js'
import { type Remote, RemoteProgram } from '../graph/remote-program.js'
import { sliceWeights } from '../graph/slice.js'
import { Channel } from './channel.js'
import type { Host } from './host/host.js'
import { send } from './send.js'

export class WasmEngine implements Engine<Graph> {
  readonly name = 'wasm'
  readonly simulated = false
  readonly #channels = new Set<Channel>()
  #alone: Channel | undefined
  #threadsNow: number
  #closed = false

  constructor(
    readonly host: Host,
    readonly isa: string,
    readonly features: readonly string[],
    readonly threads: number,
    /** Asked for, for all linears that have it. */
    readonly algorithm: string | undefined,
  ) {
    this.#threadsNow = threads
  }

  setThreads(threads: number): void {
    this.open()
    if (!Number.isInteger(threads) || threads < 1 || threads > this.threads)
      throw new LutraError('limit', `Expected 1 to ${this.threads} threads but found ${threads}`)
    this.#threadsNow = threads
    for (const channel of this.#channels) channel.setThreads(threads)
  }

  async linear(weight: Tensor, x: Float32Array, n: number, mode: ActivationMode): Promise<Float32Array> {
    this.open()
    const sent = { ...(await send(weight)), algorithm: this.algorithm }
    if (!Number.isInteger(n) || n < 1 || x.length !== n * sent.cols)
      throw new LutraError(
        'mismatch',
        `Expected x of ${n} x ${sent.cols} for ${sent.name} but found ${x.length} numbers`,
      )
    return this.alone().ask({ do: 'linear', weight: sent, x, n, mode })
  }

  async measure(weight: Tensor, copies: number, milliseconds: number): Promise<number> {
    this.open()
    const sent = { ...(await send(weight)), algorithm: this.algorithm }
    return this.alone().ask({ do: 'measure', weight: sent, copies, milliseconds })
  }

  async compile(
    graph: Graph,
    tensors: ReadonlyMap<string, Tensor>,
    options: ProgramOptions = {},
  ): Promise<RemoteProgram> {
    this.open()
    const weights = sliceWeights(graph, tensors)
    checkGraph(graph, weights)
    const context = options.context ?? graph.context
    if (!Number.isInteger(context) || context < 1 || context > graph.context)
      throw new LutraError('limit', `Expected a context of 1 to ${graph.context} tokens but found ${context}`)
    const channel = this.start()
    try {
      const sent = []
      for (const name of weightNames(graph)) {
        const weight = await send(weights.get(name) as Tensor)
        const { dtype, rows, cols } = weight
        sent.push({ ...weight, algorithm: options.algorithm?.(dtype, rows, cols) ?? this.algorithm })
      }
      const resident = await channel.ask({ do: 'compile', graph, context, weights: sent })
      return new RemoteProgram(this.remote(channel), graph.vocab, context, resident)
    } catch (error) {
      await this.end(channel)
      throw error
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    await Promise.all([...this.#channels].map((channel) => this.end(channel)))
  }

  private start(): Channel {
    this.open()
    const channel = new Channel(this.host, this.features, this.threads)
    channel.setThreads(this.#threadsNow)
    this.#channels.add(channel)
    return channel
  }

  private alone(): Channel {
    this.#alone ??= this.start()
    return this.#alone
  }

  /** Closing ends the program's threads, and with them all that they hold. */
  private remote(channel: Channel): Remote {
    return {
      run: (runs, cancel) => channel.ask({ do: 'run', runs, cancel }),
      fork: (state, twin, length) => channel.ask({ do: 'fork', state, twin, length }),
      save: (state, length) => channel.ask({ do: 'save', state, length }),
      restore: (state, bytes) => channel.ask({ do: 'restore', state, bytes }),
      forget: (state) => channel.ask({ do: 'forget', state }),
      close: () => this.end(channel),
    }
  }

  private async end(channel: Channel): Promise<void> {
    this.#channels.delete(channel)
    await channel.close()
  }

  private open(): void {
    if (this.#closed) throw new LutraError('closed', 'The wasm engine is closed; open it again')
  }
}

function weightNames(graph: Graph): Set<string> {
  const names = (op: Op): string[] => {
    if (op.op === 'linear') return op.bias === undefined ? [op.weight] : [op.weight, op.bias]
    return 'weight' in op ? [op.weight] : []
  }
  return new Set([...graph.body, ...graph.head].flatMap(names))
}
