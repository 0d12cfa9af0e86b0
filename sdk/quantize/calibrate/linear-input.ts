/**
 * What a linear multiplies its weights by: its buffer as it is or, where the architecture says so (BitNet), each token
 * rounded to int8 by its largest magnitude, as every engine does.
 * takes  an op, Live · gives  (tokens × cols) float32 · before kernels/ts/quantize · after ./apply, ../walk, ../allocate
 */
import { pause } from '../../../hal/pause.js'
import type { Op } from '../../../kernels/graph/graph.js'
import { quantizeToken } from '../../../kernels/ts/quantize.js'
import { sharedFloats } from '../rows/shared.js'
import type { Live } from './live.js'

type Linear = Extract<Op, { op: 'linear' }>

/** Not to be changed: it may be the buffer itself. */
export async function linearInput({ in: name, mode }: Pick<Linear, 'in' | 'mode'>, live: Live): Promise<Float32Array> {
  const x = live.get(name)
  if (mode === 'float') return x
  const cols = x.length / live.tokens
  const out = sharedFloats(x.length)
  const q = new Int8Array(cols)
  for (let at = 0; at < x.length; at += cols) {
    const scale = quantizeToken(x, at, q)
    for (let c = 0; c < cols; c++) out[at + c] = q[c] * scale
    if ((at / cols) % 256 === 255) await pause()
  }
  return out
}
