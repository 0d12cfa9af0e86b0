/**
 * Two transports joined in memory: stands where no serial port exists.
 * takes  bytesPerSecond, so that a queue can fill up as on a real line, and a name
 * gives  { host, board, cut } — cut() is the cable pulled out
 */
import { Subject } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import type { Transport } from './transport.js'

export interface MemoryPair {
  readonly host: Transport
  readonly board: Transport
  cut(): void
}

export interface MemoryPairOptions {
  /** Default: as fast as it goes. */
  readonly bytesPerSecond?: number
  /** Default `simulated`. */
  readonly name?: string
}

export function memoryPair({ bytesPerSecond = Infinity, name = 'simulated' }: MemoryPairOptions = {}): MemoryPair {
  const host = new End(name, bytesPerSecond)
  const board = new End(name, bytesPerSecond)
  host.peer = board
  board.peer = host
  const cut = () => {
    for (const end of [host, board]) end.end(new LutraError('closed', 'Expected an open line but it was cut'))
  }
  return { host, board, cut }
}

class End implements Transport {
  readonly simulated = true
  readonly bytes = new Subject<Uint8Array>()
  readonly closed: Promise<LutraError | undefined>
  peer!: End
  #settle!: (reason?: LutraError) => void
  #open = true
  #busy = false
  readonly #queue: { bytes: Uint8Array; sent: () => void; failed: (error: LutraError) => void }[] = []

  constructor(
    readonly name: string,
    readonly bytesPerSecond: number,
  ) {
    this.closed = new Promise((settle) => {
      this.#settle = settle
    })
  }

  write(bytes: Uint8Array, { urgent = false } = {}): Promise<void> {
    if (!this.#open) return Promise.reject(new LutraError('closed', 'Expected an open line; open the robot anew'))
    return new Promise((sent, failed) => {
      const entry = { bytes: bytes.slice(), sent, failed }
      if (urgent) this.#queue.unshift(entry)
      else this.#queue.push(entry)
      if (!this.#busy) this.#next()
    })
  }

  writeNow(bytes: Uint8Array): boolean {
    if (this.#open) this.peer.receive(bytes.slice())
    return this.#open
  }

  async close(): Promise<void> {
    this.end()
    this.peer.end(new LutraError('closed', 'Expected an open line but the other end closed it'))
  }

  receive(bytes: Uint8Array): void {
    if (this.#open) this.bytes.next(bytes)
  }

  end(reason?: LutraError): void {
    if (!this.#open) return
    this.#open = false
    for (const { failed } of this.#queue.splice(0)) failed(reason ?? new LutraError('closed', 'The line was closed'))
    this.#settle(reason)
    this.bytes.complete()
  }

  /** Sends the head of the queue; a slow line is busy for as long as its bytes take. */
  #next(): void {
    const entry = this.#queue.shift()
    this.#busy = entry !== undefined
    if (!entry) return
    const deliver = () => {
      this.peer.receive(entry.bytes)
      entry.sent()
      this.#next()
    }
    if (this.bytesPerSecond === Infinity) setImmediate(deliver)
    else setTimeout(deliver, (1000 * entry.bytes.length) / this.bytesPerSecond)
  }
}
