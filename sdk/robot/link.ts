/**
 * The host's end of the rover protocol: numbered requests, answers matched to them, retries, and the stop path.
 * takes  a Transport · gives  messages (Observable<Heard>), request(), send(), stopNow()
 * before ./rover, ./run · after ./transport, ./protocol
 */
import { type Observable, Subject } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import { closed } from './closed.js'
import {
  type BoardMessage,
  decodeBoard,
  encodeFrame,
  encodeHost,
  FrameParser,
  type HostMessage,
  type NackReason,
} from './protocol/index.js'
import type { Transport } from './transport.js'

/** A message of the board and the sequence number it answers. */
export interface Heard {
  readonly sequence: number
  readonly message: BoardMessage
}

export interface RequestOptions {
  /** Sends before giving up. */
  readonly tries?: number
  /** Milliseconds to wait for an answer, each time. */
  readonly patience?: number
  readonly signal?: AbortSignal
  readonly sequence?: number
  /** The only answer, in place of the plain acknowledgement. */
  readonly answer?: (heard: Heard) => boolean
  /** What counts as an answer beside the plain acknowledgement. */
  readonly also?: (heard: Heard) => boolean
}

/** The stop is always the same bytes; they are made once, so that nothing stands between the wish and the wire. */
const stopFrame = encodeHost({ type: 'stop' }, 0)
export const stopBytes = encodeFrame(stopFrame)
export const stopId = stopFrame.id

export class Link {
  /** Frames that had to be sent again. */
  retries = 0
  /** Why the line has ended, once it has. */
  ended: LutraError | undefined
  readonly #heard = new Subject<Heard>()
  readonly #end = new Subject<LutraError>()
  readonly #parser = new FrameParser()
  #sequence = 0

  constructor(readonly transport: Transport) {
    transport.bytes.subscribe((bytes) => {
      for (const frame of this.#parser.push(bytes)) {
        const message = decodeBoard(frame)
        if (message) this.#heard.next({ sequence: frame.sequence, message })
      }
    })
    void transport.closed.then((reason) => {
      this.ended = reason ?? closed(transport.name)
      this.#end.next(this.ended)
      this.#heard.complete()
    })
  }

  /** Hot; completes when the line ends. */
  get messages(): Observable<Heard> {
    return this.#heard
  }

  /** Tells once why the line ended. */
  get end(): Observable<LutraError> {
    return this.#end
  }

  get noise(): number {
    return this.#parser.bad
  }

  /** The next sequence number, 1-65535. */
  number(): number {
    this.#sequence = (this.#sequence % 0xffff) + 1
    return this.#sequence
  }

  /** Sends once and waits for nothing. A line that is gone is told by `end`. */
  send(message: HostMessage, sequence = 0): void {
    this.transport.write(encodeFrame(encodeHost(message, sequence))).catch(() => {})
  }

  /** Past every queue, at once. */
  sendStop(): void {
    this.transport.write(stopBytes, { urgent: true }).catch(() => {})
  }

  /**
   * Sends until it is answered, with the same sequence number each time, so that the board acts on it once.
   * A nack is LutraError unsafe (io where the board has restarted), silence io, a line that ends closed; an abort rejects with the signal's reason.
   */
  request(message: HostMessage, options: RequestOptions = {}): Promise<Heard> {
    const { tries = 5, patience = 120, signal, sequence = this.number(), also = () => false } = options
    const { answer: only } = options
    const frame = encodeHost(message, sequence)
    const bytes = encodeFrame(frame)
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended)
      if (signal?.aborted) return reject(signal.reason)
      let sent = 0
      let timer: NodeJS.Timeout
      const settle = (act: () => void) => {
        clearTimeout(timer)
        ears.unsubscribe()
        signal?.removeEventListener('abort', aborted)
        act()
      }
      const aborted = () => settle(() => reject(signal?.reason))
      const knock = () => {
        if (sent === tries) return settle(() => reject(silent(this.transport.name, message, tries * patience)))
        if (sent++) this.retries++
        this.transport.write(bytes).catch(() => {})
        timer = setTimeout(knock, patience)
      }
      const ears = this.#heard.subscribe((heard) => {
        const answer = heard.message
        const mine = heard.sequence === sequence && 'of' in answer && answer.of === frame.id
        if (only ? only(heard) : also(heard) || (mine && answer.type === 'ack')) settle(() => resolve(heard))
        else if (mine && answer.type === 'nack') settle(() => reject(refused(message, answer.reason)))
      })
      ears.add(this.#end.subscribe((reason) => settle(() => reject(reason))))
      signal?.addEventListener('abort', aborted)
      knock()
    })
  }
}

function silent(name: string, message: HostMessage, ms: number): LutraError {
  const told = `Expected ${name} to answer "${message.type}" within ${ms} ms but heard nothing`
  return new LutraError('io', `${told}; check power, cable, baud rate and firmware`)
}

function refused(message: HostMessage, reason: NackReason): LutraError {
  const what = message.type === 'command' ? JSON.stringify(message.command) : message.type
  const why: Partial<Record<NackReason, string>> = {
    latched: 'its emergency stop is latched; reset() it',
    'greet-first': 'it has restarted; open the robot anew',
    busy: 'it is busy with another command',
    range: 'a value is outside its range',
    unable: 'it has no such part',
  }
  // A restart is no refusal: whatever it did before, nobody knows.
  const kind = reason === 'greet-first' ? 'io' : 'unsafe'
  return new LutraError(kind, `Expected the board to accept ${what} but it refused: ${why[reason] ?? reason}`)
}
