/**
 * A trained model file as the start of another run: its ternary codes become float weights that quantize to them again;
 * or the folder of a run, which has them still.
 * takes  a pilot's GGUF or a folder, sizes · gives  FloatTensor[] · before sdk/model, ./checkpoint · after ./run
 *
 * A file keeps only the codes. Training hides under each a float that says how near the next code is; it is drawn anew
 * here from the bell that absmean quantization assumes, so that the function is the same and learning can go on.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import { openGguf } from '../../model/gguf.js'
import { Random } from '../data/random.js'
import { type FloatTensor, readRun, readWeights } from './checkpoint.js'

export interface Sizes {
  readonly vocab: number
  readonly dim: number
  readonly hidden: number
  readonly layers: number
  readonly heads: number
}

/**
 * The run may have more layers than the file: the added ones, evenly placed, copy the one before them with the gains of
 * both sub-norms at zero, so that they add nothing yet and learn from there (Net2Net's deepening: Chen et al. 2016,
 * arXiv:1511.05641). Throws `mismatch` where another size is not the run's.
 */
export async function warmStart(path: string, sizes: Sizes, seed: number): Promise<FloatTensor[]> {
  if (existsSync(join(path, 'weights.json'))) return ofRun(path, sizes)
  const { metadata, tensors } = await openGguf(path)
  const found: Record<keyof Sizes, unknown> = {
    vocab: metadata.get('bitnet.vocab_size'),
    dim: metadata.get('bitnet.embedding_length'),
    hidden: metadata.get('bitnet.feed_forward_length'),
    layers: metadata.get('bitnet.block_count'),
    heads: metadata.get('bitnet.attention.head_count'),
  }
  for (const name of ['vocab', 'dim', 'hidden', 'heads'] as const)
    if (found[name] !== sizes[name])
      throw new LutraError('mismatch', `Expected ${name} ${sizes[name]} in ${path} but found ${found[name]}`)
  const layers = Number(found.layers)
  if (!(layers >= 1 && layers <= sizes.layers))
    throw new LutraError('mismatch', `Expected up to ${sizes.layers} layers in ${path} but found ${found.layers}`)
  const random = new Random(seed)
  const shared = [...tensors.values()].filter(({ name }) => !name.startsWith('blk.'))
  const weights = shared.map((tensor) => floats(tensor, random))
  let before = -1
  for (let layer = 0; layer < sizes.layers; layer++) {
    const source = Math.floor(((layer + 0.5) * layers) / sizes.layers)
    for (const tensor of tensors.values()) {
      if (!tensor.name.startsWith(`blk.${source}.`)) continue
      const copy = { ...floats(tensor, random), name: tensor.name.replace(/^blk\.\d+/, `blk.${layer}`) }
      if (source === before && copy.name.includes('sub_norm')) copy.data.fill(0)
      weights.push(copy)
    }
    before = source
  }
  return weights
}

/** A run's own floats; its sizes are the new run's in everything, layers too. */
function ofRun(folder: string, sizes: Sizes): FloatTensor[] {
  const run = readRun(folder)
  for (const name of ['vocab', 'dim', 'hidden', 'layers', 'heads'] as const)
    if (run[name] !== sizes[name])
      throw new LutraError('mismatch', `Expected ${name} ${sizes[name]} in ${folder} but found ${run[name]}`)
  return readWeights(folder)
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
