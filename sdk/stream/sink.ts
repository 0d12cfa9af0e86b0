/**
 * Where values go besides: a log file, a Node or web stream, or a function, each with its own way to say "wait".
 * takes  one of them · gives  write(value), whether it is full, and close()
 * after ./tee
 */
import { createWriteStream } from 'node:fs'
import type { Writable } from 'node:stream'

export type TeeTarget<T> =
  /** Path of a file that is appended to, and closed at the end. */
  | string
  /** A stream that its owner closes. */
  | Writable
  | WritableStream<string>
  /** Gets the value itself; a promise that it returns is waited for. */
  | ((value: T) => unknown)

export interface Sink<T> {
  /** Settles when the value has been taken; rejects where it could not be. */
  write(value: T): Promise<unknown>
  /** After a write: the source had better wait for it. */
  readonly full: boolean
  /** Lets the target go. Resolves once a file is whole. */
  close(): Promise<unknown>
}

export function openSink<T>(target: TeeTarget<T>, shape: (value: T) => string): Sink<T> {
  if (typeof target === 'function') return new FunctionSink(target)
  if (typeof target === 'string') return new NodeSink(createWriteStream(target, { flags: 'a' }), shape, true)
  return 'getWriter' in target ? new WebSink(target, shape) : new NodeSink(target, shape, false)
}

class FunctionSink<T> implements Sink<T> {
  full = false

  constructor(readonly call: (value: T) => unknown) {}

  async write(value: T): Promise<void> {
    const answer = this.call(value)
    this.full = typeof (answer as PromiseLike<unknown> | undefined)?.then === 'function'
    await answer
  }

  async close(): Promise<void> {}
}

class NodeSink<T> implements Sink<T> {
  full = false

  constructor(
    readonly stream: Writable,
    readonly shape: (value: T) => string,
    readonly own: boolean,
  ) {
    // The write's own callback tells; an error event that nobody hears would end the process.
    stream.on('error', ignore)
  }

  write(value: T): Promise<void> {
    return new Promise((written, failed) => {
      const more = this.stream.write(this.shape(value), (error) => (error ? failed(error) : written()))
      this.full = !more
    })
  }

  close(): Promise<void> {
    if (this.own) return new Promise((closed) => this.stream.end(closed))
    this.stream.off('error', ignore)
    return Promise.resolve()
  }
}

class WebSink<T> implements Sink<T> {
  readonly #writer: WritableStreamDefaultWriter<string>

  constructor(
    target: WritableStream<string>,
    readonly shape: (value: T) => string,
  ) {
    this.#writer = target.getWriter()
    this.#writer.closed.catch(ignore)
    this.#writer.ready.catch(ignore)
  }

  get full(): boolean {
    return (this.#writer.desiredSize ?? 0) <= 0
  }

  async write(value: T): Promise<void> {
    await this.#writer.write(this.shape(value))
  }

  async close(): Promise<void> {
    this.#writer.releaseLock()
  }
}

function ignore(): void {}
