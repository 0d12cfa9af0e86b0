/**
 * Writes loops whose bodies alternate: between two registers, two buffers. What alternates is a bit that a body flips;
 * where a body leaves a bit flipped, the loop is written with two bodies, one for each state.
 * after  ./driver
 */
import type { Instruction, Program } from './instruction.js'

const bits = ['pair', 'accumulator', 'fetch', 'read', 'sums'] as const
export type Bit = (typeof bits)[number]

export class Writer {
  #program: Instruction[] = []
  readonly #bits: Record<Bit, 0 | 1> = { pair: 0, accumulator: 0, fetch: 0, read: 0, sums: 0 }

  get program(): Program {
    return this.#program
  }

  write(...instructions: Instruction[]): void {
    this.#program.push(...instructions)
  }

  /** The bit as it is; afterwards it is the other. */
  flip(bit: Bit): 0 | 1 {
    const was = this.#bits[bit]
    this.#bits[bit] = was === 0 ? 1 : 0
    return was
  }

  /** Bits become 0, as all are at the start. */
  reset(...some: Bit[]): void {
    for (const bit of some.length > 0 ? some : bits) this.#bits[bit] = 0
  }

  repeat(times: number, body: () => void): void {
    if (times <= 1) {
      if (times === 1) body()
      return
    }
    const before = this.#state()
    const one = this.#capture(body)
    if (this.#state() === before) this.#loop(times, one)
    else {
      this.#loop(times >> 1, [...one, ...this.#capture(body)])
      if (times % 2 === 1) body()
    }
  }

  #loop(times: number, body: Instruction[]): void {
    if (times > 1) this.#program.push({ op: 'loop', times, body: body.length })
    this.#program.push(...body)
  }

  #capture(body: () => void): Instruction[] {
    const outer = this.#program
    this.#program = []
    body()
    const inner = this.#program
    this.#program = outer
    return inner
  }

  #state(): string {
    return bits.map((bit) => this.#bits[bit]).join('')
  }
}
