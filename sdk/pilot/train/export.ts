/**
 * Float weights of a training run → the model file: ternary I2_S linears, Q6_K embedding, f32 norms; of a float run, all f32.
 * takes  a run's weights and sizes · gives  GGUF bytes · before ./checkpoint · after sdk/model reads it like any other
 */
import { F16, F32, I2_S, Q6_K, tensorBytes } from '../../../hal/dtypes/index.js'
import { LutraError } from '../../../hal/error.js'
import { f32ToF16 } from '../../../hal/half.js'
import { GgufFloat, type TensorToWrite, writeGguf } from '../../model/gguf-writer.js'
import { pilotMetadata } from '../vocabulary.js'
import type { FloatTensor, Run } from './checkpoint.js'
import { sixBits } from './six-bits.js'

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
  return writeGguf(metadata, weights.map(run.float ? floatTensor : toTensor))
}

function floatTensor({ name, rows, cols, data }: FloatTensor): TensorToWrite {
  return { name, dtype: F32, shape: rows === 1 ? [cols] : [cols, rows], bytes: new Uint8Array(data.slice().buffer) }
}

function toTensor(tensor: FloatTensor): TensorToWrite {
  const { name, rows, cols, data } = tensor
  if (rows === 1) return floatTensor(tensor)
  const shape = [cols, rows]
  if (name === 'token_embd.weight') return embedding(name, rows, cols, data)
  return { name, dtype: I2_S, shape, bytes: ternary(name, cols, data) }
}

/** Q6_K; training knows nothing of it. Rows that are no whole blocks of 256 stay f16. */
function embedding(name: string, rows: number, cols: number, data: Float32Array): TensorToWrite {
  const shape = [cols, rows]
  if (cols % 256 === 0) return { name, dtype: Q6_K, shape, bytes: sixBits(data) }
  return { name, dtype: F16, shape, bytes: new Uint8Array(Uint16Array.from(data, f32ToF16).buffer) }
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
