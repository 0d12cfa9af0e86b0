/**
 * A serial port as a Transport, over the serialport package (loaded only when a port is opened).
 * takes  path, baudRate (default 115200) · gives  an open Transport, locked against other programs
 * before ./link · after ./ports
 */
import { writeSync } from 'node:fs'
import { isMainThread } from 'node:worker_threads'
import { Subject } from 'rxjs'
import type { SerialPort } from 'serialport'
import { LutraError } from '../../hal/error.js'
import { lowLatency } from './latency.js'
import { ports } from './ports.js'
import type { Transport } from './transport.js'

export interface SerialOptions {
  readonly baudRate?: number
}

export async function serial(path: string, { baudRate = 115200 }: SerialOptions = {}): Promise<Transport> {
  // serialport's poller belongs to the main thread's loop: in another it ends the whole process. And threads hear no signals.
  if (!isMainThread)
    throw new LutraError('unsupported', 'Expected the main thread but this is a worker; open ports there')
  const { SerialPort } = await import('serialport').catch((cause) => {
    throw new LutraError('unsupported', 'Expected the serialport package; run npm install serialport', { cause })
  })
  const port = new SerialPort({ path, baudRate, autoOpen: false, lock: true })
  await new Promise<void>((opened, failed) => {
    port.open((error) => (error ? failed(openError(path, error)) : opened()))
  })
  // Listens from the first moment: the cable may be pulled out before we have said a word.
  const note = lowLatency(path)
  const transport = new SerialTransport(path, port, note === undefined ? [] : [note])
  // Boards take DTR as "a host is here". A pseudo-terminal has no such lines and answers ENOTTY.
  await new Promise<void>((set) => port.set({ dtr: true, rts: true }, () => set()))
  return transport
}

class SerialTransport implements Transport {
  readonly simulated = false
  readonly bytes = new Subject<Uint8Array>()
  readonly closed: Promise<LutraError | undefined>
  readonly #queue: { bytes: Uint8Array; sent: () => void; failed: (error: LutraError) => void }[] = []
  #busy = false

  constructor(
    readonly name: string,
    readonly port: SerialPort,
    readonly notes: readonly string[],
  ) {
    port.on('data', (bytes: Buffer) => this.bytes.next(bytes))
    // The close event follows and carries the news; an error without a listener would end the process.
    let trouble: unknown
    port.on('error', (error) => {
      trouble = error
    })
    this.closed = new Promise((settle) => {
      port.once('close', (cause?: Error & { disconnected?: boolean }) => {
        const lost = cause?.disconnected || trouble
        const reason = lost
          ? new LutraError('closed', `Expected ${name} to stay; check the cable`, { cause })
          : undefined
        for (const { failed } of this.#queue.splice(0)) failed(reason ?? new LutraError('closed', `${name} was closed`))
        settle(reason)
        this.bytes.complete()
      })
    })
  }

  async write(bytes: Uint8Array, { urgent = false } = {}): Promise<void> {
    if (!this.port.isOpen) throw new LutraError('closed', `Expected ${this.name} to be open; open the robot anew`)
    if (urgent && this.writeNow(bytes)) return
    // The line is full of older bytes. They lose against a stop: drop what the system still holds.
    if (urgent) this.port.flush(() => {})
    return new Promise((sent, failed) => {
      const entry = { bytes, sent, failed }
      if (urgent) this.#queue.unshift(entry)
      else this.#queue.push(entry)
      if (!this.#busy) this.#next()
    })
  }

  writeNow(bytes: Uint8Array): boolean {
    // The binding's descriptor is non-blocking: the write happens at once or answers EAGAIN.
    const { fd } = (this.port.port ?? {}) as { fd?: number | null }
    if (typeof fd !== 'number') return false
    try {
      return writeSync(fd, bytes) === bytes.length
    } catch {
      return false
    }
  }

  close(): Promise<void> {
    return new Promise((done) => {
      if (this.port.isOpen) this.port.close(() => done())
      else done()
    })
  }

  /** One write at a time, so that an urgent one waits for no more than one frame. */
  #next(): void {
    const entry = this.#queue.shift()
    this.#busy = entry !== undefined
    if (!entry) return
    this.port.write(entry.bytes, (cause) => {
      if (cause) entry.failed(new LutraError('io', `Expected to write to ${this.name}: ${cause.message}`, { cause }))
      else entry.sent()
      this.#next()
    })
  }
}

function openError(path: string, cause: Error): LutraError {
  const { message } = cause
  if (/lock/i.test(message))
    return new LutraError('io', `Expected ${path} to be free but another program holds it; close that`, { cause })
  if (/permission|access/i.test(message))
    return new LutraError('io', `Expected to be allowed to open ${path}; add yourself to its group (dialout)`, {
      cause,
    })
  const here = ports().map((port) => port.path)
  const hint = here.length ? `ports here: ${here.join(', ')}` : 'no serial port was found here'
  return new LutraError('io', `Expected a serial port at ${path} (${message}); ${hint}`, { cause })
}
