/**
 * The matrices over one input: prepared once for every form that their kernels want it in, then multiplied together.
 * takes  weights placed in memory, addresses of input and outputs · gives  the calls for tokens from … from + n
 * before ./linear/kernel, ./ops · after ./compiled, ./alone
 */
import type { ActivationMode } from '../../hal/backend.js'
import type { ModuleBuilder } from '../ladder/wasm/module.js'
import { type Call, callOf } from './crew/board.js'
import type { Kernel } from './linear/kernel.js'
import type { Arena } from './memory.js'
import { once, type Step } from './once.js'
import { emitNorm, norm } from './ops/norm.js'
import { emitNormPrepare, mostForms, normPrepareName } from './ops/norm-prepare.js'
import { emitPrepare, prepareName } from './ops/prepare.js'
import { emitRound, round } from './ops/round.js'

/** A weight packed at an address. */
export interface Placed {
  readonly kernel: Kernel
  readonly rows: number
  readonly cols: number
  readonly at: number
}

export interface Target {
  readonly weight: Placed
  readonly out: number
  /** Addresses; 0 is none. */
  readonly bias: number
  readonly residual: number
}

/** Rows of `cols` at an address; those that a norm gives, as its own rows, eps as bits, at `norm.x`. */
export interface Input {
  readonly cols: number
  readonly x: number
  readonly norm?: { readonly x: number; readonly gain: number; readonly eps: number }
}

/** Memory that linears use while they run, shared by all: as large as the largest wants it. */
export class Scratch {
  #bytes = 0
  #at = 0

  want(bytes: number): void {
    this.#bytes = Math.max(this.#bytes, bytes)
  }

  place(arena: Arena): void {
    this.#at = arena.allocate(this.#bytes)
  }

  get at(): number {
    return this.#at
  }
}

/** Where the forms of one input stand in the scratch memory. */
interface Prepared {
  readonly kernel: Kernel
  readonly at: number
}

export class Linears {
  readonly #prepared = new Map<string, Prepared>()
  /** Place of the rounded input. */
  #rounded = -1

  constructor(
    readonly mode: ActivationMode,
    readonly input: Input,
    readonly to: readonly Target[],
    readonly scratch: Scratch,
    /** Most tokens at once. */
    tokens: number,
    module: ModuleBuilder,
  ) {
    const { cols, norm: before } = input
    let used = 0
    const take = (bytes: number): number => {
      const at = used
      used += Math.ceil((tokens * bytes + 64) / 16) * 16
      return at
    }
    for (const { weight } of to) {
      const { kernel } = weight
      kernel.emit(module)
      emitPrepare(module, kernel.prepare)
      const key = keyOf(kernel)
      if (!this.#prepared.has(key)) this.#prepared.set(key, { kernel, at: take(kernel.form.bytes(cols)) })
      if (!kernel.rounds || this.#rounded >= 0) continue
      emitRound(module)
      this.#rounded = take(4 * cols)
    }
    scratch.want(used)
    if (!before) return
    if (this.#together) emitNormPrepare(module, this.#prepares)
    else emitNorm(module)
  }

  /** Norm and forms in one call: where nothing lies between them, and the call has room. */
  get #together(): boolean {
    return this.#rounded < 0 && this.#prepared.size <= mostForms
  }

  get #prepares(): readonly string[] {
    return [...this.#prepared.values()].map(({ kernel }) => kernel.prepare)
  }

  readonly calls: Step = once((from, n) => this.#make(from, n))

  #make(from: number, n: number): Call[][] {
    const { scratch } = this
    const { cols, norm: before } = this.input
    const x = this.input.x + 4 * cols * from
    const rounded = scratch.at + this.#rounded
    const forms = [...this.#prepared.values()]
    const lists: Call[][] = []
    if (before) {
      const args = [before.x + 4 * cols * from, before.gain, x, cols, before.eps]
      const [first, second] = forms.map(({ kernel, at }) => [scratch.at + at, kernel.form.bytes(cols)])
      const work = 12 * cols * n
      if (this.#together) {
        const all = [...args, first[0], 0, 0, first[1], ...(second ?? [])]
        lists.push([callOf(normPrepareName(this.#prepares), all, n, work + 8 * cols * n * forms.length)])
      } else lists.push([callOf(norm, args, n, work)])
    }
    if (this.#rounded >= 0) lists.push([callOf(round, [x, rounded, cols], n, 16 * cols * n)])
    if (!before || !this.#together)
      lists.push(
        forms.map(({ kernel, at }) => {
          const args = [kernel.rounds ? rounded : x, scratch.at + at, cols, 4 * cols, kernel.form.bytes(cols)]
          return callOf(prepareName(kernel.prepare), args, n, 8 * cols * n)
        }),
      )
    lists.push(
      this.to.map(({ weight, out, bias, residual }) => {
        const { kernel, rows, at } = weight
        const prepared = scratch.at + (this.#prepared.get(keyOf(kernel)) as Prepared).at
        const offset = 4 * rows * from
        const args = [at, prepared, out + offset, n, rows, cols, 0, 0, bias, residual === 0 ? 0 : residual + offset]
        const work = kernel.packedBytes(rows, cols) * Math.max(1, n / 2)
        return callOf(kernel.run, args, Math.ceil(rows / kernel.tileRows), work)
      }),
    )
    return lists
  }
}

function keyOf({ form, rounds }: Kernel): string {
  return `${rounds ? 'rounded ' : ''}${form.key}`
}
