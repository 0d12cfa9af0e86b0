/**
 * A trained model file as the start of another run: its ternary codes become float weights that quantize to them again.
 * takes  a pilot's GGUF, sizes · gives  FloatTensor[] · before sdk/model · after ./run
 *
 * A file keeps only the codes. Training hides under each a float that says how near the next code is; it is drawn anew
 * here from the bell that absmean quantization assumes, so that the function is the same and learning can go on.
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import { openGguf } from '../../model/gguf.js'
import { Random } from '../data/random.js'
import type { FloatTensor } from './checkpoint.js'

export interface Sizes {
  readonly vocab: number
  readonly dim: number
  readonly hidden: number
  readonly layers: number
  readonly heads: number
}

/** Throws `mismatch` where the file's sizes are not the run's. */
export async function warmStart(path: string, sizes: Sizes, seed: number): Promise<FloatTensor[]> {
  const { metadata, tensors } = await openGguf(path)
  const found: Record<keyof Sizes, unknown> = {
    vocab: metadata.get('bitnet.vocab_size'),
    dim: metadata.get('bitnet.embedding_length'),
    hidden: metadata.get('bitnet.feed_forward_length'),
    layers: metadata.get('bitnet.block_count'),
    heads: metadata.get('bitnet.attention.head_count'),
  }
  for (const name of ['vocab', 'dim', 'hidden', 'layers', 'heads'] as const)
    if (found[name] !== sizes[name])
      throw new LutraError('mismatch', `Expected ${name} ${sizes[name]} in ${path} but found ${found[name]}`)
  const random = new Random(seed)
  return [...tensors.values()].map((tensor) => floats(tensor, random))
}

function floats({ name, dtype, shape, bytes }: Tensor, random: Random): FloatTensor {
  const [cols, rows = 1] = shape
  const data = new Float32Array(rows * cols)
  dtype.decode(bytes, data.length, 0, data.length, data)
  if (dtype.ternary) latent(data, random)
  return { name, rows, cols, data }
}

/**
 * ±scale and 0 → floats whose mean magnitude is `scale` and which round to the same codes: zeros spread evenly within
 * half a scale, the others half a scale and more, as the tail of a bell.
 */
function latent(data: Float32Array, random: Random): void {
  const scale = data.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
  const signs = Float32Array.from(data, Math.sign)
  let inner = 0
  let tail = 0
  let others = 0
  for (let i = 0; i < data.length; i++) {
    if (signs[i] === 0) {
      data[i] = (random.next() - 0.5) * 0.98 * scale
      inner += Math.abs(data[i])
    } else {
      data[i] = Math.abs(random.next() + random.next() + random.next() - 1.5)
      tail += data[i]
      others++
    }
  }
  const stretch = (scale * data.length - inner - 0.51 * scale * others) / tail
  for (let i = 0; i < data.length; i++) if (signs[i] !== 0) data[i] = signs[i] * (0.51 * scale + stretch * data[i])
}
