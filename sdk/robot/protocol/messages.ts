/**
 * The words of the rover protocol: what host and board say to each other, as frames and back.
 * takes  a message and its sequence number · gives  a Frame, or undefined for bytes that say nothing we know
 * before ./commands (payloads of the skills) · after ./frame
 */
import { decodeCommand, encodeCommand, type WireCommand } from './commands.js'
import type { Frame } from './frame.js'

export const protocolVersion = 1

const host = { hello: 0x01, timeout: 0x02, heartbeat: 0x03, stop: 0x04, reset: 0x05, cancel: 0x06 } as const
const board = { welcome: 0x81, ack: 0x82, nack: 0x83, telemetry: 0x85, done: 0x86 } as const

/** Why a board says no. The index is the byte on the wire. */
// biome-ignore format: a table
export const nackReasons = [
  'none', 'unknown', 'payload', 'range', 'latched', 'busy', 'greet-first', 'stale', 'unable',
] as const
/** How a command stands or ended. The index is the byte on the wire. */
export const results = ['none', 'running', 'done', 'stopped', 'timeout', 'blocked', 'cancelled', 'rejected'] as const
export type NackReason = (typeof nackReasons)[number]
export type Result = (typeof results)[number]

export type HostMessage =
  /** First words; `session` tells one host run from the next. */
  | { readonly type: 'hello'; readonly version: number; readonly session: number }
  /** Milliseconds without a heartbeat after which the board stops by itself. */
  | { readonly type: 'timeout'; readonly ms: number }
  /** I am well; go on with the command of this sequence number. */
  | { readonly type: 'heartbeat' }
  /** Emergency: stop now and stay stopped. Sequence 0. */
  | { readonly type: 'stop' }
  /** A person allows motion again; `latch` must be the number of the stop that is cleared. */
  | { readonly type: 'reset'; readonly latch: number }
  /** Give up the running command; motors to rest, no latch. */
  | { readonly type: 'cancel' }
  | { readonly type: 'command'; readonly command: WireCommand }

export interface Telemetry {
  readonly latched: boolean
  /** Counts emergency stops, 0-255 and round again. */
  readonly latch: number
  /** The last command that was accepted, and how it stands. */
  readonly command: number
  readonly result: Result
  /** Per cent of the running command, as far as the board can tell. */
  readonly percent: number
  /** Metres, metres, degrees counter-clockwise. */
  readonly pose: { readonly x: number; readonly y: number; readonly heading: number }
  /** Metres per second and degrees per second. */
  readonly speed: number
  readonly spin: number
  /** Volts. */
  readonly battery: number
}

export type BoardMessage =
  /** `boot` changes with every start of the board; `simulated`: there are no wheels. */
  | {
      readonly type: 'welcome'
      readonly version: number
      readonly session: number
      readonly boot: number
      readonly simulated: boolean
    }
  /** `of` is the id of the frame that is confirmed; `latch` as in Telemetry. */
  | { readonly type: 'ack'; readonly of: number; readonly latch: number }
  | { readonly type: 'nack'; readonly of: number; readonly reason: NackReason }
  | ({ readonly type: 'telemetry' } & Telemetry)
  | { readonly type: 'done'; readonly result: Result }

export function encodeHost(message: HostMessage, sequence: number): Frame {
  if (message.type === 'command') return { sequence, ...encodeCommand(message.command) }
  const [view, payload] = bytes(
    message.type === 'hello' ? 5 : message.type === 'timeout' ? 2 : message.type === 'reset' ? 1 : 0,
  )
  if (message.type === 'hello') {
    view.setUint8(0, message.version)
    view.setUint32(1, message.session, true)
  } else if (message.type === 'timeout') view.setUint16(0, message.ms, true)
  else if (message.type === 'reset') view.setUint8(0, message.latch)
  return { id: host[message.type], sequence, payload }
}

/** What the host said; `unreadable` for a known id with a payload of the wrong shape or range. */
export function decodeHost({ id, payload }: Frame): HostMessage | 'unknown' | 'payload' | 'range' {
  const view = viewOf(payload)
  const has = (length: number) => payload.length === length
  switch (id) {
    case host.hello:
      return has(5) ? { type: 'hello', version: view.getUint8(0), session: view.getUint32(1, true) } : 'payload'
    case host.timeout:
      return has(2) ? { type: 'timeout', ms: view.getUint16(0, true) } : 'payload'
    case host.reset:
      return has(1) ? { type: 'reset', latch: view.getUint8(0) } : 'payload'
    // Stopping must not fail over a detail: whatever its payload, a stop is a stop.
    case host.stop:
      return { type: 'stop' }
    case host.heartbeat:
      return has(0) ? { type: 'heartbeat' } : 'payload'
    case host.cancel:
      return has(0) ? { type: 'cancel' } : 'payload'
  }
  const command = decodeCommand(id, payload)
  return typeof command === 'string' ? command : { type: 'command', command }
}

export function encodeBoard(message: BoardMessage, sequence: number): Frame {
  const [view, payload] = bytes({ welcome: 8, ack: 2, nack: 2, telemetry: 21, done: 1 }[message.type])
  switch (message.type) {
    case 'welcome':
      view.setUint8(0, message.version)
      view.setUint32(1, message.session, true)
      view.setUint16(5, message.boot, true)
      view.setUint8(7, message.simulated ? 1 : 0)
      break
    case 'ack':
      view.setUint8(0, message.of)
      view.setUint8(1, message.latch)
      break
    case 'nack':
      view.setUint8(0, message.of)
      view.setUint8(1, nackReasons.indexOf(message.reason))
      break
    case 'telemetry':
      view.setUint8(0, message.latched ? 1 : 0)
      view.setUint8(1, message.latch)
      view.setUint16(2, message.command, true)
      view.setUint8(4, results.indexOf(message.result))
      view.setUint8(5, Math.round(message.percent))
      view.setInt32(6, Math.round(message.pose.x * 1000), true)
      view.setInt32(10, Math.round(message.pose.y * 1000), true)
      view.setInt16(14, Math.round(message.pose.heading * 10), true)
      view.setInt16(16, Math.round(message.speed * 1000), true)
      view.setInt8(18, Math.round(message.spin / 2))
      view.setUint16(19, Math.round(message.battery * 1000), true)
      break
    case 'done':
      view.setUint8(0, results.indexOf(message.result))
  }
  return { id: board[message.type], sequence, payload }
}

/** What the board said, or undefined for what no board of ours says. */
export function decodeBoard({ id, payload }: Frame): BoardMessage | undefined {
  const view = viewOf(payload)
  switch (id) {
    case board.welcome:
      if (payload.length !== 8) return
      return {
        type: 'welcome',
        version: view.getUint8(0),
        session: view.getUint32(1, true),
        boot: view.getUint16(5, true),
        simulated: view.getUint8(7) !== 0,
      }
    case board.ack:
      return payload.length === 2 ? { type: 'ack', of: view.getUint8(0), latch: view.getUint8(1) } : undefined
    case board.nack:
      if (payload.length !== 2) return
      return { type: 'nack', of: view.getUint8(0), reason: nackReasons[view.getUint8(1)] ?? 'unknown' }
    case board.telemetry:
      return payload.length === 21 ? { type: 'telemetry', ...telemetry(view) } : undefined
    case board.done: {
      const result = payload.length === 1 ? results[view.getUint8(0)] : undefined
      return result && { type: 'done', result }
    }
  }
}

function telemetry(view: DataView): Telemetry {
  return {
    latched: view.getUint8(0) !== 0,
    latch: view.getUint8(1),
    command: view.getUint16(2, true),
    result: results[view.getUint8(4)] ?? 'none',
    percent: Math.min(100, view.getUint8(5)),
    pose: {
      x: view.getInt32(6, true) / 1000,
      y: view.getInt32(10, true) / 1000,
      heading: view.getInt16(14, true) / 10,
    },
    speed: view.getInt16(16, true) / 1000,
    spin: view.getInt8(18) * 2,
    battery: view.getUint16(19, true) / 1000,
  }
}

function bytes(length: number): [DataView, Uint8Array] {
  const payload = new Uint8Array(length)
  return [viewOf(payload), payload]
}

function viewOf(payload: Uint8Array): DataView {
  return new DataView(payload.buffer, payload.byteOffset, payload.byteLength)
}
