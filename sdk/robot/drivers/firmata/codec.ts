/**
 * Firmata 2.3 to 2.5 as bytes: MIDI-like messages of 7-bit data, and system exclusive ones between F0 and F7.
 * takes  bytes of any quality · gives  messages, or silence and a count of what was none
 * source github.com/firmata/protocol · before ./firmata
 */

/** Pin modes, as they travel. */
export const modes = { input: 0, output: 1, analog: 2, pwm: 3, servo: 4, pullup: 11 } as const
export type Mode = keyof typeof modes

const sysexStart = 0xf0
const sysexEnd = 0xf7
const report = { analog: 0xc0, digital: 0xd0, version: 0xf9, mode: 0xf4, reset: 0xff } as const
const write = { digital: 0x90, analog: 0xe0 } as const
const sysex = {
  mappingQuery: 0x69,
  mapping: 0x6a,
  capabilityQuery: 0x6b,
  capability: 0x6c,
  stateQuery: 0x6d,
  state: 0x6e,
  analog: 0x6f,
  servo: 0x70,
  text: 0x71,
  firmware: 0x79,
  sampling: 0x7a,
} as const

/** A Mega tells of 70 pins with up to 15 modes of two bytes each; whatever is longer is no answer of a board we know. */
const longest = 4096

export type Heard =
  | { readonly type: 'version'; readonly major: number; readonly minor: number }
  | { readonly type: 'firmware'; readonly major: number; readonly minor: number; readonly name: string }
  /** The value of an analog channel, or eight pins of a port. */
  | { readonly type: 'analog'; readonly channel: number; readonly value: number }
  | { readonly type: 'digital'; readonly port: number; readonly bits: number }
  /** By pin: mode number → bits of resolution. */
  | { readonly type: 'capability'; readonly pins: readonly ReadonlyMap<number, number>[] }
  /** By pin: its analog channel, 127 for none. */
  | { readonly type: 'mapping'; readonly channels: readonly number[] }
  | { readonly type: 'state'; readonly pin: number; readonly mode: number; readonly value: number }
  | { readonly type: 'text'; readonly text: string }

export const ask = {
  firmware: Uint8Array.of(sysexStart, sysex.firmware, sysexEnd),
  version: Uint8Array.of(report.version),
  capability: Uint8Array.of(sysexStart, sysex.capabilityQuery, sysexEnd),
  mapping: Uint8Array.of(sysexStart, sysex.mappingQuery, sysexEnd),
  state: (pin: number) => Uint8Array.of(sysexStart, sysex.stateQuery, pin, sysexEnd),
}

export const tell = {
  mode: (pin: number, mode: Mode) => Uint8Array.of(report.mode, pin, modes[mode]),
  /** Eight pins at once: bit by bit, from pin port × 8. */
  digital: (port: number, bits: number) => Uint8Array.of(write.digital | port, bits & 0x7f, (bits >> 7) & 1),
  /** A duty, or the degrees of a servo. */
  analog: (pin: number, value: number) =>
    pin < 16
      ? Uint8Array.of(write.analog | pin, value & 0x7f, (value >> 7) & 0x7f)
      : Uint8Array.of(sysexStart, sysex.analog, pin, value & 0x7f, (value >> 7) & 0x7f, sysexEnd),
  /** Pulse widths in microseconds that mean 0 and 180 degrees. */
  servo: (pin: number, least: number, most: number) =>
    Uint8Array.of(
      ...[sysexStart, sysex.servo, pin, least & 0x7f, (least >> 7) & 0x7f, most & 0x7f, (most >> 7) & 0x7f, sysexEnd],
    ),
  reportAnalog: (channel: number, on: boolean) => Uint8Array.of(report.analog | channel, on ? 1 : 0),
  reportDigital: (port: number, on: boolean) => Uint8Array.of(report.digital | port, on ? 1 : 0),
  /** Milliseconds between analog reports. */
  sampling: (ms: number) => Uint8Array.of(sysexStart, sysex.sampling, ms & 0x7f, (ms >> 7) & 0x7f, sysexEnd),
  /** Ends a system exclusive message that was cut short; means nothing otherwise. */
  end: Uint8Array.of(sysexEnd),
  reset: Uint8Array.of(report.reset),
}

/** Never throws, never holds more than one message. */
export class FirmataParser {
  /** Bytes and messages that said nothing. */
  bad = 0
  readonly #held = new Uint8Array(longest)
  #length = 0
  /** The message under way: its first byte, 0 for none. */
  #command = 0

  push(bytes: Uint8Array): Heard[] {
    const heard: Heard[] = []
    for (const byte of bytes) {
      const message = this.#take(byte)
      if (message) heard.push(message)
    }
    return heard
  }

  #take(byte: number): Heard | undefined {
    if (this.#command === sysexStart && byte === sysexEnd)
      return this.#end(readSysex(this.#held.subarray(0, this.#length)))
    if (byte >= 0x80) {
      // Whatever was under way is cut short by this.
      if (this.#command) this.bad++
      const known = byte === sysexStart || byte === report.version || carriesTwo(byte)
      this.#command = known ? byte : 0
      this.#length = 0
      if (!known) this.bad++
      return
    }
    if (this.#command === 0 || this.#length === longest) {
      this.#command = 0
      this.bad++
      return
    }
    this.#held[this.#length++] = byte
    if (this.#command !== sysexStart && this.#length === 2) return this.#end(this.#readTwo())
  }

  #end(message: Heard | undefined): Heard | undefined {
    this.#command = 0
    if (!message) this.bad++
    return message
  }

  #readTwo(): Heard {
    const [low, high] = this.#held
    if (this.#command === report.version) return { type: 'version', major: low, minor: high }
    const number = this.#command & 0x0f
    const value = low | (high << 7)
    return (this.#command & 0xf0) === write.analog
      ? { type: 'analog', channel: number, value }
      : { type: 'digital', port: number, bits: value & 0xff }
  }
}

function carriesTwo(byte: number): boolean {
  return (byte & 0xf0) === write.analog || (byte & 0xf0) === write.digital
}

function readSysex(bytes: Uint8Array): Heard | undefined {
  const [id, ...data] = bytes
  switch (id) {
    case sysex.firmware:
      return data.length < 2
        ? undefined
        : { type: 'firmware', major: data[0], minor: data[1], name: text(data.slice(2)) }
    case sysex.capability:
      return readCapability(data)
    case sysex.mapping:
      return { type: 'mapping', channels: data }
    case sysex.state:
      if (data.length < 3 || data.length > 6) return
      return {
        type: 'state',
        pin: data[0],
        mode: data[1],
        value: data.slice(2).reduce((sum, d, i) => sum | (d << (7 * i)), 0),
      }
    case sysex.text:
      return { type: 'text', text: text(data) }
  }
}

/** Characters in two halves of 7 and 1 bits; what cannot be shown is a question mark. */
function text(data: readonly number[]): string {
  let out = ''
  for (let i = 0; i + 1 < data.length; i += 2) {
    const code = data[i] | (data[i + 1] << 7)
    out += code >= 0x20 && code < 0x7f ? String.fromCharCode(code) : '?'
  }
  return out
}

/** Pairs of mode and resolution, a 127 behind each pin. */
function readCapability(data: readonly number[]): Heard | undefined {
  const pins: Map<number, number>[] = []
  let pin = new Map<number, number>()
  for (let i = 0; i < data.length; ) {
    if (data[i] === 127) {
      pins.push(pin)
      pin = new Map()
      i++
    } else {
      if (i + 1 >= data.length) return
      pin.set(data[i], data[i + 1])
      i += 2
    }
  }
  return pin.size === 0 && pins.length <= 128 ? { type: 'capability', pins } : undefined
}
