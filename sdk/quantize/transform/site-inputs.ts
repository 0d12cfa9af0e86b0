/**
 * The float model over calibration windows, op by op, one layer's weights in memory at a time: what each site reads.
 * takes  FloatWeights, windows of ids · gives  inputs (tokens × cols) site by site, in the order of the graph
 * before ./scale-inputs, ../calibrate/apply · after ./awq
 */
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import { type Applied, apply } from '../calibrate/apply.js'
import { Live } from '../calibrate/live.js'
import type { FloatWeights } from '../source/weights.js'
import { shapeOf } from './changes.js'
import { type Site, sitesOf } from './scale-inputs.js'

export interface SiteInputs {
  readonly weights: FloatWeights
  readonly windows: readonly Int32Array[]
  readonly algebra: LinearAlgebra
  readonly signal?: AbortSignal
  /** `inputs` are the walk's own: not to be changed, nor kept. */
  onSite(site: Site, inputs: Float32Array): Promise<void>
}

/** @throws LutraError cancelled, unsupported as anatomyOf, mismatch without a window. */
export async function siteInputs({ weights, windows, algebra, signal, onSite }: SiteInputs): Promise<void> {
  const { graph } = weights
  const live = new Live(windows)
  if (live.tokens === 0) throw new LutraError('mismatch', 'Expected a calibration text but it has no token')
  // The first reader's rows tell a site from others: fused matrices are read twice.
  const sites = new Map(sitesOf(weights).map((site) => [key(site.readers[0]), site]))
  const by = appliedOf(weights, algebra)
  const ops = [...graph.body, ...graph.head]
  for (const [at, op] of ops.entries()) {
    if (signal?.aborted) throw new LutraError('cancelled', 'Calibration was cancelled')
    if (op.op === 'linear') {
      const site = sites.get(key(sliceOf(weights, op.weight)))
      if (site) await onSite(site, live.get(op.in))
      // Logits are nobody's input.
      if (op.out === 'logits') return
    }
    await apply(op, live, by)
    live.keep(ops.slice(at + 1))
  }
}

const key = ({ tensor, from }: { readonly tensor: string; readonly from: number }) => `${tensor}[${from}`

function sliceOf({ graph }: FloatWeights, name: string): { readonly tensor: string; readonly from: number } {
  const slice = graph.slices?.[name]
  return slice ? { tensor: slice.weight, from: slice.from } : { tensor: name, from: 0 }
}

function appliedOf(weights: FloatWeights, algebra: LinearAlgebra): Applied {
  return {
    graph: weights.graph,
    algebra,
    vector: (name) => weights.read(name),
    shape: (name) => {
      const slice = weights.graph.slices?.[name]
      const shape = shapeOf(weights, slice?.weight ?? name)
      return slice ? [shape[0], slice.rows] : shape
    },
    async rows(name, from, to) {
      const { tensor, from: first } = sliceOf(weights, name)
      if (weights.rows) return weights.rows(tensor, first + from, first + to)
      const [cols] = shapeOf(weights, tensor)
      return (await weights.read(tensor)).subarray((first + from) * cols, (first + to) * cols)
    },
  }
}
