/**
 * The program that computes a linear. Output stationary: an accumulator stays while the columns run through it. Registers
 * alternate (t0 and w0 are read while t1 and w1 are loaded), and so do slabs of weights and buffers of sums in SRAM.
 * takes  a core, the shape of a linear · gives  a program, and where its memory holds what; no weights are needed
 * before ./tiling, ./layout, ./writer · after ./image, ../cycles
 */
import type { CoreConfig } from '../config.js'
import { accumulators, type Instruction, type Lmma, type Program, type Space } from './instruction.js'
import { type Layout, layOut } from './layout.js'
import { accumulatorBytes, align, operandBytes, weightBytes } from './registers.js'
import { type LinearShape, type Tiling, tile } from './tiling.js'
import { Writer } from './writer.js'

export interface LinearProgram {
  readonly shape: LinearShape
  readonly tiling: Tiling
  readonly layout: Layout
  readonly program: Program
}

export function linearProgram(config: CoreConfig, shape: LinearShape): LinearProgram {
  const tiling = tile(config, shape)
  const layout = layOut(config, tiling)
  return { shape, tiling, layout, program: new Driver(config, shape.bits, tiling, layout).write() }
}

/** Address registers, by what they walk over: first in DRAM, then in SRAM. */
const dram = { weights: 0, tables: 1, sums: 2 } as const
const fill = { weights: 3, tables: 4 } as const
const read = { weights: 5, tables: 6, sums: 8 } as const
const store = 7

class Driver {
  readonly #out = new Writer()
  readonly #lmma: Lmma
  readonly #loads: { readonly tables: number; readonly weights: number }
  readonly #tile: number
  /** Whole segments lie in a slab; else a segment takes several slabs. */
  readonly #whole: boolean
  /** A slab has all segments of its rows. */
  readonly #wholeRows: boolean

  constructor(
    readonly config: CoreConfig,
    bits: number,
    readonly tiling: Tiling,
    readonly layout: Layout,
  ) {
    const { groups, slab } = tiling
    this.#lmma = {
      ...{ m: config.m, n: config.n, k: groups * config.k, activation: config.activation, weightBits: bits },
      ...(config.tableMode === 'float' ? { accumulator: 'f32', output: 'f32' } : { accumulator: 'i32', output: 'i32' }),
    }
    this.#loads = { tables: operandBytes(config, groups), weights: weightBytes(config, groups, bits) }
    this.#tile = align(accumulatorBytes(config))
    this.#whole = slab.chunks === tiling.chunks
    this.#wholeRows = this.#whole && slab.segments === tiling.segments
  }

  write(): Program {
    const { blocks } = this.tiling
    const { weights, tables, sums } = this.layout
    this.#set(dram.tables, tables)
    this.#set(dram.sums, sums)
    this.#out.repeat(blocks, () => {
      this.#set(dram.weights, weights)
      this.#block()
    })
    this.#out.write({ op: 'end' })
    return this.#out.program
  }

  /** All rows for the tokens whose tables lie in SRAM at once. */
  #block(): void {
    const { rowTiles, slab, resident, tables } = this.tiling
    const { sram } = this.layout
    this.#out.reset()
    for (const register of [fill.weights, read.weights]) this.#set(register, sram.weights)
    for (const register of [fill.tables, read.tables]) this.#set(register, sram.tables)
    for (const register of [store, read.sums]) this.#set(register, sram.sums)
    if (resident) {
      this.#copy('sram', fill.tables, 0, dram.tables, tables)
      this.#fetch()
      this.#wait(0)
      const slabs = Math.ceil(rowTiles / slab.rows)
      this.#out.repeat(slabs - 1, () => this.#rows(slab.rows, true))
      this.#rows(rowTiles - (slabs - 1) * slab.rows, false)
    } else {
      this.#out.repeat(rowTiles, () => {
        this.#fetch()
        this.#wait(0)
        this.#rows(1, false)
        this.#add(dram.tables, -this.layout.blockTables)
      })
      this.#add(dram.tables, this.layout.blockTables)
    }
    this.#out.reset()
  }

  /** `rows` row tiles; `next`: another slab follows the last of these, and is fetched meanwhile. */
  #rows(rows: number, next: boolean): void {
    const { segments, slab } = this.tiling
    if (this.#whole) {
      const slabs = segments / slab.segments
      this.#out.repeat(next ? slabs : slabs - 1, () => this.#slab(rows, true))
      if (!next) this.#slab(rows, false)
    } else {
      this.#out.repeat(next ? segments : segments - 1, () => this.#segment(true))
      if (!next) this.#segment(false)
    }
    if (!this.#wholeRows) this.#rewindTables()
  }

  /** A slab of whole segments: their sums are complete. */
  #slab(rows: number, next: boolean): void {
    const { slab, tiles, chunks, weightStep } = this.tiling
    // Behind this slab's copies those of the next are under way, and the sums of the one before.
    if (next) this.#fetch()
    this.#wait(1 + (next ? this.#copies : 0))
    this.#out.repeat(rows, () => {
      this.#out.repeat(slab.segments, () => {
        this.#out.repeat(tiles, () => {
          const accumulator = this.#out.flip('accumulator')
          this.#out.write({ op: 'zero', register: accumulator })
          this.#out.repeat(chunks, () => this.#chunk(accumulator))
          this.#store(accumulator)
          if (tiles > 1) this.#add(read.weights, -chunks * weightStep)
        })
        // Rounds that all begin with the same registers keep a program short, for a wait of some cycles.
        if (tiles > 1) this.#out.reset('pair', 'accumulator')
        if (tiles > 1) this.#add(read.weights, chunks * weightStep)
      })
      if (this.#wholeRows) this.#rewindTables()
    })
    this.#out.reset('pair', 'accumulator')
    this.#turn()
    this.#bringOut(rows * slab.segments)
  }

  /** One segment in several slabs: each token tile keeps an accumulator of its own through all of them. */
  #segment(next: boolean): void {
    const { chunks, tiles, slab } = this.tiling
    const first = tiles <= accumulators / 2 && this.#out.flip('accumulator') === 1 ? accumulators / 2 : 0
    const own = Array.from({ length: tiles }, (_, i) => first + i)
    for (const register of own) this.#out.write({ op: 'zero', register })
    const slabs = chunks / slab.chunks
    this.#out.repeat(next ? slabs : slabs - 1, () => this.#part(own, true))
    if (!next) this.#part(own, false)
    for (const register of own) this.#store(register)
    this.#bringOut(1)
  }

  #part(own: readonly number[], next: boolean): void {
    const { slab, weightStep } = this.tiling
    if (next) this.#fetch()
    this.#wait(next ? this.#copies : 0)
    own.forEach((register, i) => {
      if (i > 0) this.#add(read.weights, -slab.chunks * weightStep)
      this.#out.repeat(slab.chunks, () => this.#chunk(register))
    })
    this.#out.reset('pair')
    this.#turn()
  }

  #chunk(target: number): void {
    const { tableStep, weightStep } = this.tiling
    const pair = this.#out.flip('pair')
    const tables = { register: read.tables, step: tableStep }
    const weights = { register: read.weights, step: weightStep }
    this.#out.write(
      {
        op: this.config.ideas.fusedPrecompute ? 'ldt' : 'ldx',
        register: pair,
        source: tables,
        bytes: this.#loads.tables,
      },
      { op: 'ldw', register: pair, source: weights, bytes: this.#loads.weights },
      { op: 'lmma', target, tables: pair, weights: pair, ...this.#lmma },
    )
  }

  /** Copies that one fetch starts. */
  get #copies(): number {
    return this.tiling.resident ? 1 : 2
  }

  /** The next slab, into the buffer that is not being read. */
  #fetch(): void {
    const { slab, resident, tables } = this.tiling
    const sign = this.#out.flip('fetch') === 0 ? 1 : -1
    this.#copy('sram', fill.weights, sign * slab.bytes, dram.weights, slab.bytes)
    if (!resident) this.#copy('sram', fill.tables, sign * tables, dram.tables, tables)
  }

  /** A slab has been read; after the second the first comes again. */
  #turn(): void {
    const { slab, resident, tables } = this.tiling
    if (this.#out.flip('read') === 0) return
    this.#add(read.weights, -2 * slab.bytes)
    if (!resident) this.#add(read.tables, -2 * tables)
  }

  #rewindTables(): void {
    if (this.tiling.resident) this.#add(read.tables, -this.tiling.tables)
  }

  #store(register: number): void {
    this.#out.write({
      op: 'sta',
      register,
      target: { register: store, step: this.#tile },
      bytes: accumulatorBytes(this.config),
    })
  }

  /** Sums of so many segments go to DRAM. */
  #bringOut(segments: number): void {
    const { sums, tiles } = this.tiling
    const second = this.#out.flip('sums') === 1
    const bytes = segments * tiles * this.#tile
    this.#copy('dram', dram.sums, bytes, read.sums, bytes, second ? -sums : sums)
    if (second) this.#add(store, -2 * sums)
  }

  #copy(to: Space, target: number, step: number, source: number, bytes: number, sourceStep = bytes): void {
    const [at, from] = [
      { register: target, step },
      { register: source, step: sourceStep },
    ]
    this.#out.write({ op: 'copy', to, target: at, source: from, bytes })
  }

  #wait(pending: number): void {
    this.#out.write({ op: 'wait', pending })
  }

  #set(register: number, value: number): void {
    this.#out.write({ op: 'set', register, value })
  }

  #add(register: number, value: number): void {
    const instruction: Instruction = { op: 'add', register, value }
    if (value !== 0) this.#out.write(instruction)
  }
}
