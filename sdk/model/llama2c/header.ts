/**
 * The header of a llama2.c checkpoint: version 0 (seven numbers, nothing else) or 1 (magic "ak42", 256 bytes).
 * takes  the first bytes, the file's size · gives  sizes, and the place of every tensor, whose sum is the file's size
 * after  ./open
 */
import { LutraError } from '../../../hal/error.js'

export interface Llama2c {
  readonly version: 0 | 1
  readonly width: number
  readonly hidden: number
  readonly layers: number
  readonly heads: number
  readonly kvHeads: number
  readonly vocab: number
  readonly context: number
  /** F32, in GGUF's names and order of dimensions; the rows of q and k are in rotary pairs, as GGUF has them. */
  readonly tensors: readonly { readonly name: string; readonly shape: readonly number[]; readonly offset: number }[]
}

/** "ak42", written as a number. */
const magic = 0x616b3432
const headerBytes = { 0: 28, 1: 256 } as const

/** Beyond every model that llama2.c can export (Llama 2 70B), and small enough that no product leaves 2^53. */
const most = { width: 65_536, hidden: 262_144, layers: 256, heads: 1024, vocab: 1_048_576, context: 1_048_576 } as const

/** Version 0 has no magic: sizes that may be, and that make exactly this file. */
export function looksLikeLlama2c(first: Uint8Array, size: number): boolean {
  if (first.length < headerBytes[0]) return false
  if (view(first).getUint32(0, true) === magic) return true
  try {
    return parseLlama2cHeader(first, size).version === 0
  } catch (error) {
    if (error instanceof LutraError) return false
    throw error
  }
}

export function parseLlama2cHeader(first: Uint8Array, size: number): Llama2c {
  if (first.length < headerBytes[0])
    throw new LutraError('format', `Expected a llama2.c header of ${headerBytes[0]} bytes but found ${first.length}`)
  const named = view(first).getUint32(0, true) === magic
  const version = named ? view(first).getInt32(4, true) : 0
  if (version === 2)
    throw new LutraError('unsupported', 'Expected llama2.c version 0 or 1 but found 2 (Q8_0); export it as version 1')
  if (version !== 0 && version !== 1)
    throw new LutraError('unsupported', `Expected llama2.c version 0 or 1 but found ${version}`)
  if (named && (version === 0 || first.length < headerBytes[1]))
    throw new LutraError('format', 'Expected a llama2.c header of 256 bytes but the file is shorter; copy it again')
  const field = (i: number) => view(first).getInt32((named ? 8 : 0) + 4 * i, true)
  const sizes = {
    width: within('width', field(0), most.width),
    hidden: within('hidden width', field(1), most.hidden),
    layers: within('layers', field(2), most.layers),
    heads: within('heads', field(3), most.heads),
    kvHeads: within('KV heads', field(4), most.heads),
    vocab: within('vocabulary', named ? field(5) : Math.abs(field(5)), most.vocab),
    context: within('context', field(6), most.context),
  }
  if (sizes.width % sizes.heads !== 0 || sizes.heads % sizes.kvHeads !== 0 || (sizes.width / sizes.heads) % 2 !== 0)
    throw new LutraError(
      'format',
      `Expected heads of an even length in equal groups but found a width of ${sizes.width}, ${sizes.heads} heads and ${sizes.kvHeads} KV heads`,
    )
  const own = named ? first[36] === 0 : field(5) < 0
  const { tensors, end } = place(sizes, version, own)
  if (end !== size)
    throw new LutraError(
      'format',
      `Expected a llama2.c checkpoint of ${end} bytes, as its header says, but found ${size}; copy or download it again`,
    )
  return { version, ...sizes, tensors }
}

type Sizes = Omit<Llama2c, 'version' | 'tensors'>

function place({ width, hidden, layers, heads, kvHeads, vocab, context }: Sizes, version: 0 | 1, own: boolean) {
  const kv = (width / heads) * kvHeads
  const tensors: { name: string; shape: number[]; offset: number }[] = []
  let end: number = headerBytes[version]
  const add = (name: string, ...shape: number[]) => {
    tensors.push({ name, shape, offset: end })
    end += 4 * shape.reduce((product, dim) => product * dim, 1)
  }
  const each = (part: string, ...shape: number[]) => {
    for (let layer = 0; layer < layers; layer++) add(`blk.${layer}.${part}.weight`, ...shape)
  }
  const attention = () => {
    each('attn_q', width, width)
    each('attn_k', width, kv)
    each('attn_v', width, kv)
    each('attn_output', width, width)
  }
  const feedForward = () => {
    each('ffn_gate', width, hidden)
    each('ffn_down', hidden, width)
    each('ffn_up', width, hidden)
  }
  if (version === 0) {
    add('token_embd.weight', width, vocab)
    each('attn_norm', width)
    attention()
    each('ffn_norm', width)
    feedForward()
    add('output_norm.weight', width)
    end += 4 * context * (width / heads) // tables of cosines and sines
  } else {
    each('attn_norm', width)
    each('ffn_norm', width)
    add('output_norm.weight', width)
    add('token_embd.weight', width, vocab)
    attention()
    feedForward()
  }
  if (own) add('output.weight', width, vocab)
  return { tensors, end }
}

function within(what: string, value: number, limit: number): number {
  if (value >= 1 && value <= limit) return value
  throw new LutraError(
    value > limit ? 'limit' : 'format',
    `Expected a ${what} of 1 to ${limit} in a llama2.c header but found ${value}`,
  )
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
