/**
 * A device at the end of a pipe, asked and waited for: a thread of its own holds the process, the asking thread sleeps on
 * shared memory until the answer is there, and never longer than it said.
 * takes  a command line that speaks the protocol on its standard input and output · gives  answers
 * before ./pipe-worker · after ./array
 */
import { Worker } from 'node:worker_threads'
import { LutraError } from '../../../hal/error.js'
import { workerFile } from '../../../hal/worker-file.js'
import { answeredBit, encodeFrame, refusedKind } from './frame.js'

/** Words of the shared control block. */
export const stateWord = 0
export const lengthWord = 1
export const kindWord = 2
/** Process id of the device while it lives, else 0. */
export const pidWord = 3
const words = 4

export const pending = 1
export const answered = 2
export const failed = 3

/** What a failure says is no longer than this. */
export const textBytes = 1024

export interface PipeStart {
  readonly command: readonly string[]
  readonly control: SharedArrayBuffer
  readonly answer: SharedArrayBuffer
}

export interface PipeRequest {
  readonly frame: Uint8Array
  readonly number: number
  /** Also post a message when the answer is there. */
  readonly tell: boolean
}

export class Pipe {
  readonly #worker: Worker
  readonly #control: Int32Array
  readonly #answer: Uint8Array
  #number = 0
  #open = true

  /** `limit`: bytes of the largest answer. */
  constructor(
    readonly command: readonly string[],
    limit: number,
  ) {
    const control = new SharedArrayBuffer(4 * words)
    const answer = new SharedArrayBuffer(Math.max(limit, textBytes))
    this.#control = new Int32Array(control)
    this.#answer = new Uint8Array(answer)
    const start: PipeStart = { command, control, answer }
    this.#worker = new Worker(workerFile(import.meta.url, './pipe-worker.js'), { workerData: start, execArgv: [] })
    this.#worker.unref()
    this.#worker.on('error', () => this.close())
  }

  /** Asks and sleeps until the answer is there. LutraError io: none within `milliseconds`, or a wrong one; closed: after that. */
  exchange(kind: number, payload: Uint8Array, milliseconds: number): Uint8Array {
    this.#ask(kind, payload, false)
    Atomics.wait(this.#control, stateWord, pending, milliseconds)
    return this.#take(kind, milliseconds)
  }

  /** The same without blocking this thread. */
  async exchangeLater(kind: number, payload: Uint8Array, milliseconds: number): Promise<Uint8Array> {
    this.#ask(kind, payload, true)
    const worker = this.#worker
    worker.ref()
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, milliseconds)
      function done(): void {
        clearTimeout(timer)
        for (const event of ['message', 'error', 'exit']) worker.off(event, done)
        worker.unref()
        resolve()
      }
      for (const event of ['message', 'error', 'exit']) worker.on(event, done)
    })
    return this.#take(kind, milliseconds)
  }

  /** Ends the device, whatever it is doing. Idempotent. */
  close(): void {
    if (!this.#open) return
    this.#open = false
    this.#worker.postMessage('close')
    const pid = Atomics.load(this.#control, pidWord)
    if (pid > 0)
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended by itself.
      }
  }

  #ask(kind: number, payload: Uint8Array, tell: boolean): void {
    if (!this.#open) throw new LutraError('closed', `Expected an open device but ${this.command[0]} is closed`)
    this.#number = (this.#number + 1) & 255
    Atomics.store(this.#control, stateWord, pending)
    const frame = encodeFrame(kind, this.#number, payload)
    const request: PipeRequest = { frame, number: this.#number, tell }
    this.#worker.postMessage(request, [frame.buffer])
  }

  #take(kind: number, milliseconds: number): Uint8Array {
    const state = Atomics.load(this.#control, stateWord)
    const answer = this.#answer.slice(0, Atomics.load(this.#control, lengthWord))
    const found = Atomics.load(this.#control, kindWord)
    if (state === answered && found === (kind | answeredBit)) return answer
    this.close()
    throw new LutraError('io', `Expected an answer of the device ${this.command[0]} but ${why()}; open it again`)

    function why(): string {
      if (state === pending) return `none came within ${milliseconds} ms`
      const text = Buffer.from(answer).toString('latin1').trim()
      if (state === failed) return text
      return found === refusedKind ? `it refused: ${text.slice(0, 100)}` : `found one of kind ${found}`
    }
  }
}
