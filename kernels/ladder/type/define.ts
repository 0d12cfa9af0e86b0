/**
 * A user's number format from a few lines: checked, laid out, and known to every engine.
 * takes  TypeDefinition · gives  a DType whose decode comes from the description; `ttypeOf` finds its TType
 * before ./metadata, ./place, ./check · after users, ./extra
 */
import type { DType } from '../../../hal/dtype.js'
import { blocked } from '../../../hal/dtypes/blocked.js'
import { LutraError } from '../../../hal/error.js'
import { table } from './build.js'
import { checkType } from './check.js'
import { evaluate, valuesOf } from './evaluate.js'
import type { Real } from './expression.js'
import { fieldReader } from './fields.js'
import type { MetadataFormat } from './metadata.js'
import { type BlockLayout, place } from './place.js'
import { register } from './registry.js'
import type { FieldStorage, TType } from './ttype.js'

/** What a number format is. weight = scale · value + minimum. */
export interface TypeDefinition {
  readonly name: string
  /** Bits of a code, 1 … 32. */
  readonly bits: number
  /** Neighbours in a row that one code stands for: 1 (the default) … 8. */
  readonly lanes?: number
  /**
   * The value of a code: an expression, or one for each lane; or the values themselves, code after code, each with its
   * lanes side by side. Codes beyond the list are zero.
   */
  readonly decode: Real | readonly Real[] | readonly number[]
  /** Weights that share a scale and a minimum, a multiple of the lanes. */
  readonly group?: number
  /** How a group's scale is stored; absent: there is none. */
  readonly scale?: MetadataFormat
  readonly minimum?: MetadataFormat
  /** Weights of a block, a multiple of the group; default: the fewest groups that fill bytes. */
  readonly block?: number
  /** Where a block's bits lie; default: codes one after another, lowest bits first, then scales, then minima. */
  readonly layout?: BlockLayout
  /** Codes as digits of stored words, e.g. five ternary digits in a byte. Lanes are 1 then. */
  readonly digits?: FieldStorage['digits']
  /** Whether codes may be infinite or not a number, as in some floats. */
  readonly specials?: boolean
}

/** LutraError mismatch or unsupported says what does not fit together. */
export function defineType(definition: TypeDefinition): DType {
  const { name, bits, lanes = 1, decode, specials = false, scale, minimum } = definition
  const storage = place(definition)
  const shared = scale || minimum ? { group: definition.group ?? storage.block } : {}
  const type: TType = {
    ...{ name, bits, lanes, decode: expressions(decode, lanes, bits, name) },
    ...{ ...shared, scaled: scale !== undefined, shifted: minimum !== undefined, storage },
  }
  checkType(type, specials)
  return dtypeFrom(type)
}

/** The format of a type that crossed to this thread as data. */
export function dtypeFrom(type: TType): DType {
  const { storage, name, bits, lanes, decode, group = 1 } = type
  if (storage.kind !== 'fields')
    throw new LutraError('unsupported', `Expected ${name} to be stored as fields; hal's formats are found by name`)
  const { block, blockBytes } = storage
  const read = fieldReader(type, storage)
  const codes = new Uint32Array(read.codes)
  const values = bits <= 16 ? valuesOf(type) : undefined
  const value = (code: number, lane: number) => (values ? values[code * lanes + lane] : evaluate(decode[lane], code))
  const dtype = blocked({
    ...{ name, block, blockBytes, ternary: values?.every((each) => Math.abs(each) <= 1 && each % 1 === 0) ?? false },
    decodeBlock(bytes, at, out, o) {
      read.readCodes(bytes, at, codes, 0)
      for (let from = 0, g = 0; from < block; from += read.groups > 1 ? group : block, g++) {
        const s = read.scale(bytes, at, g)
        const m = read.minimum(bytes, at, g)
        const to = read.groups > 1 ? from + group : block
        for (let i = from; i < to; i++) out[o + i] = s * value(codes[Math.floor(i / lanes)], i % lanes) + m
      }
    },
  })
  register(dtype, type)
  return dtype
}

function expressions(decode: TypeDefinition['decode'], lanes: number, bits: number, name: string): readonly Real[] {
  const list = Array.isArray(decode) ? (decode as readonly Real[] | readonly number[]) : [decode as Real]
  if (!list.every((each) => typeof each === 'number')) return list as readonly Real[]
  const values = list as readonly number[]
  if (values.length === 0 || values.length % lanes !== 0 || values.length > 2 ** Math.min(bits, 16) * lanes)
    throw new LutraError(
      'mismatch',
      `Expected ${name} to list at most ${2 ** Math.min(bits, 16)} codes of ${lanes} values but found ${values.length} values`,
    )
  return Array.from({ length: lanes }, (_, lane) => table(values.filter((_, i) => i % lanes === lane)))
}
