import { LutraError } from '../../../hal/error.js'
import { parseGgufHeader } from '../../../sdk/model/gguf-header.js'
import { tensorsOf } from '../../../sdk/model/gguf-tensors.js'
import { createRandom } from '../../../sdk/sampler/index.js'
import { type TinyGguf, tinyGguf } from './tiny-gguf.js'

/** Small right files, each with other corners of the format. */
const right: readonly TinyGguf[] = [
  {
    metadata: {
      'general.architecture': { type: 8, value: 'llama' },
      'general.alignment': { type: 4, value: 64 },
      'llama.block_count': { type: 4, value: 2 },
      'llama.rope.freq_base': { type: 6, value: 10000 },
      'tokenizer.ggml.tokens': { type: 9, of: 8, value: ['<unk>', '<s>', '</s>', 'a', '▁b', ''] },
      'tokenizer.ggml.scores': { type: 9, of: 6, value: [0, 0, 0, -1, -2, -3] },
      'tokenizer.ggml.token_type': { type: 9, of: 5, value: [2, 3, 3, 1, 1, 1] },
      flags: { type: 9, of: 7, value: [0, 1, 1] },
      long: { type: 10, value: 2 ** 40 },
    },
    tensors: [
      { name: 'token_embd.weight', shape: [32, 6], type: 8, offset: 0 },
      { name: 'output_norm.weight', shape: [32], type: 0, offset: 256 },
      { name: 'blk.0.attn_q.weight', shape: [32, 2, 1], type: 2, offset: 384 },
    ],
    alignment: 64,
    data: new Uint8Array(448),
  },
  {
    version: 2,
    metadata: {
      'general.architecture': { type: 8, value: 'bitnet' },
      small: { type: 0, value: 1 },
      negative: { type: 11, value: -5 },
      half: { type: 12, value: 0.5 },
      shorts: { type: 9, of: 3, value: [1, 2, 3, 4] },
      none: { type: 9, of: 8, value: [] },
    },
    tensors: [
      { name: 'w', shape: [128, 4], type: 36, offset: 0 },
      { name: 'odd', shape: [4], type: 1234, offset: 160 },
      { name: 'v', shape: [256], type: 35, offset: 192 },
      // Codebooks of 4 pairs for groups of 2 rows × 32 columns: 18 bytes each.
      { name: 'q', shape: [64, 4], type: 0x5651_0029, offset: 288 },
    ],
    data: new Uint8Array(384),
  },
  { metadata: { 'tokenizer.ggml.model': { type: 8, value: 'gpt2' } } },
]

export const bases: readonly Uint8Array[] = [
  ...right.map((file) => tinyGguf(file)),
  tinyGguf({ ...right[0], big: true }),
]

/** Values at which readers break: ends of ranges, signs, sizes just beyond memory. */
const evil = [
  0n,
  1n,
  31n,
  255n,
  65535n,
  1n << 24n,
  (1n << 31n) - 1n,
  1n << 31n,
  (1n << 32n) - 1n,
  1n << 32n,
  1n << 40n,
].concat([(1n << 53n) - 1n, 1n << 53n, (1n << 60n) + 1n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n])

/** Reads mutations [from, to) of the bases; throws at the first answer that is not tensors or a LutraError of a file. */
export function readMutations(from: number, to: number): Record<string, number> {
  const outcomes: Record<string, number> = {}
  for (let i = from; i < to; i++) {
    const bytes = mutate(bases[i % bases.length], createRandom(i))
    const begin = performance.now()
    const outcome = read(bytes, i)
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1
    const ms = performance.now() - begin
    if (ms > 2000) throw new Error(`mutation ${i} took ${ms} ms`)
  }
  return outcomes
}

function read(bytes: Uint8Array, i: number): string {
  try {
    const header = parseGgufHeader(bytes, bytes.length)
    const tensors = tensorsOf(header, { path: 'none', size: bytes.length, mtimeMs: 0 })
    for (const { file } of tensors.values())
      if (file && file.offset > bytes.length) throw new Error(`mutation ${i}: a tensor lies outside`)
    return 'read'
  } catch (error) {
    if (error instanceof LutraError && ['format', 'limit', 'unsupported'].includes(error.kind)) return error.kind
    throw new Error(`mutation ${i} ended in something else`, { cause: error })
  }
}

/** One to four changes: a bit, a byte, an evil integer of 4 or 8 bytes, a cut, a piece doubled, removed or moved. */
export function mutate(base: Uint8Array, random: () => number): Uint8Array {
  let bytes = Buffer.from(base)
  const below = (n: number) => Math.floor(random() * n)
  for (let changes = 1 + below(4); changes > 0 && bytes.length > 8; changes--) {
    const at = below(bytes.length)
    const end = at + below(Math.min(64, bytes.length - at))
    switch (below(8)) {
      case 0:
        bytes[at] ^= 1 << below(8)
        break
      case 1:
        bytes[at] = below(256)
        break
      case 2:
        bytes.writeBigUInt64LE(evil[below(evil.length)], below(bytes.length - 7))
        break
      case 3:
        bytes.writeUInt32LE(Number(evil[below(evil.length)] & 0xffffffffn), below(bytes.length - 3))
        break
      case 4:
        bytes = bytes.subarray(0, at)
        break
      case 5:
        bytes = Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
        break
      case 6:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
        break
      default:
        bytes.copyWithin(below(bytes.length), at, end)
    }
  }
  return bytes
}
