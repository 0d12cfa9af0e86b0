/**
 * How the matrices of a safetensors model are packed: quantization_config in config.json, or quantize_config.json
 * (quant_config.json) beside it.
 * takes  the configs · gives  Quantization; LutraError unsupported names every other way
 * before ./config · after ./quantized
 */
import { LutraError } from '../../../hal/error.js'
import { kindOf } from '../json.js'
import { quote } from '../quote.js'
import type { ZeroForm } from '../repack/gptq.js'
import type { Bits } from '../repack/grouped.js'
import type { Config } from './config.js'

export type Quantization =
  | { readonly kind: 'none' }
  /** `bits` and `groupSize` where the tensors do not say it themselves; -1 is one group a row. */
  | { readonly kind: 'gptq'; readonly bits: Bits; readonly groupSize: number; readonly zeros: ZeroForm }
  | { readonly kind: 'awq'; readonly groupSize: number }
  /** Outputs times weight_scale, or over it. */
  | { readonly kind: 'bitnet'; readonly scale: 'times' | 'over' }

/** Names under which configs of quantizers lie beside config.json, where that has none itself. */
export const quantizationFiles = ['quantize_config.json', 'quant_config.json'] as const

export function readQuantization(config: Config | undefined): Quantization {
  if (!config) return { kind: 'none' }
  const method = (config.text('quant_method') ?? (config.has('w_bit') ? 'awq' : 'gptq')).toLowerCase()
  if (method === 'gptq') return gptq(config)
  if (method === 'awq') return awq(config)
  if (method === 'bitnet') return bitnet(config)
  throw refuse(config, 'quantization gptq, awq or bitnet', method)
}

function gptq(config: Config): Quantization {
  const format = (config.text('checkpoint_format') ?? config.text('format') ?? 'gptq').toLowerCase()
  if (config.flag('is_marlin_format', false)) throw refuse(config, 'checkpoint_format gptq or gptq_v2', 'marlin')
  if (format === 'gemm') return awq(config)
  if (format !== 'gptq' && format !== 'gptq_v2') throw refuse(config, 'checkpoint_format gptq or gptq_v2', format)
  const word = config.text('pack_dtype') ?? 'int32'
  if (word !== 'int32') throw refuse(config, 'pack_dtype int32', word)
  const bits = config.number('bits', 4)
  if (bits !== 2 && bits !== 3 && bits !== 4 && bits !== 8)
    throw refuse(config, 'GPTQ of 2, 3, 4 or 8 bits', String(bits))
  const zeros = format === 'gptq_v2' ? 'plain' : byGptqModel(config) ? 'words-less-one' : 'less-one'
  return { kind: 'gptq', bits, groupSize: groupSize(config, 'group_size'), zeros }
}

/** meta.quantizer is "gptqmodel:4.0.0", or a list of such. */
function byGptqModel(config: Config): boolean {
  const quantizer = config.object('meta')?.values.quantizer
  return JSON.stringify(quantizer ?? '')
    .toLowerCase()
    .includes('gptqmodel')
}

function awq(config: Config): Quantization {
  const version = (config.text('version') ?? config.text('checkpoint_format') ?? 'gemm').toLowerCase()
  if (version !== 'gemm') throw refuse(config, 'AWQ of version gemm', version)
  const bits = config.number(config.has('w_bit') ? 'w_bit' : 'bits', 4)
  if (bits !== 4) throw refuse(config, 'AWQ of 4 bits', String(bits))
  return { kind: 'awq', groupSize: groupSize(config, config.has('q_group_size') ? 'q_group_size' : 'group_size') }
}

function bitnet(config: Config): Quantization {
  const linear = (config.text('linear_class') ?? 'bitlinear').toLowerCase()
  const mode = (config.text('quantization_mode') ?? 'offline').toLowerCase()
  if (config.flag('use_rms_norm', false)) throw refuse(config, 'BitNet without norms in its linears', 'use_rms_norm')
  if (linear === 'bitlinear') return { kind: 'bitnet', scale: 'over' }
  if (linear === 'autobitlinear' && mode === 'offline') return { kind: 'bitnet', scale: 'times' }
  throw refuse(config, 'linear_class bitlinear, or autobitlinear with quantization_mode offline', `${linear}, ${mode}`)
}

function groupSize(config: Config, key: string): number {
  const size = config.number(key, -1)
  if (size === -1 || (Number.isSafeInteger(size) && size > 0)) return size
  throw new LutraError('format', `Expected ${key} -1 or above 0 in ${config.what} but found ${kindOf(size)}`)
}

function refuse(config: Config, expected: string, found: string): LutraError {
  return new LutraError(
    'unsupported',
    `Expected ${expected} in ${config.what} but found ${quote(found)}; take the model unquantized, or as GGUF`,
  )
}
