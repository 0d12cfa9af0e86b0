/**
 * A line that does every kind of harm: loses, damages, doubles, splits and delays what passes, and so reorders it; cut at will.
 * takes  a Clock, chance · gives  two Transports, and taps on what reaches and leaves the board
 */
import { Subject } from 'rxjs'
import { LutraError } from '../../../../hal/error.js'
import type { Transport } from '../../../../sdk/robot/transport.js'
import type { Clock } from './clock.js'

/** Chances per write; `late` is the most that a delayed one waits, in ms. */
export interface Harm {
  drop: number
  corrupt: number
  duplicate: number
  delay: number
  late: number
}

const calm: Harm = { drop: 0, corrupt: 0, duplicate: 0, delay: 0, late: 0 }
/** 115200 baud. */
const bytesPerMs = 11.52

export class Line {
  readonly harm = { ...calm }
  readonly host: End
  readonly board: End
  /** Writes of the host, for who waits for its first word. */
  writes = 0

  constructor(
    readonly clock: Clock,
    readonly random: () => number,
  ) {
    this.host = new End(this, 'host')
    this.board = new End(this, 'board')
    this.host.peer = this.board
    this.board.peer = this.host
  }

  calm(): void {
    Object.assign(this.harm, calm)
  }

  cut(): void {
    for (const end of [this.host, this.board])
      end.finish(new LutraError('closed', 'Expected an open line but it was cut'))
  }

  hurt(bytes: Uint8Array, deliver: (bytes: Uint8Array, after: number) => void): void {
    const { random, harm } = this
    if (random() < harm.drop) return
    let chunk = bytes.slice()
    if (random() < harm.corrupt) {
      const what = random()
      if (what < 0.5) chunk[Math.floor(random() * chunk.length)] ^= 1 + Math.floor(random() * 255)
      else if (what < 0.75) chunk = chunk.slice(0, Math.floor(random() * chunk.length))
      else chunk = Uint8Array.from({ length: 1 + Math.floor(random() * 40) }, () => Math.floor(random() * 256))
    }
    const after = random() < harm.delay ? random() * harm.late : 0
    if (random() < 0.2) {
      const half = Math.floor(chunk.length / 2)
      deliver(chunk.slice(0, half), after)
      deliver(chunk.slice(half), after)
    } else deliver(chunk, after)
    if (random() < harm.duplicate) deliver(chunk, after + random() * harm.late)
  }
}

class End implements Transport {
  readonly name = 'simulated'
  readonly simulated = true
  readonly bytes = new Subject<Uint8Array>()
  readonly closed: Promise<LutraError | undefined>
  /** Told of what arrives and of what is said, before the line does its harm to it. */
  onArrive: (bytes: Uint8Array) => void = () => {}
  onSay: (bytes: Uint8Array) => void = () => {}
  peer!: End
  #settle!: (reason?: LutraError) => void
  #open = true
  #busy = false
  readonly #queue: { bytes: Uint8Array; sent: () => void; failed: (error: LutraError) => void }[] = []

  constructor(
    readonly line: Line,
    readonly owner: 'host' | 'board',
  ) {
    this.closed = new Promise((settle) => {
      this.#settle = settle
    })
  }

  write(bytes: Uint8Array, { urgent = false } = {}): Promise<void> {
    if (!this.#open) return Promise.reject(new LutraError('closed', 'Expected an open line; open the robot anew'))
    if (this.owner === 'host') this.line.writes++
    this.onSay(bytes)
    return new Promise((sent, failed) => {
      const entry = { bytes: bytes.slice(), sent, failed }
      if (urgent) this.#queue.unshift(entry)
      else this.#queue.push(entry)
      if (!this.#busy) this.#next()
    })
  }

  writeNow(bytes: Uint8Array): boolean {
    if (this.#open) this.#pass(bytes)
    return this.#open
  }

  async close(): Promise<void> {
    this.finish()
    this.peer.finish(new LutraError('closed', 'Expected an open line but the other end closed it'))
  }

  finish(reason?: LutraError): void {
    if (!this.#open) return
    this.#open = false
    for (const { failed } of this.#queue.splice(0)) failed(reason ?? new LutraError('closed', 'The line was closed'))
    this.#settle(reason)
    this.bytes.complete()
  }

  #next(): void {
    const entry = this.#queue.shift()
    this.#busy = entry !== undefined
    if (!entry) return
    this.line.clock.as('line', () => {
      setTimeout(() => {
        this.#pass(entry.bytes)
        entry.sent()
        this.#next()
      }, entry.bytes.length / bytesPerMs)
    })
  }

  #pass(bytes: Uint8Array): void {
    const { peer, line } = this
    line.hurt(bytes, (chunk, after) => {
      // Whoever receives does so in his own time: a paused host reads when it goes on.
      line.clock.as(peer.owner, () => setTimeout(() => peer.#receive(chunk), after))
    })
  }

  #receive(bytes: Uint8Array): void {
    if (!this.#open || bytes.length === 0) return
    this.onArrive(bytes)
    this.bytes.next(bytes)
  }
}
