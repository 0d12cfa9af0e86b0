/** The AVR firmware on its emulated chip, spoken to frame by frame in the chip's own time: no timer, no waiting. */
import {
  type BoardMessage,
  decodeBoard,
  encodeFrame,
  encodeHost,
  FrameParser,
  type HostMessage,
  type WireCommand,
} from '../../../../sdk/robot/protocol/index.js'
import { Chip } from './chip.js'
import { Wheels } from './wheels.js'

export type Heard = BoardMessage & { readonly sequence: number; readonly ms: number }

export class Bench {
  readonly chip: Chip
  readonly wheels: Wheels
  readonly heard: Heard[] = []
  /** Where in `heard` the answers to the last order begin. */
  #since = 0
  readonly #parser = new FrameParser()

  constructor(program: Uint16Array) {
    this.chip = new Chip(program)
    this.wheels = new Wheels(this.chip)
    this.chip.onByte = (byte) => {
      for (const frame of this.#parser.push(Uint8Array.of(byte))) {
        const message = decodeBoard(frame)
        if (!message) throw new Error(`Expected a word of the protocol but the board said ${frame.id}`)
        this.heard.push({ ...message, sequence: frame.sequence, ms: this.chip.ms })
      }
    }
    this.wait(50)
  }

  get damaged(): number {
    return this.#parser.bad
  }

  wait(ms: number): void {
    this.chip.run(this.chip.ms + ms)
  }

  /** Says something; the plain answers within 20 ms: ack, a reason for no, done. */
  ask(message: HostMessage, sequence: number): string[] {
    return this.raw(encodeFrame(encodeHost(message, sequence)))
  }

  raw(bytes: Uint8Array): string[] {
    const before = this.heard.length
    this.chip.receive(bytes)
    this.wait(20)
    return this.heard
      .slice(before)
      .flatMap((m) => (m.type === 'nack' ? [m.reason] : m.type === 'ack' || m.type === 'done' ? [m.type] : []))
  }

  hello(session = 5): this {
    this.ask({ type: 'hello', version: 1, session }, 1)
    return this
  }

  order(command: WireCommand, sequence: number): string[] {
    this.#since = this.heard.length
    return this.ask({ type: 'command', command }, sequence)
  }

  /** Feeds a command until it has ended, or for `ms`. How it ended. */
  feed(sequence: number, ms = 10_000): string | undefined {
    const end = this.chip.ms + ms
    const done = () => this.heard.slice(this.#since).findLast((m) => m.type === 'done' && m.sequence === sequence)
    while (!done() && this.chip.ms < end) {
      this.ask({ type: 'heartbeat' }, sequence)
      this.wait(40)
    }
    const last = done()
    return last?.type === 'done' ? last.result : undefined
  }

  get telemetry() {
    const last = this.heard.findLast((m) => m.type === 'telemetry')
    if (last?.type !== 'telemetry') throw new Error('Expected telemetry but heard none')
    return last
  }
}
