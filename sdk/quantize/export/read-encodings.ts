/**
 * Reads AIMET's encodings, 1.0.0 and 2.0.0: the scales and zero points that somebody else's calibration chose for weights.
 * takes  JSON, trusted in nothing · gives  grids by the name of the parameter
 * after  sdk/cli quantize, as a wish for ../method
 */
import { LutraError } from '../../../hal/error.js'
import { isObject, type Json, type JsonObject, kindOf, parseJsonObject } from '../../model/json.js'
import { quote } from '../../model/quote.js'

/** What a parameter should be rounded to: weight = scale · (code − zero), codes from 0 to 2^bits − 1. */
export interface EncodedGrid {
  readonly bits: number
  /** Columns per scale; absent: one a row, or one for all where there is only one. */
  readonly block?: number
  /** Rows × blocks of a row, row after row. */
  readonly scales: Float32Array
  readonly zeros: Int32Array
}

/** A scale for each 32 weights of a model of 8 B takes some 4 GB of JSON: nobody's file. Such of 1 B are 500 MB. */
const maxBytes = 512 * 2 ** 20
/** Documents, entries, lists of rows of blocks. */
const maxDepth = 6
const maxNameBytes = 512

/**
 * Grids of all parameters. Entries of activations, of floats, and of LPBQ are left out.
 *
 * @throws LutraError format (damaged), limit (asks for too much), unsupported (another version)
 */
export function readEncodings(source: Uint8Array | string, what = 'encodings'): Map<string, EncodedGrid> {
  if (source.length > maxBytes)
    throw new LutraError('limit', `Expected up to ${maxBytes} bytes of ${what} but found ${source.length}`)
  const document = parseJsonObject(source, what, maxDepth)
  const list = listOf(document, what)
  const found = new Map<string, EncodedGrid>()
  for (const entry of list) {
    if (!isObject(entry)) throw wrong(what, 'an object for each encoding', entry)
    const { name } = entry
    if (typeof name !== 'string' || name === '' || name.length > maxNameBytes)
      throw wrong(what, `a name of 1 to ${maxNameBytes} characters in each encoding`, name)
    if (found.has(name)) throw new LutraError('format', `Expected ${quote(name)} once in ${what} but found it again`)
    const grid = document.version === '1.0.0' ? first(entry, what) : second(entry, what)
    if (grid) found.set(name, grid)
  }
  return found
}

function listOf(document: JsonObject, what: string): readonly Json[] {
  const { version } = document
  if (version !== '1.0.0' && version !== '2.0.0')
    throw new LutraError(
      'unsupported',
      `Expected version 1.0.0 or 2.0.0 in ${what} but found ${typeof version === 'string' ? quote(version) : kindOf(version)}`,
    )
  const key = version === '1.0.0' ? 'param_encodings' : 'encodings'
  const list = document[key]
  if (Array.isArray(list)) return list
  throw wrong(what, `a list of ${key}`, list)
}

function first(entry: JsonObject, what: string): EncodedGrid | undefined {
  if (entry.dtype !== 'INT' || entry.enc_type === 'LPBQ') return undefined
  const scales = floats(entry.scale, 'scale', what)
  const offsets = integers(entry.offset, 'offset', what)
  return grid(
    whole(entry.bw, 'bw', 2, 16, what),
    scales,
    offsets.map((offset) => -offset),
    entry.block_size,
    what,
  )
}

function second(entry: JsonObject, what: string): EncodedGrid | undefined {
  const [, unsigned, digits] = /^(u?)int(\d{1,2})$/.exec(String(entry.output_dtype)) ?? []
  if (digits === undefined || entry.y_scale === undefined) return undefined
  const bits = whole(Number(digits), 'output_dtype', 2, 16, what)
  const scales = floats(entry.y_scale, 'y_scale', what)
  const given = entry.y_zero_point
  const points = given === undefined ? new Int32Array(scales.length) : integers(given, 'y_zero_point', what)
  const shift = unsigned ? 0 : 2 ** (bits - 1)
  return grid(
    bits,
    scales,
    points.map((zero) => zero + shift),
    entry.block_size,
    what,
  )
}

function grid(
  bits: number,
  scales: Float32Array,
  zeros: Int32Array,
  block: Json | undefined,
  what: string,
): EncodedGrid {
  if (zeros.length !== scales.length)
    throw new LutraError('format', `Expected ${scales.length} zero points in ${what} but found ${zeros.length}`)
  const size = block === undefined || block === null ? undefined : whole(block, 'block_size', 1, 2 ** 24, what)
  return { bits, ...(size !== undefined && { block: size }), scales, zeros }
}

/** A number, a list of them, or a list of such lists, row after row. */
function numbersOf(value: Json | undefined, key: string, what: string): number[] {
  const numbers: number[] = []
  const visit = (each: Json | undefined): void => {
    if (typeof each === 'number') numbers.push(each)
    else if (Array.isArray(each)) for (const inner of each) visit(inner)
    else throw wrong(what, `numbers as ${key}`, each)
  }
  visit(value)
  if (numbers.length === 0) throw new LutraError('format', `Expected numbers as ${key} in ${what} but found none`)
  return numbers
}

function floats(value: Json | undefined, key: string, what: string): Float32Array {
  const scales = Float32Array.from(numbersOf(value, key, what))
  const bad = scales.find((scale) => !(scale > 0 && scale < Infinity))
  if (bad === undefined) return scales
  throw new LutraError('format', `Expected finite numbers above 0 as ${key} in ${what} but found ${bad}`)
}

function integers(value: Json | undefined, key: string, what: string): Int32Array {
  const numbers = numbersOf(value, key, what)
  const bad = numbers.find((each) => !(Number.isInteger(each) && Math.abs(each) <= 2 ** 16))
  if (bad === undefined) return Int32Array.from(numbers)
  throw new LutraError('format', `Expected whole numbers of 16 bits as ${key} in ${what} but found ${bad}`)
}

function whole(value: Json | undefined, key: string, least: number, most: number, what: string): number {
  if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value
  throw new LutraError(
    'format',
    `Expected ${least} to ${most} as ${key} in ${what} but found ${typeof value === 'number' ? value : kindOf(value)}`,
  )
}

function wrong(what: string, expected: string, found: Json | undefined): LutraError {
  return new LutraError('format', `Expected ${expected} in ${what} but found ${kindOf(found)}`)
}
