/**
 * Question and answer on a line where one may speak at a time: the next question waits, a lost one is asked again.
 * takes  a way to send, whatever was heard · gives  ask()
 * before ./roboclaw, ./waveshare, ./joints, ./grbl · after ./board
 */
import { LutraError } from '../../../hal/error.js'

export interface Question<H, T> {
  readonly bytes: Uint8Array
  /** The answer, or undefined where this was none; throws the LutraError with which the board refused. */
  accept(heard: H): T | undefined
  /** Called before each try: whatever half answer was heard is void. */
  fresh?(): void
  /** Sends before giving up. Default 3. */
  readonly tries?: number
  /** Milliseconds to wait for an answer, each time. Default 60. */
  readonly patience?: number
  /** It makes something move or keeps it moving: see Board.send. */
  readonly moves?: boolean
  /** For the message when nobody answers. */
  readonly what: string
}

export interface ExchangeOptions {
  readonly name: string
  send(bytes: Uint8Array, moves: boolean): Promise<void>
  /** Told of each send beyond the first. */
  retried(): void
}

export class Exchange<H> {
  #turn: Promise<unknown> = Promise.resolve()
  #ear: ((heard: H) => void) | undefined

  constructor(readonly options: ExchangeOptions) {}

  hear(heard: H): void {
    this.#ear?.(heard)
  }

  /** Rejects with LutraError io after the last try, or with whatever ended the line. */
  ask<T>(question: Question<H, T>): Promise<T> {
    const answer = this.#turn.then(() => this.#ask(question))
    this.#turn = answer.catch(() => {})
    return answer
  }

  async #ask<T>(question: Question<H, T>): Promise<T> {
    const { bytes, tries = 3, patience = 60, moves = false, what } = question
    for (let sent = 0; sent < tries; sent++) {
      if (sent > 0) this.options.retried()
      question.fresh?.()
      const answer = await this.#once(question, () => this.options.send(bytes, moves), patience)
      if (answer !== undefined) return answer
    }
    const told = `Expected ${this.options.name} to answer "${what}" within ${tries * patience} ms but heard nothing`
    throw new LutraError('io', `${told}; check power, wiring, baud rate and address`)
  }

  async #once<H2 extends H, T>(
    question: Question<H2, T>,
    send: () => Promise<void>,
    patience: number,
  ): Promise<T | undefined> {
    let timer: NodeJS.Timeout | undefined
    const heard = new Promise<T | undefined>((resolve, reject) => {
      this.#ear = (word) => {
        try {
          const answer = question.accept(word as H2)
          if (answer !== undefined) resolve(answer)
        } catch (refusal) {
          reject(refusal)
        }
      }
      // The answer may be there before the write has told that it is done; the time runs from then.
      send().then(() => {
        timer = setTimeout(() => resolve(undefined), patience)
      }, reject)
    })
    try {
      return await heard
    } finally {
      clearTimeout(timer)
      this.#ear = undefined
    }
  }
}
