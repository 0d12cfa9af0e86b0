/**
 * What is told once, seen by every open page: server-sent events with resumption, and bounded memory for slow readers.
 * takes  what happens · gives  serve(request, response) for GET /lutra/events
 * before the routes of sdk/server · after ../page. Nobody who tells ever waits for somebody who watches.
 */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { plainHeaders } from '../answer.js'
import { Fault } from '../fault.js'
import { clippedJson, droppable, type Kind, kindOf, Ring } from './ring.js'
import type { Happening, Watch } from './watch.js'

export interface HubOptions {
  /** Pages at the same time; the next is answered 503. Default 32. */
  readonly watchers?: number
  /** Milliseconds between signs of life on a silent stream. Default 2000. */
  readonly heartbeat?: number
  /** Bytes that may wait for a page before its tokens and loads are left out. Default 65536. */
  readonly slow?: number
  /** Bytes that may wait for a page before it is hung up on; it comes back and resumes. Default 1 MiB. */
  readonly stuck?: number
}

interface Watcher {
  readonly response: ServerResponse
  /** Events left out since the last that was sent. */
  lost: number
}

export class WatchHub implements Watch {
  /** Of this process; numbers of events mean something only together with it. */
  readonly instance = randomUUID()
  readonly #ring = new Ring()
  readonly #watchers = new Set<Watcher>()
  readonly #listeners = new Set<(watched: boolean) => void>()
  readonly #options: Required<HubOptions>
  #n = 0
  #tokens = 0
  #beat: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: HubOptions = {}) {
    this.#options = { watchers: 32, heartbeat: 2000, slow: 65_536, stuck: 1 << 20, ...options }
  }

  /** Tokens that were told. */
  get tokens(): number {
    return this.#tokens
  }

  get watchers(): number {
    return this.#watchers.size
  }

  /** Happening now and at every change whether anybody watches. The answer ends it. */
  onWatched(listener: (watched: boolean) => void): () => void {
    this.#listeners.add(listener)
    listener(this.watchers > 0)
    return () => this.#listeners.delete(listener)
  }

  emit(told: Happening): void {
    if (this.#closed) return
    const kind = kindOf(told)
    if (kind === 'token') this.#tokens++
    const n = ++this.#n
    const frame = this.#frame(told, n)
    this.#ring.push({ n, kind, frame })
    for (const watcher of this.#watchers) this.#send(watcher, frame, kind)
  }

  /** Answers with the stream; it ends when the page goes, or with close(). Throws a Fault where it is full. */
  serve(request: IncomingMessage, response: ServerResponse): void {
    const { watchers } = this.#options
    if (this.#closed || this.watchers >= watchers)
      throw new Fault(503, `Expected at most ${watchers} open pages; close one`, { code: 'overloaded', retryAfter: 5 })
    plainHeaders(response)
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' })
    if (request.method === 'HEAD') {
      response.end()
      return
    }
    response.socket?.setNoDelay(true)
    const from = this.#resumeFrom(request.headers['last-event-id'])
    const watcher: Watcher = { response, lost: 0 }
    // Its number is where the stream goes on: a page that hears nothing more resumes from here.
    response.write(this.#frame({ type: 'hello', instance: this.instance, resumed: from !== undefined }, from ?? 0))
    for (const { frame } of this.#ring.after(from ?? 0)) response.write(frame)
    this.#watchers.add(watcher)
    response.on('close', () => this.#leave(watcher))
    response.on('error', () => this.#leave(watcher))
    if (this.watchers === 1) this.#wake(true)
  }

  close(): void {
    this.#closed = true
    for (const watcher of this.#watchers) {
      watcher.response.end()
      this.#leave(watcher)
    }
  }

  /** The number after which a page wants to go on; undefined where that cannot be done without a gap. */
  #resumeFrom(last: string | string[] | undefined): number | undefined {
    const [instance, number] = String(last).split('/')
    const n = Number(number)
    return instance === this.instance && Number.isInteger(n) && n > 0 && n <= this.#n && this.#ring.reaches(n)
      ? n
      : undefined
  }

  #frame(told: Happening, n: number): string {
    let data: string
    try {
      data = clippedJson({ at: Date.now(), ...told })
    } catch {
      // A cycle or a throwing getter in an action: it is still worth a word that it was there.
      data = JSON.stringify({ at: Date.now(), type: told.type, unreadable: true })
    }
    return `id: ${this.instance}/${n}\ndata: ${data}\n\n`
  }

  #send(watcher: Watcher, frame: string, kind: Kind): void {
    const { response } = watcher
    const waiting = response.writableLength
    if (waiting > this.#options.stuck) {
      response.destroy()
      this.#leave(watcher)
      return
    }
    if (waiting > this.#options.slow && droppable(kind)) {
      watcher.lost++
      return
    }
    if (watcher.lost > 0 && waiting <= this.#options.slow) {
      const events = watcher.lost
      watcher.lost = 0
      response.write(`data: ${JSON.stringify({ at: Date.now(), type: 'lost', events })}\n\n`)
    }
    response.write(frame)
  }

  #leave(watcher: Watcher): void {
    if (this.#watchers.delete(watcher) && this.watchers === 0) this.#wake(false)
  }

  #wake(watched: boolean): void {
    clearInterval(this.#beat)
    if (watched) {
      this.#beat = setInterval(() => {
        for (const { response } of this.#watchers) if (response.writableLength === 0) response.write(':\n\n')
      }, this.#options.heartbeat)
      this.#beat.unref()
    }
    for (const listener of this.#listeners) listener(watched)
  }
}
