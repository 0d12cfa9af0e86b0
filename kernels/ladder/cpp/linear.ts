/**
 * Ladder's cpp emitter: a linear for a pair of weight type and activation type, as C++ for one instruction set; built and
 * loaded where a compiler is found.
 * takes  TType, Activation, CppIsa · gives  CppLinear · before ./source, ./compiler, ../tile/pack · after ../matmul, sdk/cli
 */
import { createRequire } from 'node:module'
import { LutraError } from '../../../hal/error.js'
import { type Activation, type Prepared, prepare } from '../prepare.js'
import { type Packing, pack, packedBytes } from '../tile/pack.js'
import type { Elements, TType } from '../type/ttype.js'
import { byteDecode } from './bytes.js'
import { type Built, build } from './compiler.js'
import { addonDoor, programDoor } from './door.js'
import { type CppIsa, flagsOf, isas } from './isa.js'
import { grouping, laneLayout } from './layout.js'
import { kernelSource } from './source.js'

export interface CppWeight {
  readonly rows: number
  readonly cols: number
  readonly packed: Uint8Array
}

/** What a kernel is called with; the order of arrays is the doors'. */
export type Arrays = readonly [
  packed: Uint8Array,
  x: Float32Array | Int8Array,
  sums: Float32Array,
  xScales: Float32Array,
  bias: Float32Array | undefined,
  y: Float32Array,
  sizes: Int32Array,
]

export interface CppLinear {
  /** 'linear Q4_0 × int8 cpp avx2'. */
  readonly name: string
  readonly isa: CppIsa
  /** C++ without a door. */
  readonly source: string
  /** As a program that reads `Arrays` from a file. */
  readonly program: string
  /** What the compiler is told of the instruction set. */
  readonly flags: readonly string[]
  pack(elements: Elements): CppWeight
  /** `whole`: x is of int8 already. */
  prepare(x: Float32Array, n: number, cols: number, whole?: boolean): Prepared<Float32Array | Int8Array>
  arrays(
    weight: CppWeight,
    x: Prepared<Float32Array | Int8Array>,
    y: Float32Array,
    from?: number,
    to?: number,
    bias?: Float32Array,
  ): Arrays
  /** Builds the addon, or finds it built. */
  build(env?: NodeJS.ProcessEnv): Built
}

/** `features`: those of the device that will run it (hal's names). */
export function emitCpp(type: TType, activation: Activation, isa: CppIsa, features: readonly string[] = []): CppLinear {
  const name = `linear ${type.name} × ${activation} cpp ${isa}`
  const { prelude, lanes: reals, byteLanes } = isas[isa]
  const bytes = activation === 'int8' && byteLanes > 0 && byteDecode(type) !== undefined
  const lanes = bytes ? byteLanes : reals
  const layout = laneLayout(type.bits, bytes ? 8 : 32, lanes)
  const own = type.group === undefined ? undefined : grouping(type.group / type.lanes, layout, lanes)
  const flags = flagsOf(isa, features)
  const source = `${prelude}\n${kernelSource({ name, type, layout, grouping: own, lanes, bytes })}`
  const shapeOf = (cols: number) => {
    const { group = cols } = type
    const codes = group / type.lanes
    const { padded, perRecord, units } = own ?? {
      ...{ padded: Math.ceil(codes / layout.unit) * layout.unit, perRecord: 1 },
      units: Math.ceil(codes / layout.unit),
    }
    const groups = Math.ceil(cols / group / perRecord) * perRecord
    return { group, codes, padded, units, groups, columns: groups * padded * type.lanes }
  }
  return {
    ...{ name, isa, source, program: `${source}\n${programDoor}`, flags },
    pack(elements) {
      const { rows, cols } = elements
      const { codes, padded } = shapeOf(cols)
      const packing: Packing = { layout, group: codes, padded, scaled: type.scaled, shifted: type.shifted }
      const packed = new Uint8Array(packedBytes(packing, rows, cols / type.lanes))
      pack(packing, elements, packed)
      return { rows, cols, packed }
    },
    prepare(x, n, cols, whole) {
      const { group, padded, groups } = shapeOf(cols)
      const kind = bytes ? 'int8' : 'float32'
      return prepare(
        { activation, kind, whole, cols, group, padded: padded * type.lanes, groups, order: order(type, lanes) },
        x,
        n,
      )
    },
    arrays({ rows, cols, packed }, x, y, from = 0, to = rows, bias) {
      const { units, groups, columns } = shapeOf(cols)
      if (
        x.x.length !== x.n * columns ||
        y.length < x.n * rows ||
        from < 0 ||
        to > rows ||
        (bias && bias.length < rows)
      )
        throw new LutraError('mismatch', `Expected ${name} to run on ${rows} × ${cols} within its arrays`)
      const sizes = Int32Array.of(x.n, rows, packed.length / 4 / rows, units, groups, columns, from, to)
      return [packed, x.x, Float32Array.from(x.sums), x.xScales, bias, y, sizes]
    },
    build: (env) => build(`${source}\n${addonDoor}`, flags, env),
  }
}

/** Loads what `build` gave; on this thread it runs to its end. */
export function loadCpp({ path }: Built): (...arrays: Arrays) => void {
  return createRequire(import.meta.url)(path) as (...arrays: Arrays) => void
}

/** Where column c of a vector of codes goes: lanes of a code apart, so that each is a vector of neighbours. */
function order({ lanes }: TType, across: number): Int32Array | undefined {
  if (lanes === 1) return undefined
  return Int32Array.from({ length: lanes * across }, (_, c) => (c % lanes) * across + Math.floor(c / lanes))
}
