/**
 * A pseudo-terminal from the addon: the robot opens its path like any serial port, the simulated board has the far end.
 * gives  { path, board } or the reason why this machine has none
 * before ./start · after kernels/native (openPty)
 */
import { closeSync, constants, openSync, write, writeSync } from 'node:fs'
import { ReadStream } from 'node:tty'
import { Subject } from 'rxjs'
import { LutraError } from '../../hal/index.js'
import { loadNative } from '../../kernels/native/load.js'
import type { Transport } from '../../sdk/robot/transport.js'

export type Pty =
  | { readonly path: string; readonly board: Transport; readonly reason?: undefined }
  | { readonly path?: undefined; readonly reason: string }

export function openPty(): Pty {
  const native = loadNative()
  if (!native.exports) return { reason: native.reason }
  const open = native.exports.openPty as (() => { fd: number; path: string }) | undefined
  if (typeof open !== 'function') return { reason: 'the addon has no openPty on this system' }
  try {
    const { fd, path } = open()
    // Held open on our side too: with nobody at the host's end, reading the far end would fail and end the line.
    const held = openSync(path, constants.O_RDWR | constants.O_NOCTTY)
    return { path, board: new PtyTransport(path, fd, held) }
  } catch (error) {
    return { reason: `no pseudo-terminal could be opened: ${error instanceof Error ? error.message : String(error)}` }
  }
}

/** Milliseconds until a full line is tried again. */
const patience = 5

class PtyTransport implements Transport {
  readonly simulated = true
  readonly bytes = new Subject<Uint8Array>()
  readonly closed: Promise<LutraError | undefined>
  readonly #stream: ReadStream
  #writes: Promise<unknown> = Promise.resolve()
  #open = true
  #asked = false

  constructor(
    readonly name: string,
    readonly fd: number,
    held: number,
  ) {
    this.#stream = new ReadStream(fd)
    this.#stream.on('data', (bytes: Buffer) => this.bytes.next(bytes))
    this.#stream.on('error', () => this.#stream.destroy())
    this.closed = new Promise((settle) => {
      this.#stream.once('close', () => {
        this.#open = false
        closeSync(held)
        settle(this.#asked ? undefined : new LutraError('closed', `Expected ${name} to stay open`))
        this.bytes.complete()
      })
    })
  }

  write(bytes: Uint8Array): Promise<void> {
    const turn = this.#writes.then(() => this.#write(bytes))
    this.#writes = turn.catch(() => {})
    return turn
  }

  writeNow(bytes: Uint8Array): boolean {
    try {
      return this.#open && writeSync(this.fd, bytes) === bytes.length
    } catch {
      return false
    }
  }

  close(): Promise<void> {
    this.#asked = true
    this.#stream.destroy()
    return this.closed.then(() => {})
  }

  #write(bytes: Uint8Array): Promise<void> {
    return new Promise((sent, failed) => {
      const go = (from: number) => {
        if (!this.#open) return failed(new LutraError('closed', `${this.name} was closed`))
        write(this.fd, bytes, from, bytes.length - from, null, (cause, count) => {
          if (cause && cause.code !== 'EAGAIN') failed(new LutraError('io', cause.message, { cause }))
          else if (from + (count || 0) < bytes.length) setTimeout(go, patience, from + (count || 0))
          else sent()
        })
      }
      go(0)
    })
  }
}
