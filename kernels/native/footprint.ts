/**
 * What the native engine will hold for a graph: what it packs, what it reads in place, its buffers, one state.
 * takes  graph, tensors, options · gives  Footprint
 * before ./lower · after sdk/open
 */
import type { ProgramOptions } from '../../hal/backend.js'
import { dtypeByName, tensorBytes, vqType } from '../../hal/dtypes/index.js'
import type { Footprint } from '../../hal/footprint.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph } from '../graph/graph.js'
import type { NativeTensor } from './addon.js'
import { lower } from './lower.js'
import { gridded, nativeDtypes, ternary, vqBytes } from './tensor.js'

/** Rows that lie side by side in packed weights. */
const side = 16
const floats = ['F32', 'F16', 'BF16']

export function nativeFootprint(
  graph: Graph,
  tensors: ReadonlyMap<string, Tensor>,
  { context = graph.context, cache }: ProgramOptions = {},
): Footprint {
  const lowered = lower(graph, tensors, context, cache)
  let [weights, mapped, opening] = [0, 0, 0]
  for (const tensor of lowered.weights) {
    const { packed, read, bytes } = parts(tensor)
    weights += packed
    // What lies in no file is handed over all at once, and held until the last of it is packed.
    if (tensor.path === undefined) opening += bytes
    // Of a table that only embeds, a row is read per token.
    if (tensor.path === undefined) weights += read
    else if (tensor.linear) mapped += read
  }
  for (const { cols } of lowered.vectors) weights += 4 * cols
  const tokens = Math.min(lowered.chunk, context)
  const widths = lowered.widths.reduce((sum, width) => sum + width, 0) - lowered.widths[lowered.logits]
  const widest = lowered.widths.reduce((most, width, i) => (i === lowered.logits ? most : Math.max(most, width)), 0)
  return {
    weights,
    mapped,
    // Activations in eight bits, their tables and sums take about as much again as the widest floats, twice over.
    buffers: tokens * 4 * (widths + 2 * widest) + 8 * graph.vocab,
    ...(opening > 0 && { opening }),
    state: graph.layers * 2 * graph.kvHeads * context * rowBytes(lowered.cache, graph.headDim),
  }
}

interface Parts {
  /** Bytes of the tensor itself. */
  readonly bytes: number
  /** Bytes that packing adds. */
  readonly packed: number
  /** Bytes that stay as they are. */
  readonly read: number
}

function parts({ dtype, cols, rows, codebooks, linear, lookup, algorithm }: NativeTensor): Parts {
  const name = nativeDtypes[dtype]
  const bytes = tensorBytes(codebooks ? vqType({ ...codebooks, cols }) : dtypeByName(name), cols * rows)
  if (floats.includes(name) || !linear) return { bytes, packed: 0, read: bytes }
  // Codes in their canonical order of whole blocks are multiplied where they lie.
  if (name === 'I2_S' && cols % 128 === 0 && (algorithm ?? 'mad') === 'mad') return { bytes, packed: 0, read: bytes }
  const filled = Math.ceil(rows / side) * side
  const points = gridded.get(name)
  const packed = codebooks
    ? filled * cols * vqBytes(codebooks)
    : ternary.includes(name)
      ? (filled * Math.ceil(cols / 128) * 128 * 66) / 256
      : points !== undefined
        ? (filled * cols * points) / 256
        : (bytes / rows) * filled
  return { bytes, packed, read: lookup ? bytes : 0 }
}

/** Of a head's key or value, as the addon keeps it: see native/engine/state.cpp. */
function rowBytes(cache: number, headDim: number): number {
  return cache === 0 ? headDim * 4 : cache === 1 ? headDim * 2 : Math.ceil((4 + headDim) / 4) * 4
}
