/**
 * One command per skill, as the payload bytes a board reads. The ranges are checked again here, on both ends.
 * takes  a WireCommand (an action that moves or does something) · gives  id and payload, or the reason why not
 * before ../skills · after ./messages
 */
import { LutraError } from '../../../hal/error.js'
import { events, gazes, grips, headings, places, poses, type RoverAction, ranges, switches } from '../skills.js'
import { maxPayload } from './frame.js'

/** What a board can be told to do; `stop`, `repeat` and `refuse` never reach it as commands. */
export type WireCommand = Exclude<RoverAction, { readonly skill: 'stop' | 'repeat' | 'refuse' }>

/** One field of a payload: its name, its bytes, its way to bytes and back. */
type Field =
  | { readonly name: string; readonly words: readonly string[] }
  | { readonly name: string; readonly scale: number; readonly low: number; readonly high: number }
  | { readonly name: string; readonly text: true }

interface Layout {
  readonly id: number
  readonly fields: readonly Field[]
}

/** Numbers travel as whole steps in an int32: centimetres, tenths of a degree, tenths of a second. */
const layouts: Record<WireCommand['skill'], Layout> = {
  drive: { id: 0x10, fields: [steps('metres')] },
  turn: { id: 0x11, fields: [steps('degrees')] },
  drive_until: {
    id: 0x12,
    fields: [
      { name: 'direction', words: headings },
      { name: 'event', words: events },
    ],
  },
  goto: { id: 0x13, fields: [{ name: 'place', words: places }] },
  look: { id: 0x14, fields: [{ name: 'direction', words: gazes }] },
  grip: { id: 0x15, fields: [{ name: 'state', words: grips }] },
  arm: { id: 0x16, fields: [{ name: 'pose', words: poses }] },
  light: { id: 0x17, fields: [{ name: 'state', words: switches }] },
  wait: { id: 0x18, fields: [steps('seconds')] },
  say: { id: 0x19, fields: [{ name: 'text', text: true }] },
}

const byId = new Map(Object.entries(layouts).map(([skill, layout]) => [layout.id, { skill, ...layout }]))

export function encodeCommand(command: WireCommand): { id: number; payload: Uint8Array } {
  const layout = Object.hasOwn(layouts, command.skill) ? layouts[command.skill] : undefined
  if (!layout) throw new LutraError('unsupported', `Expected a command of the board but received ${command.skill}`)
  const values = command as unknown as Record<string, unknown>
  const parts = layout.fields.map((field) => encodeField(field, values[field.name]))
  return { id: layout.id, payload: Uint8Array.from(parts.flatMap((part) => [...part])) }
}

export function decodeCommand(id: number, payload: Uint8Array): WireCommand | 'unknown' | 'payload' | 'range' {
  const layout = byId.get(id)
  if (!layout) return 'unknown'
  const values: Record<string, unknown> = { skill: layout.skill }
  let at = 0
  for (const field of layout.fields) {
    const length = 'text' in field ? payload.length - at : 'words' in field ? 1 : 4
    if (at + length > payload.length) return 'payload'
    const value = decodeField(field, payload.subarray(at, at + length))
    if (value === undefined) return 'range'
    values[field.name] = value
    at += length
  }
  return at === payload.length ? (values as unknown as WireCommand) : 'payload'
}

function steps(name: 'metres' | 'degrees' | 'seconds'): Field {
  const { minimum, maximum, step } = ranges[name]
  const scale = Math.round(1 / step)
  return { name, scale, low: minimum * scale, high: maximum * scale }
}

function encodeField(field: Field, value: unknown): Uint8Array {
  const refuse = () => new LutraError('limit', `Expected a valid ${field.name} but received ${JSON.stringify(value)}`)
  if ('words' in field) {
    const index = field.words.indexOf(value as string)
    if (index < 0) throw refuse()
    return Uint8Array.of(index)
  }
  if ('text' in field) {
    const bytes = new TextEncoder().encode(String(value))
    if (bytes.length < 1 || bytes.length > maxPayload) throw refuse()
    return bytes
  }
  const steps = Math.round(Number(value) * field.scale)
  if (!(steps >= field.low && steps <= field.high)) throw refuse()
  const bytes = new Uint8Array(4)
  new DataView(bytes.buffer).setInt32(0, steps, true)
  return bytes
}

function decodeField(field: Field, bytes: Uint8Array): unknown {
  if ('words' in field) return field.words[bytes[0]]
  if ('text' in field) return bytes.length ? text(bytes) : undefined
  const steps = new DataView(bytes.buffer, bytes.byteOffset, 4).getInt32(0, true)
  return steps >= field.low && steps <= field.high ? steps / field.scale : undefined
}

function text(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}
