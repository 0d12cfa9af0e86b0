/** The native engine: the addon's dispatcher, crew and kernels of one instruction set. */
import type { ActivationMode, Engine, Program, ProgramOptions } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph } from '../graph/graph.js'
import { type NativeAddon, type NativeTensor, native } from './addon.js'
import { giveGrids } from './grids.js'
import { lower } from './lower.js'
import { packPlace } from './packed-cache.js'
import { NativeProgram } from './program.js'
import { gridded, nativeDtypes, nativeTensor } from './tensor.js'

export class NativeEngine implements Engine<Graph> {
  readonly name = 'native'
  readonly simulated = false
  private open = true

  constructor(
    private readonly addon: NativeAddon,
    private readonly id: number,
    readonly isa: string,
    readonly threads: number,
    /** What linear runs on ternary weights where the plan says nothing else: see `algorithms`. */
    readonly algorithm: string,
  ) {}

  setThreads(threads: number): void {
    this.check()
    native(() => this.addon.engineThreads(this.id, threads))
  }

  async linear(weight: Tensor, x: Float32Array, n: number, mode: ActivationMode): Promise<Float32Array> {
    this.check()
    const tensor = nativeTensor(weight, { linear: true, lookup: false })
    this.giveGrids([tensor])
    if (!Number.isSafeInteger(n) || n < 0 || x.length !== n * tensor.cols)
      throw new LutraError('mismatch', `Expected ${n} × ${tensor.cols} activations but found ${x.length}`)
    return native(() => this.addon.engineLinear(this.id, tensor, x, n, mode === 'int8'))
  }

  async measure(weight: Tensor, copies: number, milliseconds: number): Promise<number> {
    this.check()
    const tensor = nativeTensor(weight, { linear: true, lookup: false })
    this.giveGrids([tensor])
    return native(() => this.addon.engineMeasure(this.id, tensor, copies, milliseconds))
  }

  async compile(graph: Graph, tensors: ReadonlyMap<string, Tensor>, options: ProgramOptions = {}): Promise<Program> {
    this.check()
    const context = options.context ?? graph.context
    const lowered = lower(graph, tensors, context, options.cache)
    this.giveGrids([...lowered.weights, ...lowered.vectors])
    const weights = lowered.weights.map((weight) => {
      const { dtype, rows, cols } = weight
      return { ...weight, algorithm: options.algorithm?.(nativeDtypes[dtype], rows, cols) ?? this.algorithm }
    })
    const pack = packPlace(weights)
    const { id, residentBytes } = await native(() => this.addon.programCompile(this.id, { ...lowered, weights, pack }))
    return new NativeProgram(this.addon, id, graph.vocab, context, residentBytes)
  }

  async close(): Promise<void> {
    if (!this.open) return
    this.open = false
    await native(() => this.addon.engineClose(this.id))
  }

  /** Making them takes some milliseconds, which most models need not wait for. */
  private giveGrids(tensors: readonly NativeTensor[]): void {
    if (tensors.some(({ dtype }) => gridded.has(nativeDtypes[dtype]))) native(() => giveGrids(this.addon))
  }

  private check(): void {
    if (!this.open) throw new LutraError('closed', 'This engine is closed; open another')
  }
}
