/**
 * Where every bit of a block lies, by a user's layout or in natural order: Ladder's `map`, written out.
 * takes  TypeDefinition · gives  FieldStorage · before ./metadata · after ./define
 */
import { LutraError } from '../../../hal/error.js'
import type { TypeDefinition } from './define.js'
import { type MetadataFormat, metadataFormat } from './metadata.js'
import type { FieldStorage, Metadata } from './ttype.js'

/** Bits are counted from the lowest bit of byte 0. */
export interface BlockLayout {
  readonly blockBytes: number
  /** Bit b of the block's code (or word of digits) j. */
  code(j: number, b: number): number
  /** The lowest bit of the scale of group g; its other bits follow. Absent: there is none. */
  scale?(g: number): number
  /** The lowest bit of a scale's second factor. */
  blockScale?: number
  minimum?(g: number): number
  blockMinimum?: number
}

export function place(definition: TypeDefinition): FieldStorage {
  const { name, bits, lanes = 1, digits, scale, minimum } = definition
  whole(name, 'bits of a code', bits, 1, 32)
  whole(name, 'lanes', lanes, 1, 8)
  const { group = lanes } = definition
  const block = definition.block ?? (digits ? group : fewest(group, bits, lanes))
  whole(name, 'weights of a group', group, 1, 65536)
  whole(name, 'weights of a block', block, 1, 65536)
  if (group % lanes !== 0 || block % group !== 0)
    throw new LutraError('mismatch', `Expected ${name} to have whole groups in a block, and whole codes in a group`)
  const one = digits ? digits.count : lanes
  const words = Math.ceil(block / one)
  const wordBits = digits?.bits ?? bits
  const groups = definition.group === undefined ? 1 : block / group
  const natural = naturalLayout(words * wordBits, wordBits, groups, scale, minimum)
  const layout = definition.layout ?? natural
  const list = (format: MetadataFormat | undefined, at: 'scale' | 'minimum', times: 'blockScale' | 'blockMinimum') => {
    if (format === undefined) return undefined
    const places = layout[at]
    if (!places) throw new LutraError('mismatch', `Expected the layout of ${name} to say where a ${at} lies`)
    return Array.from({ length: groups }, (_, g) => metadata(format, places.call(layout, g), layout[times]))
  }
  return {
    ...{ kind: 'fields', block, blockBytes: layout.blockBytes },
    codes: Array.from({ length: words * wordBits }, (_, i) => layout.code(Math.floor(i / wordBits), i % wordBits)),
    ...(digits ? { digits } : {}),
    ...defined('scale', list(scale, 'scale', 'blockScale')),
    ...defined('minimum', list(minimum, 'minimum', 'blockMinimum')),
  }
}

/** Codes, scales, their second factor, minima and theirs, one after another. */
function naturalLayout(
  codeBits: number,
  wordBits: number,
  groups: number,
  scale: MetadataFormat | undefined,
  minimum: MetadataFormat | undefined,
): BlockLayout {
  const width = (format: MetadataFormat | undefined) => (format === undefined ? 0 : metadataFormat(format).bits)
  const second = (format: MetadataFormat | undefined) =>
    format === undefined ? 0 : width(metadataFormat(format).times)
  const scales = 8 * Math.ceil(codeBits / 8)
  const blockScale = scales + groups * width(scale)
  const minima = blockScale + second(scale)
  const blockMinimum = minima + groups * width(minimum)
  return {
    blockBytes: Math.ceil((blockMinimum + second(minimum)) / 8),
    code: (j, b) => j * wordBits + b,
    scale: (g) => scales + g * width(scale),
    blockScale,
    minimum: (g) => minima + g * width(minimum),
    blockMinimum,
  }
}

function metadata(format: MetadataFormat, at: number, second: number | undefined): Metadata {
  const { bits, decode, times } = metadataFormat(format)
  if (times === undefined) return { at, bits, decode }
  if (second === undefined) throw new LutraError('mismatch', `Expected the layout to place the factor of a block`)
  return { at, bits, decode, times: metadata(times, second, undefined) }
}

/** Groups until bytes are full. */
function fewest(group: number, bits: number, lanes: number): number {
  for (let n = 1; n < 8; n++) if ((((n * group) / lanes) * bits) % 8 === 0) return n * group
  return 8 * group
}

function whole(name: string, what: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new LutraError('mismatch', `Expected ${what} of ${name} to be ${least} to ${most} but found ${value}`)
}

function defined<K extends string, T>(key: K, value: T | undefined): { readonly [P in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]: T })
}
