/**
 * Hostile files other than GGUF, for the fuzzer: headers, indexes and configs made by choice and damaged by chance.
 * One run is one execution: it ends in success or in a LutraError, and throws where it ends in anything else.
 */
import { rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import { buildGraph } from '../../../sdk/model/arch/index.js'
import type { FileStamp } from '../../../sdk/model/file-range.js'
import { refuseForeign } from '../../../sdk/model/foreign.js'
import { Config } from '../../../sdk/model/huggingface/config.js'
import { describe } from '../../../sdk/model/huggingface/metadata.js'
import { readQuantization } from '../../../sdk/model/huggingface/quantization.js'
import { tensorsOf } from '../../../sdk/model/huggingface/tensors.js'
import { looksLikeLlama2c, parseLlama2cHeader } from '../../../sdk/model/llama2c/header.js'
import { headerLength, looksLikeSafetensors, parseSafetensorsHeader } from '../../../sdk/model/safetensors/header.js'
import { parseIndex, type Stored } from '../../../sdk/model/safetensors/shards.js'
import type { Target } from '../../fuzz/fuzz.js'
import { configOf, kinds } from './hub-models.js'

export const fileTargets: readonly Target[] = [
  { name: 'safetensors header', run: refusing(header) },
  { name: 'safetensors index', run: refusing(index) },
  { name: 'config.json', run: refusing(config) },
  { name: 'quantized modules', run: refusing(modules) },
  { name: 'llama2.c header', run: refusing(llama2c) },
  { name: 'first bytes', run: refusing(firstBytes) },
]

function refusing(run: (random: () => number) => void | Promise<void>): (random: () => number) => void | Promise<void> {
  const allow = (error: unknown) => {
    if (!(error instanceof LutraError) || error.kind === 'io') throw error
  }
  return (random) => {
    try {
      const done = run(random)
      return done instanceof Promise ? done.catch(allow) : undefined
    } catch (error) {
      allow(error)
    }
  }
}

const pick = <T>(random: () => number, list: readonly T[]): T => list[Math.floor(random() * list.length)]
const below = (random: () => number, n: number): number => Math.floor(random() * n)

/** Numbers at which readers break. */
const numbers = [
  0,
  1,
  -1,
  0.5,
  31,
  32,
  128,
  255,
  65_536,
  2 ** 31,
  2 ** 32,
  2 ** 53 - 1,
  2 ** 53,
  2 ** 64,
  1e308,
  -1e308,
]
const values: readonly unknown[] = [
  ...numbers,
  '',
  'a',
  null,
  true,
  false,
  [],
  {},
  [1, 2],
  { a: {} },
  '\u0000',
  'x'.repeat(600),
]
const tokens = [
  '{',
  '}',
  '[',
  ']',
  '"',
  ':',
  ',',
  '\\',
  '\\u0061',
  '1e999',
  '-0',
  'null',
  '{"a":',
  '[[[[',
  '"__proto__":',
  '\u0000',
  '\xff',
]

function damage(text: string, random: () => number): Uint8Array {
  let bytes = Buffer.from(text)
  for (let times = below(random, 4); times > 0; times--) {
    const at = below(random, bytes.length + 1)
    const kind = below(random, 4)
    if (kind === 0 && at < bytes.length) bytes[at] = below(random, 256)
    else if (kind === 1)
      bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(pick(random, tokens), 'latin1'), bytes.subarray(at)])
    else if (kind === 2) bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 16))])
    else bytes = bytes.subarray(0, at)
  }
  return bytes
}

const types = ['F32', 'F16', 'BF16', 'I32', 'U8', 'F8_E4M3', 'I64', 'F4', '']

function header(random: () => number): void {
  const parts: string[] = []
  let at = 0
  for (let n = below(random, 4); n > 0; n--) {
    const shape = Array.from({ length: below(random, 4) }, () =>
      random() < 0.9 ? below(random, 5) : pick(random, numbers),
    )
    const type = pick(random, types)
    const size = shape.reduce((a, b) => a * b, 1) * ({ F32: 4, I32: 4, F16: 2, BF16: 2, I64: 8 }[type] ?? 1)
    const range = random() < 0.8 ? [at, at + size] : [pick(random, numbers), pick(random, numbers)]
    at = range[1]
    const entry = { dtype: random() < 0.95 ? type : pick(random, values), shape, data_offsets: range }
    parts.push(
      `${JSON.stringify(pick(random, ['a', 'b', 'c', '__metadata__', '__proto__', 'x'.repeat(600)]))}:${JSON.stringify(entry)}`,
    )
  }
  const json = damage(`{${parts.join(',')}}`, random)
  const dataBytes = random() < 0.8 ? at : below(random, 100)
  const lengthBytes = new Uint8Array(
    BigUint64Array.of(BigInt(random() < 0.5 ? json.length : below(random, 2 ** 31))).buffer,
  )
  looksLikeSafetensors(Buffer.concat([lengthBytes, json]))
  const entries = parseSafetensorsHeader(json, dataBytes, 'a file')
  const sum = [...entries.values()].reduce((total, { begin, end }) => total + (end - begin), 0)
  if (sum !== dataBytes) throw new Error(`ranges of ${sum} bytes were taken for ${dataBytes}`)
  headerLength(lengthBytes, 8 + json.length + dataBytes, 'a file')
}

function index(random: () => number): void {
  const files = ['a.safetensors', 'b.safetensors', '../a', '/etc/passwd', '..', '', 'a\\b', 'a\u0000']
  const map = Object.fromEntries(
    Array.from({ length: below(random, 4) }, (_, i) => [
      `t${i}`,
      random() < 0.9 ? pick(random, files) : pick(random, values),
    ]),
  )
  const places = parseIndex(damage(JSON.stringify({ metadata: {}, weight_map: map }), random), 'an index')
  for (const file of places.values())
    if (/[/\\]/.test(file) || file === '..') throw new Error(`a place outside the folder was taken: ${file}`)
}

const quantizations: readonly object[] = [
  { quant_method: 'gptq', bits: 4, group_size: 32, checkpoint_format: 'gptq_v2' },
  { quant_method: 'gptq', bits: 3, group_size: -1, meta: { quantizer: ['gptqmodel:1'] } },
  { quant_method: 'awq', bits: 4, group_size: 32, version: 'gemm' },
  { w_bit: 4, q_group_size: 128, version: 'GEMM' },
  { quant_method: 'bitnet', linear_class: 'autobitlinear', quantization_mode: 'offline' },
  { quant_method: 'bitnet' },
]

/** A config of some family with some values changed, and its text damaged now and then. */
function drawConfig(random: () => number): Config {
  const made: Record<string, unknown> = { ...configOf(pick(random, kinds)) }
  if (random() < 0.1) made.architectures = ['Gemma3ForConditionalGeneration']
  if (random() < 0.1) made.text_config = configOf(kinds[5])
  if (random() < 0.5) made.quantization_config = pick(random, quantizations)
  if (random() < 0.2)
    made.rope_parameters = { full_attention: made.rope_scaling ?? {}, sliding_attention: { rope_theta: 1e4 } }
  if (random() < 0.2)
    made.layer_types = Array.from({ length: 4 }, () => pick(random, ['full_attention', 'sliding_attention']))
  for (let times = below(random, 3); times > 0; times--) {
    const holder = pick(random, [made, made.rope_scaling, made.quantization_config])
    const target = (typeof holder === 'object' && holder !== null ? { ...holder } : made) as Record<string, unknown>
    target[pick(random, Object.keys(target).concat('rope_theta', 'mscale', 'head_dim'))] = pick(random, values)
    if (holder !== made && target !== made)
      made[holder === made.rope_scaling ? 'rope_scaling' : 'quantization_config'] = target
  }
  return Config.parse(random() < 0.7 ? JSON.stringify(made) : damage(JSON.stringify(made), random), 'a config')
}

function config(random: () => number): void {
  const made = drawConfig(random)
  const { metadata, factors } = describe(made)
  for (const [key, value] of metadata)
    if (typeof value === 'number' && Number.isNaN(value)) throw new Error(`${key} is no number`)
  for (const [name, list] of factors) if (list.length > 4096) throw new Error(`${name} has ${list.length} factors`)
  readQuantization(made.object('quantization_config'))
  buildGraph({ metadata, tensors: new Map() })
}

let file: FileStamp | undefined

/** A file to read from: its bytes are a pattern that any tensor may be. */
function pattern(): FileStamp {
  if (file) return file
  const path = join(tmpdir(), `lutra-hostile-${process.pid}-${Math.random().toString(36).slice(2)}`)
  const bytes = Uint8Array.from({ length: 65_536 }, (_, i) => (i * 131 + 17 * (i >> 8)) & 255)
  const words = new Int32Array(bytes.buffer)
  for (let groups = 1; groups <= 4; groups++) for (let i = 0; i < 512; i++) words[groupsAt(groups) / 4 + i] = i % groups
  writeFileSync(path, bytes)
  process.once('exit', () => rmSync(path, { force: true }))
  const { size, mtimeMs } = statSync(path)
  file = { path, size, mtimeMs }
  return file
}

/** Where the pattern holds columns that go through so many groups in turn; one group is a list of zeros. */
function groupsAt(groups: number): number {
  return 32_768 + 2048 * groups
}

async function modules(random: () => number): Promise<void> {
  const how = pick(random, quantizations)
  const described = describe(Config.parse(JSON.stringify(configOf(pick(random, kinds))), 'a config'))
  const quantization = readQuantization(Config.parse(JSON.stringify(how), 'a quantization'))
  const stores = new Map<string, Stored>()
  const name = pick(random, ['model.layers.0.self_attn.q_proj', 'lm_head', 'model.norm', 'strange'])
  const bits = pick(random, [2, 3, 4, 8])
  const [cols, rows, groups] = [32 * below(random, 5), 8 * below(random, 6), 1 + below(random, 4)]
  const shapes: Record<string, [string, number[]]> = {
    qweight: ['I32', 'w_bit' in how || random() < 0.3 ? [cols, rows / 8] : [(cols * bits) / 32, rows]],
    qzeros: ['I32', [groups, Math.ceil((rows * bits) / 32)]],
    scales: [pick(random, ['F16', 'F32', 'BF16']), [groups, rows]],
    g_idx: ['I32', [cols]],
    weight: ['U8', [rows / 4, cols]],
    weight_scale: ['BF16', [1]],
    bias: ['F16', [rows]],
  }
  for (const [part, [type, shape]] of Object.entries(shapes)) {
    if (random() < 0.15) continue
    const odd = random() < 0.05
    const dims = odd ? shape.map(() => below(random, 70)) : shape
    const kind = random() < 0.03 ? pick(random, types) : type
    const size = dims.reduce((a, b) => a * b, 1) * ({ F32: 4, I32: 4, F16: 2, BF16: 2, I64: 8 }[kind] ?? 1)
    const begin = part === 'g_idx' && random() < 0.9 ? groupsAt(1 + below(random, groups)) : below(random, 1024)
    if (begin + size > pattern().size) continue
    const full = `${name}.${part}`
    stores.set(full, { name: full, type: kind, shape: dims, begin, end: begin + size, stamp: pattern(), offset: begin })
  }
  for (const tensor of (await tensorsOf(stores, described, quantization)).values()) {
    try {
      const { dtype, bytes } = tensor
      const count = tensor.shape.reduce((a, b) => a * b, 1)
      dtype.decode(bytes, count, 0, count, new Float32Array(count))
    } catch (error) {
      if (!(error instanceof LutraError)) throw error
    }
  }
}

function llama2c(random: () => number): void {
  const bytes = new Uint8Array(random() < 0.9 ? 256 : below(random, 256))
  const sizes = [8, 16, 1, 2, 1, 10, 4].map((size) => (random() < 0.9 ? size : pick(random, numbers)))
  const named = random() < 0.5
  const fields = Int32Array.from([...(named ? [0x616b3432, random() < 0.9 ? 1 : below(random, 4)] : []), ...sizes])
  bytes.set(new Uint8Array(fields.buffer).subarray(0, bytes.length))
  if (random() < 0.5 && bytes.length > 36) bytes[36] = below(random, 3)
  const size = pick(random, [256 + 2720, 28 + 2784, 28 + 2784 + 320, 256 + 2720 + 320, below(random, 4096)])
  looksLikeLlama2c(bytes, size)
  const { tensors } = parseLlama2cHeader(bytes, size)
  for (const { name, shape, offset } of tensors)
    if (offset + 4 * shape.reduce((a, b) => a * b, 1) > size) throw new Error(`${name} lies beyond the file`)
}

function firstBytes(random: () => number): void {
  const begins = [
    'GGUF',
    'PK\x03\x04',
    '\x80\x02',
    'tjgg',
    '\x08\x07\x12\x04abcd',
    '<html',
    '{"a"',
    'version https://git-lfs',
    '',
  ]
  const bytes = Buffer.concat([
    Buffer.from(pick(random, begins), 'latin1'),
    Uint8Array.from({ length: below(random, 40) }, () => below(random, 256)),
  ])
  looksLikeSafetensors(bytes)
  looksLikeLlama2c(bytes, below(random, 2 ** 31))
  refuseForeign(bytes, pick(random, ['a.bin', 'a.onnx', 'a.safetensors']))
}
