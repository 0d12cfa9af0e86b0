/**
 * Float weights of a training run → the model file: ternary I2_S linears, Q8_0 embedding, f32 norms.
 * takes  a run's weights and sizes · gives  GGUF bytes · before ./checkpoint · after sdk/model reads it like any other
 */
import { F32, I2_S, Q8_0, tensorBytes } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { f32ToF16 } from '../../../hal/half.js'
import { GgufFloat, type TensorToWrite, writeGguf } from '../../model/gguf-writer.js'
import { pilotMetadata } from '../vocabulary.js'
import type { FloatTensor, Run } from './checkpoint.js'

/** Prompt (240 characters at most) and answer together. */
const CONTEXT = 512

export function exportPilot(run: Run, weights: readonly FloatTensor[]): Uint8Array {
  const vocabulary = pilotMetadata()
  const metadata = new Map<string, Parameters<typeof writeGguf>[0] extends ReadonlyMap<string, infer V> ? V : never>([
    ['general.architecture', 'bitnet'],
    ['general.name', 'lutra-pilot'],
    ['general.license', 'apache-2.0'],
    ['bitnet.context_length', CONTEXT],
    ['bitnet.embedding_length', run.dim],
    ['bitnet.block_count', run.layers],
    ['bitnet.feed_forward_length', run.hidden],
    ['bitnet.attention.head_count', run.heads],
    ['bitnet.attention.head_count_kv', run.heads],
    ['bitnet.attention.layer_norm_rms_epsilon', new GgufFloat(1e-5)],
    ['bitnet.rope.dimension_count', run.dim / run.heads],
    ['bitnet.rope.freq_base', new GgufFloat(10000)],
    ['bitnet.vocab_size', run.vocab],
    ['lutra.pilot.training_steps', run.steps],
    ['lutra.pilot.training_seed', run.seed],
    ...vocabulary,
  ])
  return writeGguf(metadata, weights.map(toTensor))
}

function toTensor({ name, rows, cols, data }: FloatTensor): TensorToWrite {
  if (rows === 1) return { name, dtype: F32, shape: [cols], bytes: new Uint8Array(data.slice().buffer) }
  const shape = [cols, rows]
  if (name === 'token_embd.weight') return { name, dtype: Q8_0, shape, bytes: eights(name, cols, data) }
  return { name, dtype: I2_S, shape, bytes: ternary(name, cols, data) }
}

/**
 * Q8_0: blocks of 32 in a row, each a half-precision scale = max|w| / 127 and the codes round(w / scale). Half the bytes
 * of f16, and an error of at most 1/254 of a block's largest.
 */
function eights(name: string, cols: number, data: Float32Array): Uint8Array {
  if (cols % 32 !== 0)
    throw new LutraError('unsupported', `Expected a multiple of 32 columns in ${name} but found ${cols}`)
  const bytes = new Uint8Array(tensorBytes(Q8_0, data.length))
  const view = new DataView(bytes.buffer)
  for (let block = 0; block * 32 < data.length; block++) {
    const values = data.subarray(block * 32, block * 32 + 32)
    const most = values.reduce((max, w) => Math.max(max, Math.abs(w)), 0)
    const at = block * 34
    view.setUint16(at, f32ToF16(most / 127), true)
    values.forEach((w, i) => {
      view.setInt8(at + 2 + i, most > 0 ? Math.round((w * 127) / most) : 0)
    })
  }
  return bytes
}

/** Absmean, as in training: scale = mean|w|, code = round(w / scale) within -1..1, in blocks of 128 (32 bytes). */
function ternary(name: string, cols: number, data: Float32Array): Uint8Array {
  if (cols % 128 !== 0)
    throw new LutraError('unsupported', `Expected a multiple of 128 columns in ${name} but found ${cols}`)
  let sum = 0
  for (const w of data) sum += Math.abs(w)
  const scale = Math.max(Math.fround(sum / data.length), Math.fround(1e-5))
  const bytes = new Uint8Array(tensorBytes(I2_S, data.length))
  for (let i = 0; i < data.length; i++) {
    const code = Math.max(-1, Math.min(1, Math.round(data[i] / scale))) + 1
    const within = i % 128
    bytes[(i >> 7) * 32 + (within & 31)] |= code << (6 - 2 * (within >> 5))
  }
  new DataView(bytes.buffer).setFloat32(data.length / 4, scale, true)
  return bytes
}
