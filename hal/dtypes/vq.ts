/**
 * Lutra's vector-quantized formats (GPTVQ): a code stands for 1, 2 or 4 neighbours in a row, and a group of rows × columns
 * shares the codebook that codes point into: signed bytes with one scale.
 * A type is made for matrices of one width, since its blocks are whole groups of rows: VQ2D_K16_8X256_OF768 has codebooks of
 * 16 pairs for groups of 8 rows × 256 columns, in rows of 768. Bytes: docs/vq.md.
 */
import type { Codebooks, DType } from '../dtype.js'
import { LutraError } from '../error.js'
import { f16ToF32 } from '../half.js'
import { checkRange, halfOne, setU16, u16 } from './blocked.js'

/** What a type is made from. */
export type VqGeometry = Pick<Codebooks, 'codeBits' | 'lanes' | 'rows' | 'span' | 'cols'>

const types = new Map<string, DType>()
const named = /^VQ([124])D_K(2|4|8|16|32|64|128|256)_(\d{1,3})X(\d{1,3})_OF(\d{1,8})$/
/** Upper half of the type ids in GGUF files: "VQ". ggml counts its own from 0. */
const idBase = 0x5651_0000

/**
 * The type of that geometry, the same one every time. LutraError unsupported: codes of 1 … 8 bits, 1, 2 or 4 lanes, 1, 2, 4,
 * … 256 rows, 32, 64, … 512 columns; mismatch where groups of columns do not fill a row.
 */
export function vqType(geometry: VqGeometry): DType {
  const { codeBits, lanes, rows, span, cols } = geometry
  const known = types.get(nameOf(geometry))
  if (known) return known
  const right =
    whole(codeBits, 1, 8) &&
    [1, 2, 4].includes(lanes) &&
    2 ** Math.round(Math.log2(rows)) === rows &&
    whole(rows, 1, 256)
  if (!right || !whole(span / 32, 1, 16))
    throw new LutraError(
      'unsupported',
      `Expected codes of 1 to 8 bits for 1, 2 or 4 weights, and groups of 1, 2, 4, … 256 rows × 32, 64, … 512 columns, but ` +
        `found ${codeBits} bits for ${lanes} in ${rows} × ${span}`,
    )
  if (!whole(cols, span, 2 ** 26) || cols % span !== 0)
    throw new LutraError('mismatch', `Expected rows of whole groups of ${span} columns but found rows of ${cols}`)
  const type = make(geometry)
  types.set(type.name, type)
  return type
}

/** The type of a name; undefined where it is none of these. */
export function vqByName(name: string): DType | undefined {
  const [, lanes, centroids, rows, span, cols] = (named.exec(name) ?? []).map(Number)
  if (lanes === undefined) return undefined
  return vqType({ codeBits: Math.log2(centroids), lanes, rows, span, cols })
}

/** The type of a GGUF type id for rows of so many columns; undefined where the id is none of these. */
export function vqOf(gguf: number, cols: number): DType | undefined {
  const bits = gguf - idBase
  if (!whole(bits, 0, 0x1fff)) return undefined
  const [code, lane, row, columns] = [bits & 7, (bits >> 3) & 3, (bits >> 5) & 15, bits >> 9]
  return vqType({ codeBits: code + 1, lanes: 2 ** lane, rows: 2 ** row, span: 32 * (columns + 1), cols })
}

/** Bytes of one group: scale, entries, codes. */
export function unitBytes({ codeBits, lanes, rows, span }: VqGeometry): number {
  return 2 + 2 ** codeBits * lanes + (rows * span * codeBits) / lanes / 8
}

function nameOf({ codeBits, lanes, rows, span, cols }: VqGeometry): string {
  return `VQ${lanes}D_K${2 ** codeBits}_${rows}X${span}_OF${cols}`
}

function make(geometry: VqGeometry): DType {
  const { codeBits, lanes, rows, span, cols } = geometry
  const unit = unitBytes(geometry)
  const units = cols / span
  const entries = 2 ** codeBits * lanes
  const scale = (bytes: Uint8Array, at: number) => f16ToF32(u16(bytes, at))
  const self: DType = {
    name: nameOf(geometry),
    bits: (8 * unit) / (rows * span),
    block: rows * cols,
    blockBytes: units * unit,
    tailBytes: 0,
    gguf: idBase + (codeBits - 1) + 8 * Math.log2(lanes) + 32 * Math.log2(rows) + 512 * (span / 32 - 1),
    ternary: false,
    codebooks: { ...geometry, unitBytes: unit, scaleAt: 0, entriesAt: 2, codesAt: 2 + entries },
    uniform: {
      ...{ bits: 8, lowest: -128, segment: span },
      scale: (bytes, at, s) => scale(bytes, at + (s % units) * unit),
      strip(bytes, at) {
        for (let u = 0; u < units; u++) setU16(bytes, at + u * unit, halfOne)
      },
    },
    decode(bytes, total, from, count, out) {
      checkRange(self, bytes, total, from, count, out)
      const table = new Float32Array(entries)
      for (let o = 0; o < count; o += self.block) {
        const at = ((from + o) / self.block) * self.blockBytes
        for (let u = 0; u < units; u++) {
          const s = scale(bytes, at + u * unit)
          for (let e = 0; e < entries; e++) table[e] = s * ((bytes[at + u * unit + 2 + e] << 24) >> 24)
          for (let r = 0; r < rows && o + r * cols < count; r++)
            run(geometry, table, bytes, at + u * unit + 2 + entries, r, out, o + r * cols + u * span, count)
        }
      }
    },
  }
  return self
}

/** One row of one group to out[o …], as far as `end`. */
function run(
  { codeBits, lanes, span }: VqGeometry,
  table: Float32Array,
  bytes: Uint8Array,
  codesAt: number,
  row: number,
  out: Float32Array,
  o: number,
  end: number,
): void {
  const codes = span / lanes
  const mask = 2 ** codeBits - 1
  for (let j = 0, bit = row * codes * codeBits; j < codes && o < end; j++, bit += codeBits) {
    const p = codesAt + (bit >> 3)
    const code = ((bytes[p] | (bytes[p + 1] << 8)) >> (bit & 7)) & mask // beyond the last byte: nothing, which counts as 0
    for (let lane = 0; lane < lanes && o < end; lane++, o++) out[o] = table[lane * (mask + 1) + code]
  }
}

function whole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}
