/**
 * Writes the pilot with its ternary matrices as TQ2_0, which llama.cpp reads where it no longer reads I2_S:
 *   node bench/models/pilot.mjs FILE
 * The codes are the same, scales are rounded to float16, and the last piece of the vocabulary gives its place to the
 * newline byte, without which llama.cpp ends in an exception. For measuring beside peers (bench/peers/start.mjs).
 */
import { writeFileSync } from 'node:fs'
import { TQ2_0 } from '../../dist/hal/dtypes/ternary.js'
import { f32ToF16 } from '../../dist/hal/half.js'
import { openGguf } from '../../dist/sdk/model/gguf.js'
import { GgufFloat, writeGguf } from '../../dist/sdk/model/gguf-writer.js'
import { pilotPath } from '../../dist/sdk/pilot/path.js'

/** GGUF's number for a token that stands for a byte. */
const BYTE = 6

const [out] = process.argv.slice(2)
if (out === undefined) {
  console.error('Expected a file to write')
  process.exit(2)
}

/** Blocks of 256 weights: two halves of 128, bits 2l … 2l+1 of a byte m of a half are weight 32 l + m; then the scale. */
function pack(weights) {
  const scale = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 0)
  const half = f32ToF16(scale)
  const bytes = new Uint8Array((weights.length / TQ2_0.block) * TQ2_0.blockBytes)
  weights.forEach((w, i) => {
    const at = Math.floor(i / 256) * TQ2_0.blockBytes
    const place = i % 128
    bytes[at + 32 * (Math.floor(i / 128) % 2) + (place % 32)] |= (Math.sign(w) + 1) << (2 * Math.floor(place / 32))
  })
  for (let at = 64; at < bytes.length; at += TQ2_0.blockBytes) {
    bytes[at] = half & 255
    bytes[at + 1] = half >> 8
  }
  return bytes
}

function repacked({ name, dtype, shape, bytes }) {
  if (!dtype.ternary) return { name, dtype, shape, bytes }
  const count = shape.reduce((a, b) => a * b)
  const weights = new Float32Array(count)
  dtype.decode(bytes, count, 0, count, weights)
  return { name, dtype: TQ2_0, shape, bytes: pack(weights) }
}

const { metadata, tensors } = await openGguf(pilotPath())
const fields = new Map(metadata)
fields.set('bitnet.rope.freq_base', new GgufFloat(metadata.get('bitnet.rope.freq_base')))
const pieces = metadata.get('tokenizer.ggml.tokens')
fields.set('tokenizer.ggml.tokens', pieces.with(-1, '<0x0A>'))
fields.set('tokenizer.ggml.token_type', Int32Array.from(metadata.get('tokenizer.ggml.token_type')).with(-1, BYTE))
writeFileSync(out, writeGguf(fields, [...tensors.values()].map(repacked)))
