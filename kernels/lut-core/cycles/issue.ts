/**
 * Where instructions are issued: the place in the program and the loops around it. Loops cost one cycle when they are
 * entered and none to go round.
 * after  ./model
 */
import { LutraError } from '../../../hal/error.js'
import { type Instruction, loopDepth, type Program } from '../lmma/instruction.js'

/** A loop that is being run. */
export interface Round {
  readonly begin: number
  readonly end: number
  /** Times that it will still begin anew. */
  left: number
}

export class Sequence {
  #at = 0
  readonly #loops: Round[] = []

  constructor(
    private readonly program: Program,
    /** Called where a loop begins anew; may lower `left`. */
    private readonly again: (round: Round) => void,
  ) {}

  get at(): number {
    return this.#at
  }

  /** The instruction whose turn it is; undefined at the end. */
  get instruction(): Instruction | undefined {
    const found = this.program[this.#at]
    return found?.op === 'end' ? undefined : found
  }

  /** Steps on, behind an instruction that has been issued. */
  next(): void {
    const instruction = this.program[this.#at]
    this.#at++
    if (instruction.op === 'loop') this.enter(instruction.times, instruction.body)
    for (let top = this.#loops.at(-1); top && this.#at === top.end; top = this.#loops.at(-1)) {
      if (top.left > 0) this.again(top)
      if (top.left > 0) {
        top.left--
        this.#at = top.begin
        return
      }
      this.#loops.pop()
    }
  }

  private enter(times: number, body: number): void {
    const end = this.#at + body
    const outer = this.#loops.at(-1)
    if (!(times >= 0 && body >= 0) || end > (outer?.end ?? this.program.length))
      throw new LutraError(
        'mismatch',
        `Expected a loop within its bounds but found ${times} times ${body} instructions`,
      )
    if (times === 0 || body === 0) {
      this.#at = end
      return
    }
    if (this.#loops.length === loopDepth)
      throw new LutraError('limit', `Expected loops at most ${loopDepth} deep but found more`)
    this.#loops.push({ begin: this.#at, end, left: times - 1 })
  }
}
