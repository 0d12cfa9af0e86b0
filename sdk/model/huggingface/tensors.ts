/**
 * The tensors of a safetensors model under GGUF's names, as its GGUF would hold them.
 * takes  where tensors lie, the family, the quantization · gives  tensors by name
 * before ./names, ./plain, ./quantized · after ./open
 */
import { LutraError } from '../../../hal/error.js'
import type { Tensor } from '../../../hal/tensor.js'
import { inTurns, type Steps } from '../../../hal/turns.js'
import { quote } from '../quote.js'
import type { Stored, Stores } from '../safetensors/shards.js'
import type { Described } from './metadata.js'
import { ggufName } from './names.js'
import { fromOne, listTensor, plainTensor } from './plain.js'
import type { Quantization } from './quantization.js'
import { groupedTensors, ternaryTensor } from './quantized.js'

const suffixes: ReadonlySet<string> = new Set([
  'weight',
  'bias',
  'qweight',
  'qzeros',
  'scales',
  'g_idx',
  'weight_scale',
])

/** The parts that a packed weight uses up. */
const grouped = ['qweight', 'qzeros', 'scales', 'g_idx']

export function tensorsOf(stores: Stores, described: Described, how: Quantization): Promise<Map<string, Tensor>> {
  return inTurns(tensorSteps(stores, described, how))
}

/** In steps, a module each: those that are packed have parts to be read. */
function* tensorSteps(
  stores: Stores,
  { family, factors, tied }: Described,
  how: Quantization,
): Steps<Map<string, Tensor>> {
  const tensors = new Map<string, Tensor>()
  const add = (tensor: Tensor, module: string) => {
    if (tensors.has(tensor.name))
      throw new LutraError('format', `Expected one tensor ${quote(tensor.name)} but ${quote(module)} is a second one`)
    tensors.set(tensor.name, tensor)
  }
  for (const [module, parts] of modulesOf(stores)) {
    const name = ggufName(module, family)
    if (name === undefined || (name === 'output' && tied)) continue
    yield
    const left = new Map(parts)
    const use = (...used: string[]) => used.forEach((part) => void left.delete(part))
    if (parts.has('qweight')) {
      for (const tensor of groupedTensors(name, module, parts, how)) add(tensor, module)
      use(...grouped)
    } else if (how.kind === 'bitnet' && parts.get('weight')?.type === 'U8') {
      add(ternaryTensor(name, module, parts, how), module)
      use('weight', 'weight_scale')
    }
    for (const [part, stored] of left) {
      const shifted = family.normsFromOne && part === 'weight' && module.endsWith('norm')
      const full = part === '' ? name : `${name}.${part}`
      add(shifted ? fromOne(full, stored) : plainTensor(full, stored), module)
    }
  }
  for (const [name, values] of factors) add(listTensor(name, values), name)
  return tensors
}

/** `model.layers.0.self_attn.q_proj` → { qweight, scales, … }; a name without a known end is its own module. */
function modulesOf(stores: Stores): Map<string, Map<string, Stored>> {
  const modules = new Map<string, Map<string, Stored>>()
  for (const [full, stored] of stores) {
    const dot = full.lastIndexOf('.')
    const known = dot > 0 && suffixes.has(full.slice(dot + 1))
    const [module, part] = known ? [full.slice(0, dot), full.slice(dot + 1)] : [full, '']
    const parts = modules.get(module) ?? new Map<string, Stored>()
    parts.set(part, stored)
    modules.set(module, parts)
  }
  return modules
}
