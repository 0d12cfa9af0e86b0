/**
 * Ladder's js emitter: a linear for a pair of weight type and activation type, as readable source, compiled by the
 * JavaScript engine itself.
 * takes  TType, Activation · gives  JsLinear
 * before ./source, ../tile/pack · after ../matmul
 */
import { LutraError } from '../../../hal/error.js'
import { type Activation, type Prepared, prepare } from '../prepare.js'
import { type Packing, pack, packedBytes } from '../tile/pack.js'
import type { Elements, TType } from '../type/ttype.js'
import { decoderOf, sumsExactly } from './decode.js'
import { wordLayout } from './layout.js'
import { linearSource } from './source.js'

/** A matrix as a js kernel reads it. */
export interface JsWeight {
  readonly rows: number
  readonly cols: number
  readonly bytes: number
}

export interface JsLinear {
  /** 'linear Q4_0 × int8 js'. */
  readonly name: string
  readonly source: string
  pack(elements: Elements): JsWeight
  /**
   * x is tokens × cols; what comes out may be run through all linears of the same form. `whole`: of int8 already, so that
   * nothing is rounded.
   */
  prepare(x: Float32Array, n: number, cols: number, whole?: boolean): Prepared
  /** y[t × rows + r] for rows from … to. */
  run(weight: JsWeight, x: Prepared, y: Float32Array, from?: number, to?: number, bias?: Float32Array): void
}

interface Words extends JsWeight {
  readonly words: Uint32Array
  readonly floats: Float32Array
  readonly rowWords: number
  readonly units: number
  readonly groups: number
  readonly columns: number
  /** A row's values, where several tokens share them. */
  readonly row: Float64Array | Int32Array
}

type Run = (weight: Words, x: Prepared, y: Float32Array, from: number, to: number, bias?: Float32Array) => void

/** LutraError unsupported where a page allows no code from text. */
export function emitJs(type: TType, activation: Activation): JsLinear {
  const exact = activation === 'int8' && sumsExactly(type)
  const layout = wordLayout(type.bits)
  const name = `linear ${type.name} × ${activation} js`
  const decode = decoderOf(type, exact)
  const source = linearSource(name, type, layout, decode, exact)
  const run = compile(name, source, decode.tables)
  const span = layout.unit * type.lanes
  const padded = (group: number) => Math.ceil(group / span) * span
  return {
    name,
    source,
    pack(elements) {
      const { rows, cols, group } = elements
      const codes = group / type.lanes
      const packing: Packing = {
        ...{ layout, group: codes, padded: padded(group) / type.lanes },
        ...{ scaled: type.scaled, shifted: type.shifted },
      }
      const bytes = new Uint8Array(packedBytes(packing, rows, cols / type.lanes))
      pack(packing, elements, bytes)
      const groups = cols / group
      const columns = groups * padded(group)
      const weight: Words = {
        ...{ rows, cols, bytes: bytes.length, rowWords: bytes.length / 4 / rows },
        ...{ words: new Uint32Array(bytes.buffer), floats: new Float32Array(bytes.buffer) },
        ...{ units: padded(group) / span, groups, columns },
        row: exact ? new Int32Array(columns) : new Float64Array(columns),
      }
      return weight
    },
    prepare(x, n, cols, whole) {
      const { group = cols } = type
      const kind = activation === 'int8' ? 'int8' : 'float64'
      return prepare({ activation, kind, cols, group, padded: padded(group), groups: cols / group, whole }, x, n)
    },
    run(weight, x, y, from = 0, to = weight.rows, bias) {
      run(weight as Words, x, y, from, to, bias)
    },
  }
}

function compile(name: string, source: string, tables: ReadonlyMap<string, Float64Array | Int32Array>): Run {
  try {
    const word = new Int32Array(1)
    const names = ['word', 'float', ...tables.keys()]
    return new Function(...names, source)(word, new Float32Array(word.buffer), ...tables.values())
  } catch (cause) {
    throw new LutraError('unsupported', `Expected ${name} to compile from its source, which a page may forbid`, {
      cause,
    })
  }
}
