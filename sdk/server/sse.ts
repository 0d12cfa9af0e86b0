/**
 * Server-sent events to one reader, who may be slow: whoever sends waits for him, and no more than a buffer is held.
 * takes  a response · gives  events on it · after ./openai, ./robot
 */
import type { ServerResponse } from 'node:http'
import { LutraError } from '../../hal/error.js'
import { plainHeaders } from './answer.js'
import { faultOf } from './fault.js'

export class EventStream {
  /** Milliseconds that the reader may leave the buffers full before it is hung up on. */
  constructor(
    readonly response: ServerResponse,
    readonly stall: number,
  ) {
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

  /** Tells that it went wrong after it had begun well. */
  async fail(error: unknown): Promise<void> {
    await this.json(faultOf(error).body).catch(() => {})
  }

  end(): void {
    this.response.end()
  }

  async #write(text: string): Promise<void> {
    const { response } = this
    if (response.destroyed) throw gone()
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
