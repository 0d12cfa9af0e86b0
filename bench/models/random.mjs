/**
 * Writes a GGUF file of a real model's shape with random weights, for measuring speed: the same file for every engine.
 *   node bench/models/random.mjs SHAPE TYPE FILE [--head Q6_K] [--embedding Q8_0] [--layers N]
 * Shapes: small (200 million weights, for a page), b3 (BitNet-3B), b3k (the same in multiples of 256), b2 (BitNet-2B-4T's layers), tiny (TinyLlama-1.1B),
 * l7 (Llama-2-7B); all of llama's architecture. The same arguments give the same bytes. Types are GGUF's, and
 * ik_llama.cpp's IQ2_BN_R4 (four float32 scales, then two-bit codes of four rows), which only it reads.
 */
import { closeSync, ftruncateSync, openSync, renameSync, writeSync } from 'node:fs'
import { argv } from 'node:process'
import { pathToFileURL } from 'node:url'
import { dtypes, tensorBytes } from '../../dist/hal/dtypes/index.js'
import { f32ToF16 } from '../../dist/hal/half.js'
import { GgufFloat, ggufHead } from '../../dist/sdk/model/gguf-writer.js'

export const shapes = {
  b3: { dim: 3200, hidden: 8640, layers: 26, heads: 32, kvHeads: 32, vocab: 32000 },
  b3k: { dim: 3072, hidden: 9216, layers: 26, heads: 24, kvHeads: 24, vocab: 32000 },
  b2: { dim: 2560, hidden: 6912, layers: 30, heads: 20, kvHeads: 5, vocab: 32000 },
  small: { dim: 1024, hidden: 2816, layers: 12, heads: 16, kvHeads: 4, vocab: 32000 },
  tiny: { dim: 2048, hidden: 5632, layers: 22, heads: 32, kvHeads: 4, vocab: 32000 },
  l7: { dim: 4096, hidden: 11008, layers: 32, heads: 32, kvHeads: 32, vocab: 32000 },
}
const CONTEXT = 4096
const spread = [0.5, 0.7, 0.8, 0.9, 1, 1.1, 1.3, 1.8]

/** Gives so many bytes at each call, by xorshift; good enough to defeat caches and branch predictors. */
function randomBytes(seed) {
  let x = seed | 1
  return (length) => {
    const words = new Uint32Array((length + 3) >> 2)
    for (let i = 0; i < words.length; i++) {
      x ^= x << 13
      x ^= x >>> 17
      x ^= x << 5
      words[i] = x
    }
    return new Uint8Array(words.buffer, 0, length)
  }
}

/** The 81 bytes whose four two-bit codes are 0, 1 or 2, three times, and zeros: no sign is commoner than the other. */
const ternary = Uint8Array.from({ length: 256 }, (_, i) => {
  const digit = (power) => (i < 243 ? Math.floor(i / power) % 3 : 1)
  return digit(1) | (digit(3) << 2) | (digit(9) << 4) | (digit(27) << 6)
})
/** Bell curves (logistic) as codes of four bits and of eight: weights cluster round zero, as trained ones do. */
const bell = (share) => Math.log(share / (1 - share)) / 1.7
const nibble = (i) => Math.min(15, Math.max(0, Math.round(8 + 2.9 * bell((i + 0.5) / 16))))
const nibbles = Uint8Array.from({ length: 256 }, (_, i) => nibble(i & 15) | (nibble(i >> 4) << 4))
const bytes8 = Uint8Array.from({ length: 256 }, (_, i) => Math.round(33 * bell((i + 0.5) / 256)))
const signed8 = new Int8Array(bytes8.buffer)
/** Where a block's float16 scales lie; the rest of a block may be any bytes. */
const scalesAt = {
  Q1_0: [0],
  Q2_0: [0],
  TQ2_0: [64],
  TQ1_0: [52],
  Q4_0: [0],
  Q8_0: [0],
  Q2_K: [80, 82],
  Q4_K: [0, 2],
  Q6_K: [208],
  Q5_0: [0],
  Q5_1: [0, 2],
  IQ4_NL: [0],
  IQ4_XS: [0],
  IQ3_S: [0],
  IQ3_XXS: [0],
  IQ2_S: [0],
  IQ2_XS: [0],
  IQ2_XXS: [0],
  IQ1_S: [0],
}
/** How large the codes of a type are, with their small scales. */
const sizes = {
  ...{ Q8_0: 33, Q4_0: 2.8, Q5_0: 9, Q5_1: 17, Q2_K: 15, Q4_K: 400, Q6_K: 1400 },
  ...{ IQ4_NL: 70, IQ4_XS: 1300, IQ3_S: 150, IQ3_XXS: 130, IQ2_S: 60, IQ2_XS: 60, IQ2_XXS: 60, IQ1_S: 6 },
}
/** Bytes of a block that only some values may fill, or fill in a natural spread: [from, to), what becomes of each. */
const shaped = {
  Q2_0: [2, 18, ternary],
  TQ2_0: [0, 64, ternary],
  I2_S: [0, 32, ternary],
  Q4_0: [2, 18, nibbles],
  Q8_0: [2, 34, bytes8],
}

/** `count` random blocks of a type, of a size that keeps activations within reason. */
function randomBlocks(dtype, cols, count, next) {
  const magnitude = 1 / Math.sqrt(cols)
  const { name, blockBytes } = dtype
  if (name === 'F32' || name === 'F16') {
    const values = Float32Array.from(next(count), (b) => (signed8[b] / 33) * magnitude)
    return new Uint8Array((name === 'F32' ? values : Uint16Array.from(values, f32ToF16)).buffer)
  }
  if (name === 'IQ2_BN_R4') {
    const bytes = next(count * blockBytes).map((b) => ternary[b])
    const view = new DataView(bytes.buffer)
    for (let at = 0; at < bytes.length; at += blockBytes)
      for (let row = 0; row < 4; row++) view.setFloat32(at + 4 * row, 1.2 * magnitude, true)
    return bytes
  }
  const places = scalesAt[name]
  if (!places && name !== 'I2_S')
    throw new Error(`Expected a type among ${Object.keys(scalesAt).join(', ')} but got ${name}`)
  const [from, to, table] = shaped[name] ?? [0, 0]
  const scale = 1 / (sizes[name] ?? 1 / 1.2)
  // Blocks differ in magnitude, as trained ones do.
  const halves = Uint16Array.from(spread, (each) => f32ToF16(each * scale * magnitude))
  const bytes = next(count * blockBytes)
  for (let at = 0; at < bytes.length; at += blockBytes) {
    for (let i = at + from; i < at + to; i++) bytes[i] = table[bytes[i]]
    for (const place of places ?? []) {
      const half = halves[bytes[at + place] & 7]
      bytes[at + place] = half & 255
      bytes[at + place + 1] = half >> 8
    }
  }
  return bytes
}

export function writeRandom(shapeName, typeName, file, { head = 'Q6_K', embedding = 'Q8_0', layers } = {}) {
  const shape = shapes[shapeName]
  if (!shape) throw new Error(`Expected a shape among ${Object.keys(shapes).join(', ')} but got ${shapeName}`)
  const type = (name, cols) => {
    if (name === 'IQ2_BN_R4') return { name, gguf: 335, block: 4 * cols, blockBytes: cols + 16, tailBytes: 0 }
    const found = dtypes.find((each) => each.name === name)
    if (!found) throw new Error(`Expected a type of GGUF but got ${name}`)
    return found
  }
  const { dim, hidden, heads, kvHeads, vocab } = shape
  const depth = layers ?? shape.layers
  const kv = (dim / heads) * kvHeads
  const tensors = []
  const add = (name, dtype, ...size) =>
    tensors.push({
      name,
      dtype,
      shape: size,
      length: tensorBytes(
        dtype,
        size.reduce((a, b) => a * b),
      ),
    })
  add('token_embd.weight', type(embedding), dim, vocab)
  for (let l = 0; l < depth; l++) {
    const matrix = (name, cols, rows) => add(`blk.${l}.${name}.weight`, type(typeName, cols), cols, rows)
    add(`blk.${l}.attn_norm.weight`, type('F32'), dim)
    matrix('attn_q', dim, dim)
    matrix('attn_k', dim, kv)
    matrix('attn_v', dim, kv)
    matrix('attn_output', dim, dim)
    add(`blk.${l}.ffn_norm.weight`, type('F32'), dim)
    matrix('ffn_gate', dim, hidden)
    matrix('ffn_up', dim, hidden)
    matrix('ffn_down', hidden, dim)
  }
  add('output_norm.weight', type('F32'), dim)
  add('output.weight', type(head), dim, vocab)

  const names = ['<unk>', '<s>', '</s>']
  for (let b = 0; b < 256; b++) names.push(`<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`)
  while (names.length < vocab) names.push(`\u2581w${names.length}`)
  const metadata = new Map([
    ['general.architecture', 'llama'],
    ['general.name', `random-${shapeName}-${typeName}`],
    ['llama.context_length', CONTEXT],
    ['llama.embedding_length', dim],
    ['llama.block_count', depth],
    ['llama.feed_forward_length', hidden],
    ['llama.attention.head_count', heads],
    ['llama.attention.head_count_kv', kvHeads],
    ['llama.attention.layer_norm_rms_epsilon', new GgufFloat(1e-5)],
    ['llama.rope.dimension_count', dim / heads],
    ['llama.rope.freq_base', new GgufFloat(10000)],
    ['llama.vocab_size', vocab],
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', names],
    ['tokenizer.ggml.scores', Float32Array.from(names, (_, i) => -i)],
    ['tokenizer.ggml.token_type', Int32Array.from(names, (_, i) => (i === 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1))],
    ['tokenizer.ggml.bos_token_id', 1],
    ['tokenizer.ggml.eos_token_id', 2],
  ])
  const { bytes, offsets, size } = ggufHead(metadata, tensors)
  const out = openSync(`${file}.part`, 'w')
  try {
    writeSync(out, bytes, 0, bytes.length, 0)
    const next = randomBytes(0x9e3779b1)
    tensors.forEach(({ dtype, shape: dims, length }, i) => {
      const at = offsets[i]
      if (dims.length === 1) {
        writeSync(out, new Uint8Array(new Float32Array(dims[0]).fill(1).buffer), 0, length, at)
        return
      }
      const end = at + length - dtype.tailBytes
      for (let o = at; o < end; ) {
        const blocks = Math.min((end - o) / dtype.blockBytes, 1 << 16)
        o += writeSync(out, randomBlocks(dtype, dims[0], blocks, next), 0, blocks * dtype.blockBytes, o)
      }
      if (dtype.tailBytes > 0) {
        const tail = new Uint8Array(dtype.tailBytes)
        new DataView(tail.buffer).setFloat32(0, 1.2 / Math.sqrt(dims[0]), true)
        writeSync(out, tail, 0, tail.length, end)
      }
    })
    ftruncateSync(out, size)
  } finally {
    closeSync(out)
  }
  renameSync(`${file}.part`, file)
}

if (import.meta.url === pathToFileURL(argv[1]).href) {
  const [shape, type, file, ...rest] = argv.slice(2)
  const options = {}
  for (let i = 0; i < rest.length; i += 2) options[rest[i].slice(2)] = rest[i + 1]
  if (options.layers) options.layers = Number(options.layers)
  writeRandom(shape, type, file, options)
}
