/**
 * Server-sent events to one reader, who may be slow: whoever sends waits for him, and no more than a buffer is held.
 * takes  a response · gives  events on it · after ./openai, ./robot
 */
import type { ServerResponse } from 'node:http'
import { LutraError } from '../../hal/error.js'
import { plainHeaders } from './answer.js'
import { faultOf } from './fault.js'

/**
 * Gives `work` a stream and ends it. A fault before the first event is thrown, so that it becomes an answer with its own
 * status; a later one is sent as an event first.
 */
export async function streaming(
  response: ServerResponse,
  stall: number,
  work: (events: EventStream) => Promise<void>,
): Promise<void> {
  const events = new EventStream(response, stall)
  try {
    await work(events)
  } catch (error) {
    if (response.headersSent) await events.json(faultOf(error).body).catch(() => {})
    throw error
  } finally {
    if (response.headersSent) response.end()
  }
}

export class EventStream {
  constructor(
    readonly response: ServerResponse,
    /** Milliseconds that the reader may leave the buffers full before it is hung up on. */
    readonly stall: number,
  ) {}

  /** Sends the headers, if no event has: the reader then knows that it is heard. */
  begin(): void {
    const { response } = this
    if (response.headersSent || response.destroyed) return
    plainHeaders(response)
    // Reverse proxies hold back what they may buffer.
    response.writeHead(200, { 'Content-Type': 'text/event-stream; charset=utf-8', 'X-Accel-Buffering': 'no' })
    response.flushHeaders()
  }

  /** Resolves when there is room for more; LutraError cancelled where the reader went away or stopped reading. */
  json(value: unknown, event?: string): Promise<void> {
    return this.#write(`${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(value)}\n\n`)
  }

  /** The word that ends OpenAI's streams. */
  done(): Promise<void> {
    return this.#write('data: [DONE]\n\n')
  }

  async #write(text: string): Promise<void> {
    const { response } = this
    if (response.destroyed) throw gone()
    this.begin()
    if (response.write(text)) return
    await new Promise<void>((resolve, reject) => {
      const settle = (fault?: LutraError) => {
        clearTimeout(timer)
        response.off('drain', onDrain)
        response.off('close', onClose)
        if (fault) reject(fault)
        else resolve()
      }
      const onDrain = () => settle()
      const onClose = () => settle(gone())
      const timer = setTimeout(() => {
        settle(new LutraError('cancelled', `Expected the reader to go on within ${this.stall} ms but it did not`))
        response.destroy()
      }, this.stall)
      response.on('drain', onDrain)
      response.on('close', onClose)
    })
  }
}

function gone(): LutraError {
  return new LutraError('cancelled', 'Expected a reader but it went away')
}
