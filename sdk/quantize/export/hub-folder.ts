/**
 * A quantized model as a folder of the Hugging Face hub: GPTQ (v2) tensors where the format is its own, floats elsewhere.
 * takes  ModelFile, a path · gives  the folder, whole or not at all, and what became of each tensor
 * before ./gptq, ./float-tensor, ./config · after sdk/cli quantize; sdk/model/huggingface opens it
 */
import { randomUUID } from 'node:crypto'
import { mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import { look } from '../../model/file-range.js'
import type { ModelFile } from '../../model/model-file.js'
import { codedOf } from './coded.js'
import { configOf } from './config.js'
import { floatTensor } from './float-tensor.js'
import { type Packed, packGptq } from './gptq.js'
import { type Naming, namingOf } from './names.js'
import { type StoredTensor, writeSafetensors } from './safetensors-file.js'

export interface HubOptions {
  /** The float model's own config.json, where it is at hand; absent: made of the metadata. */
  readonly config?: Readonly<Record<string, unknown>>
}

export interface HubExport {
  /** Tensors that are GPTQ's now, by GGUF name, with their bits and columns per group. */
  readonly packed: ReadonlyMap<string, { readonly bits: number; readonly group: number }>
  /** Quantized tensors that became float32, and why. */
  readonly floats: ReadonlyMap<string, string>
  /** What a folder of the hub usually has and this one lacks. */
  readonly missing: readonly string[]
}

/**
 * Writes config.json, model.safetensors, and the tokenizer's texts where the model has them.
 *
 * @throws LutraError io (the folder exists, or cannot be written), unsupported (transformers has no such model)
 */
export async function writeHubFolder(file: ModelFile, folder: string, options: HubOptions = {}): Promise<HubExport> {
  if (await look(folder)) throw new LutraError('io', `Expected no folder ${folder} yet but there is one; name another`)
  const naming = namingOf(file.metadata)
  const config = { ...(options.config ?? configOf(file.metadata, file.tensors, naming)) }
  const packed = new Map<string, { bits: number; group: number }>()
  const floats = new Map<string, string>()
  const stored: StoredTensor[] = []
  for (const [name, tensor] of file.tensors) {
    // Orders of columns are part of the matrices; factors of angles are in config.json.
    if (name.endsWith('.perm') || name.startsWith('rope_f')) continue
    const parts = gptqTensors(name, tensor, file, naming)
    if (typeof parts === 'string') {
      if (!['F32', 'F16', 'BF16'].includes(tensor.dtype.name)) floats.set(name, parts)
      stored.push(floatTensor(name, tensor, naming, columnOrder(name, file)))
    } else {
      packed.set(name, parts.how)
      stored.push(...parts.tensors)
    }
  }
  if (packed.size > 0) config.quantization_config = quantizationConfig(packed, naming)
  const part = `${folder}.${randomUUID()}.part`
  try {
    await mkdir(part)
    await writeSafetensors(join(part, 'model.safetensors'), stored)
    await writeFile(join(part, 'config.json'), `${JSON.stringify(config, null, 2)}\n`)
    for (const [name, text] of file.texts ?? []) await writeFile(join(part, name), text)
    await rename(part, folder)
  } catch (cause) {
    await rm(part, { recursive: true, force: true }).catch(() => {})
    if (cause instanceof LutraError) throw cause
    throw new LutraError('io', `Could not write ${folder}: ${(cause as Error).message}`, { cause })
  }
  return { packed, floats, missing: file.texts?.has('tokenizer.json') ? [] : ['tokenizer.json'] }
}

/** The four tensors of a matrix, each packed anew when it is written, so that one matrix is in memory at a time. */
function gptqTensors(name: string, tensor: Tensor, file: ModelFile, naming: Naming) {
  // A row of the embedding is looked up, and its loaders know no codes there; nor in the head.
  if (['token_embd.weight', 'output.weight'].includes(name)) return 'GPTQ leaves embedding and head as they are'
  if (!tensor.dtype.uniform || tensor.shape.length !== 2) return `${tensor.dtype.name} takes its values from a table`
  const order = columnOrder(name, file)
  const pack = (): Packed | string => {
    const coded = codedOf(tensor)
    return typeof coded === 'string' ? coded : packGptq(coded, naming.rowOrder(name, coded.rows), order)
  }
  const first = pack()
  if (typeof first === 'string') return first
  const { bits, group } = first
  const [cols, rows] = tensor.shape
  const groups = cols / group
  const module = naming.name(name).replace(/\.weight$/, '')
  let held: Packed | undefined
  const one = (part: string, type: StoredTensor['type'], shape: number[], of: (packed: Packed) => ArrayBufferView) => ({
    ...{ name: `${module}.${part}`, type, shape, length: shape.reduce((a, b) => a * b) * (type === 'I32' ? 4 : 2) },
    async make() {
      held ??= pack() as Packed
      const { buffer, byteOffset, byteLength } = of(held)
      if (part === 'g_idx') held = undefined
      return new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)
    },
  })
  const tensors: StoredTensor[] = [
    one('qweight', 'I32', [(cols * bits) / 32, rows], ({ qweight }) => qweight),
    one('qzeros', 'I32', [groups, (rows * bits) / 32], ({ qzeros }) => qzeros),
    one('scales', 'F16', [groups, rows], ({ scales }) => scales),
    one('g_idx', 'I32', [cols], ({ gIdx }) => gIdx),
  ]
  return { how: { bits, group }, tensors }
}

/** Sorted column j multiplies input order[j], where the model's columns were sorted (act-order). */
function columnOrder(name: string, { tensors }: ModelFile): Int32Array | undefined {
  const perm = tensors.get(name.replace(/\.weight$/, '.perm'))
  if (!perm || perm === tensors.get(name)) return undefined
  const bytes = perm.bytes.slice()
  return new Int32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4)
}

/** The commonest width and group for all; others are named one by one, as GPTQModel's `dynamic` has them. */
function quantizationConfig(packed: HubExport['packed'], naming: Naming): Record<string, unknown> {
  const counts = new Map<string, number>()
  for (const { bits, group } of packed.values())
    counts.set(`${bits} ${group}`, (counts.get(`${bits} ${group}`) ?? 0) + 1)
  const [[usual]] = [...counts].sort((a, b) => b[1] - a[1])
  const [bits, group] = usual.split(' ').map(Number)
  const dynamic: Record<string, unknown> = {}
  for (const [name, how] of packed) {
    if (how.bits === bits && how.group === group) continue
    const module = naming.name(name).replace(/\.weight$/, '')
    dynamic[`+:^${module.replaceAll('.', '\\.')}$`] = { bits: how.bits, group_size: how.group }
  }
  return {
    ...{ quant_method: 'gptq', checkpoint_format: 'gptq_v2', bits, group_size: group, desc_act: false, sym: false },
    ...{ lm_head: false, pack_dtype: 'int32' },
    ...(Object.keys(dynamic).length > 0 && { dynamic }),
  }
}
