/**
 * Is the model well? Sees every pass through the weights begin and end: a token, or a chunk of a prompt.
 * takes  a program · gives  the same program, watched; alive(ms) as robot({ alive }) asks for it
 * A model that is idle, or whose consumer takes its time, is well: only a pass that does not end, failed, or was closed is not.
 */
import type { Program } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'

/** What a caller may do wrong with a healthy engine. */
const harmless = new Set(['cancelled', 'limit', 'mismatch'])

export class Pulse {
  #running = 0
  /** When a pass last began on an idle engine, or ended. */
  #moved = performance.now()
  #failed: unknown
  #closed = false

  /** Passes that wait or run. */
  get running(): number {
    return this.#running
  }

  /** Milliseconds since the model's last step, while one is awaited; 0 while it is idle. */
  get quiet(): number {
    return this.#running === 0 ? 0 : performance.now() - this.#moved
  }

  /** Why it is not well for good, until a later pass succeeds. */
  get trouble(): unknown {
    return this.#closed ? new LutraError('closed', 'Expected an open model but it was closed') : this.#failed
  }

  /**
   * A function for `robot({ alive })`: true while the model is idle or makes a step within `withinMs`. A step is one token
   * or up to 192 tokens of a prompt: allow for the longest that this board needs. Default 2000 ms.
   */
  alive(withinMs = 2000): () => boolean {
    return () => this.trouble === undefined && this.quiet <= withinMs
  }

  watch(program: Program): Program {
    const pass = <T>(work: Promise<T>) => this.#pass(work)
    return {
      get vocab() {
        return program.vocab
      },
      get context() {
        return program.context
      },
      get residentBytes() {
        return program.residentBytes
      },
      createState: () => program.createState(),
      run: (...call) => pass(program.run(...call)),
      runBatch: (...call) => pass(program.runBatch(...call)),
      close: () => {
        this.#closed = true
        return program.close()
      },
    }
  }

  async #pass<T>(work: Promise<T>): Promise<T> {
    if (this.#running++ === 0) this.#moved = performance.now()
    try {
      const answer = await work
      this.#failed = undefined
      return answer
    } catch (error) {
      if (!(error instanceof LutraError && harmless.has(error.kind))) this.#failed = error
      throw error
    } finally {
      this.#running--
      this.#moved = performance.now()
    }
  }
}
