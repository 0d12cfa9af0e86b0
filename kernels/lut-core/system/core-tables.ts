/**
 * How many table entries our own core has to compute for one token of a graph: built once for linears that share an input,
 * once for each linear, or by adders in the array, which build a table again for every N rows that pass (the paper's §3.1.1).
 * takes  a graph, a core · gives  counts of entries
 * before kernels/graph/rewrite
 */
import type { Graph } from '../../graph/graph.js'
import { type SharedOp, shareInputs } from '../../graph/rewrite.js'
import { type CoreConfig, entriesOf } from '../config.js'
import { linearsOf, type ModelShape } from './models.js'

export interface TableEntries {
  /** Entries that are computed for one token. */
  readonly shared: number
  readonly perLinear: number
  readonly inArray: number
  /** Linears of the graph, and inputs that they have among them. */
  readonly linears: number
  readonly inputs: number
}

/** A linear by its size alone. */
export interface Size {
  readonly rows: number
  readonly cols: number
}

/** Times that an array builds the same table: once for every N rows. */
export function rebuilds({ rows }: Pick<Size, 'rows'>, { n }: Pick<CoreConfig, 'n'>): number {
  return Math.ceil(rows / n)
}

/** Every list is of linears with one input. */
export function countEntries(
  inputs: readonly (readonly Size[])[],
  config: Pick<CoreConfig, 'n' | 'k' | 'ideas'>,
): TableEntries {
  const tables = ({ cols }: Size) => Math.ceil(cols / config.k) * entriesOf(config)
  const sum = (sizes: readonly Size[], of: (size: Size) => number) => sizes.reduce((all, size) => all + of(size), 0)
  const all = inputs.flat()
  return {
    shared: sum(
      inputs.flatMap((sizes) => sizes.slice(0, 1)),
      tables,
    ),
    perLinear: sum(all, tables),
    inArray: sum(all, (size) => tables(size) * rebuilds(size, config)),
    linears: all.length,
    inputs: inputs.length,
  }
}

/** A graph's linears of mode int8, which are those that the core takes, by shared input: body first, then head. */
export function inputsOf(graph: Graph): readonly (readonly Size[])[] {
  const { body, head } = shareInputs(graph)
  const width = (buffer: string) => graph.buffers[buffer] ?? 0
  const sizes = (op: SharedOp): readonly Size[] =>
    op.op === 'linears' && op.mode === 'int8' ? op.to.map(({ out }) => ({ rows: width(out), cols: width(op.in) })) : []
  return [...body, ...head].map(sizes).filter((list) => list.length > 0)
}

/** The same of a model that is known by its shape alone: the linears of all its layers, without the head. */
export function inputsOfShape(model: ModelShape): readonly (readonly Size[])[] {
  const layer = linearsOf(model).map(({ parts, cols }) => parts.map((rows) => ({ rows, cols })))
  return Array.from({ length: model.layers }, () => layer).flat()
}
