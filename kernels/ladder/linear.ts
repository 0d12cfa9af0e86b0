/**
 * A linear for a type, compiled: which candidate, the packer and the WebAssembly of it, made from one layout.
 * takes  TType, what activations mean, a shape, features · gives  LinearKernel · before ./schedule, ./tile, ./wasm/linear
 * after kernels/wasm, ./matmul
 */
import type { ActivationMode } from '../../hal/backend.js'
import { wasmSimd128 } from './device/wasm-simd128.js'
import { type Candidate, candidates, type Problem } from './schedule/candidates.js'
import type { TGraph } from './tile/graph.js'
import { bytes, type Layout, nibbles, planes, sliced } from './tile/layout.js'
import { lowerLinear, packingOf } from './tile/lower.js'
import { pack, packedBytes } from './tile/pack.js'
import { asReal, code } from './type/build.js'
import { decodeElements } from './type/decoded.js'
import type { Elements, TType } from './type/ttype.js'
import type { MakeCore } from './wasm/linear/core.js'
import { dot7 } from './wasm/linear/dot7.js'
import { dot16 } from './wasm/linear/dot16.js'
import { type FormShape, formBytes, formKey } from './wasm/linear/form.js'
import { lookup } from './wasm/linear/lookup.js'
import { emitPrepare, prepareName } from './wasm/linear/prepare.js'
import { gathered, real } from './wasm/linear/real.js'
import { emitRun } from './wasm/linear/run.js'
import type { RunShape } from './wasm/linear/run-shape.js'
import type { ModuleBuilder } from './wasm/module.js'

/** How a kernel wants its input: made once, shared by all linears over it whose form has the same key. */
export interface Form {
  readonly key: string
  /** Of one token; a multiple of 16. */
  bytes(cols: number): number
}

export interface LinearKernel {
  /** Operation, dtype, algorithm, ISA: `linear q4_0 dot16 wasm-simd128`. */
  readonly name: string
  readonly form: Form
  /** A matrix is ceil(rows / tileRows) tiles; threads share tiles. */
  readonly tileRows: number
  /** Export: (x, prepared, cols, n) for n tokens; x is n × cols float32, prepared n × form.bytes(cols). */
  readonly prepare: string
  /**
   * Export: (packed, prepared, out, n, rows, cols, fromTile, toTile, bias, residual). out is n × rows float32; bias (rows)
   * and residual (n × rows) are added where their pointers are not 0.
   */
  readonly run: string
  readonly candidate: Candidate
  /** How tiles go from memory to the core. */
  readonly graph: TGraph
  packedBytes(rows: number, cols: number): number
  /** Elements of rows from `firstRow` on (a multiple of tileRows) into the matrix's packed bytes, which are zero before. */
  pack(elements: Elements, into: Uint8Array, firstRow?: number): void
  /** @internal */
  readonly shape: RunShape
}

/**
 * What the input is: `float` may be rounded to whole numbers panel by panel, `int8` is so token by token (the model's own
 * meaning), `exact` stays float32, `whole` is whole numbers of eight bits already, in float32.
 */
export type Activations = ActivationMode | 'exact' | 'whole'

/** Rows of a tile: four registers of four rows, or one of 16 bytes. */
const tileRows = 16
const unit = 32

/** The one that the cost model likes best; `algorithm` asks for a core type by name (`lut` for tables). */
export function planLinear(
  type: TType,
  mode: Activations,
  rows: number,
  cols: number,
  features: readonly string[],
  algorithm?: string,
): LinearKernel {
  const all = linearKernels(type, mode, rows, cols, features)
  return (
    all.find(({ candidate }) => algorithmOf(candidate) === algorithm) ??
    all[0] ??
    decoded(type, mode, rows, cols, features)
  )
}

/** Float32 weights, decoded while they are packed: for types that no core takes as they are. */
function decoded(
  type: TType,
  mode: Activations,
  rows: number,
  cols: number,
  features: readonly string[],
): LinearKernel {
  const [kernel] = linearKernels(float32, mode, rows, cols, features)
  return {
    ...kernel,
    name: `linear ${type.name.toLowerCase()} f32x4-decoded ${kernel.name.split(' ')[3]}`,
    pack: (elements, into, firstRow) => kernel.pack(decodeElements(elements, float32), into, firstRow),
  }
}

const float32: TType = {
  ...{ name: 'F32', bits: 32, lanes: 1, decode: [asReal(code)], scaled: false, shifted: false },
  storage: { kind: 'hal', dtype: 'F32' },
}

/** All that there are, in the cost model's order. */
export function linearKernels(
  type: TType,
  mode: Activations,
  rows: number,
  cols: number,
  features: readonly string[],
): LinearKernel[] {
  const problem: Problem = { type, activations: mode === 'whole' ? 'int8' : mode, rows, cols, tokens: 1 }
  return candidates(problem, wasmSimd128, features).map((candidate) => build(problem, mode, candidate, features))
}

export function algorithmOf({ core, convert }: Candidate): string {
  return core.name === 'lut4' ? 'lut' : convert.at === 'register' ? core.name : `${core.name}-${convert.at}`
}

export function emitLinear(module: ModuleBuilder, kernel: LinearKernel): void {
  emitPrepare(module, kernel.shape.form)
  emitRun(module, kernel.shape)
}

function build(problem: Problem, mode: Activations, candidate: Candidate, features: readonly string[]): LinearKernel {
  const { type } = problem
  const { core, alignment } = candidate
  const { lanes } = type
  const relaxed = features.includes('wasm-relaxed-simd')
  const { layout, make, values } = parts(type, candidate, relaxed)
  const { group, padded } = alignment
  const byGroup = values !== 'real' && mode !== 'float'
  const form: FormShape = {
    values,
    scale: !byGroup ? 'panel' : mode === 'whole' ? 'one' : 'token',
    unit,
    panel: byGroup ? undefined : alignment.panel,
    // Groups of whole units, padded by nothing, lie as a row does.
    ...(group === padded && (group === undefined || !byGroup) && (group ?? unit) % unit === 0 ? {} : { group, padded }),
  }
  const graph = lowerLinear(problem, candidate, layout)
  const packing = packingOf(graph, type, candidate)
  const algorithm = algorithmOf(candidate)
  const tier = relaxed ? 'wasm-relaxed-simd' : 'wasm-simd128'
  const shape: RunShape = {
    name: `linear_${type.name}_${algorithm}_${mode}`.toLowerCase(),
    ...{ packing, form, core: make, lanes, group, padded },
    integer: mode === 'whole' && values !== 'real' && group === undefined && !packing.scaled && !packing.shifted,
    blocks:
      core.name === 'lut4'
        ? [{ tokens: 1, quads: 4 }]
        : [
            { tokens: 4, quads: 2 },
            { tokens: 1, quads: 4 },
          ],
  }
  return {
    name: `linear ${type.name.toLowerCase()} ${algorithm} ${tier}`,
    form: { key: formKey(form), bytes: (cols) => formBytes(form, cols) },
    tileRows,
    prepare: prepareName(form),
    run: shape.name,
    candidate,
    graph,
    packedBytes: (rows, cols) => packedBytes(packing, rows, cols / lanes),
    pack: (elements, into, firstRow) => pack(packing, elements, into, firstRow),
    shape,
  }
}

function parts(
  type: TType,
  { core, convert }: Candidate,
  relaxed: boolean,
): { readonly layout: Layout; readonly make: MakeCore; readonly values: FormShape['values'] } {
  const { bits, table } = convert
  if (core.name === 'lut4')
    return { layout: planes(bits, unit), make: lookup(bits, convert, relaxed), values: 'tables' }
  if (core.name === 'dot7') {
    const layout = sliced(bits, 8, tileRows, unit)
    return { layout, make: dot7(layout, convert, table), values: 'q8' }
  }
  if (core.name === 'dot16') {
    const layout = table ? nibbles(tileRows, unit) : sliced(bits, 16, tileRows, unit)
    return { layout, make: dot16(layout, convert, table), values: 'q16' }
  }
  if (convert.at === 'memory') {
    const layout = bytes(bits, tileRows, unit / type.lanes)
    return { layout, make: gathered(layout, type.lanes, relaxed), values: 'real' }
  }
  const layout = sliced(bits, 32, tileRows, unit)
  return { layout, make: real(layout, type.decode[0], relaxed), values: 'real' }
}
