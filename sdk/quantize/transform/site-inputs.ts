/**
 * The float model over calibration windows, op by op, one layer's weights in memory at a time: what each site reads.
 * takes  FloatWeights, windows of ids · gives  inputs (tokens × cols) site by site, in the order of the graph
 * before ./scale-inputs, ../calibrate/forward · after ./awq
 */
import { LutraError } from '../../../hal/error.js'
import type { LinearAlgebra } from '../../../hal/linear-algebra.js'
import type { Op } from '../../../kernels/graph/graph.js'
import { forward } from '../calibrate/forward.js'
import type { Live } from '../calibrate/live.js'
import type { FloatWeights } from '../source/weights.js'
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
  if (!windows.some(({ length }) => length > 0))
    throw new LutraError('mismatch', 'Expected a calibration text but it has no token')
  // The first reader's rows tell a site from others: fused matrices are read twice.
  const sites = new Map(sitesOf(weights).map((site) => [key(site.readers[0]), site]))
  const before = async (op: Op, live: Live): Promise<void> => {
    const site = op.op === 'linear' ? sites.get(key(sliceOf(weights, op.weight))) : undefined
    if (site && op.op === 'linear') await onSite(site, live.get(op.in))
  }
  await forward({ model: weights, algebra, before, logits: false, signal }, windows)
}

const key = ({ tensor, from }: { readonly tensor: string; readonly from: number }) => `${tensor}[${from}`

function sliceOf({ graph }: FloatWeights, name: string): { readonly tensor: string; readonly from: number } {
  const slice = graph.slices?.[name]
  return slice ? { tensor: slice.weight, from: slice.from } : { tensor: name, from: 0 }
}
