/**
 * AIMET's encodings of a quantized model: scales and offsets of weights as JSON, by which its tools (and Qualcomm's, behind
 * them) round the float weights to the same codes. Versions 1.0.0 and 2.0.0, as AIMET's encoding specification has them.
 * takes  tensors, a Naming · gives  an object for JSON, and what encodings cannot say
 * before ./coded · after sdk/cli quantize; ./read-encodings reads it
 */
import { LutraError } from '../../../hal/error.js'
import type { ModelFile } from '../../model/model-file.js'
import { type Coded, codedOf } from './coded.js'
import { namingOf } from './names.js'

export type EncodingsVersion = '1.0.0' | '2.0.0'

export interface EncodingsOptions {
  /** Default 1.0.0. */
  readonly version?: EncodingsVersion
  /** Of transformers (default), which ONNX graphs keep, or the file's own. */
  readonly names?: 'transformers' | 'gguf'
}

export interface Encodings {
  /** To be written as JSON. */
  readonly document: Readonly<Record<string, unknown>>
  /** Tensors that it tells of, by the file's name. */
  readonly told: readonly string[]
  /** Quantized tensors that it cannot tell of, and why. */
  readonly refused: ReadonlyMap<string, string>
}

/**
 * Encodings of all quantized matrices. A group of columns becomes a block (PER_BLOCK), a row with one scale a channel
 * (PER_CHANNEL); zero points in the middle are symmetric. Formats whose values are a table's, or whose minima are no
 * whole number of steps (k-quants with minima), are refused by name. Activations are not quantized here: their list is
 * empty.
 *
 * @throws LutraError unsupported (transformers has no such model, where its names are asked for; another version)
 */
export function encodingsOf(
  { metadata, tensors }: Pick<ModelFile, 'metadata' | 'tensors'>,
  { version = '1.0.0', names = 'transformers' }: EncodingsOptions = {},
): Encodings {
  if (version !== '1.0.0' && version !== '2.0.0')
    throw new LutraError('unsupported', `Expected encodings of version 1.0.0 or 2.0.0 but found ${version}`)
  const naming = names === 'transformers' ? namingOf(metadata) : undefined
  const [told, refused] = [new Map<string, Record<string, unknown>>(), new Map<string, string>()]
  for (const [name, tensor] of tensors) {
    if (['F32', 'F16', 'BF16', 'I32'].includes(tensor.dtype.name)) continue
    const coded = codedOf(tensor)
    if (typeof coded === 'string') refused.set(name, coded)
    else {
      const entry = entryOf(rowsInOrder(coded, naming?.rowOrder(name, coded.rows)), version)
      told.set(name, { name: naming?.name(name) ?? name, ...entry })
    }
  }
  const entries = [...told.values()]
  const document =
    version === '2.0.0'
      ? { version, encodings: entries }
      : {
          ...{ version, activation_encodings: [], param_encodings: entries, excluded_layers: [] },
          quantizer_args: {
            ...{ activation_bitwidth: 16, dtype: 'int', is_symmetric: false, param_bitwidth: widest(entries) },
            ...{ per_channel_quantization: true, quant_scheme: 'post_training_tf' },
          },
        }
  return { document, told: [...told.keys()], refused }
}

function widest(entries: readonly Record<string, unknown>[]): number {
  return entries.reduce((most, { bw }) => Math.max(most, Number(bw)), 0)
}

/** Scales and zero points of a matrix as AIMET can have them. */
interface Grid {
  readonly bits: number
  readonly rows: number
  readonly groups: number
  readonly group: number
  readonly scales: Float32Array
  readonly zeros: Int32Array
}

function rowsInOrder(coded: Coded, order: Int32Array | undefined): Grid {
  const { bits, rows, cols, group } = coded
  const groups = cols / group
  const scales = new Float32Array(rows * groups)
  const zeros = new Int32Array(rows * groups)
  // What AIMET divides by must be above 0; a block of zeros is one at any scale.
  const smallest = coded.scales.reduce(
    (least, scale) => (scale !== 0 ? Math.min(least, Math.abs(scale)) : least),
    Infinity,
  )
  for (let row = 0; row < rows; row++)
    for (let g = 0; g < groups; g++) {
      const from = (order ? order[row] : row) * groups + g
      const scale = coded.scales[from]
      scales[row * groups + g] = Math.abs(scale) || (Number.isFinite(smallest) ? smallest : 1)
      // A negative scale counts codes from the other end: s · (q − z) = −s · ((top − q) − (top − z)).
      zeros[row * groups + g] = scale < 0 ? 2 ** bits - 1 - coded.zeros[from] : coded.zeros[from]
    }
  return perRow({ bits, rows, groups, group, scales, zeros })
}

/** One group a row where all groups of each row are alike. */
function perRow(grid: Grid): Grid {
  const { rows, groups, group, scales, zeros } = grid
  const alike = scales.every((scale, i) => {
    const first = i - (i % groups)
    return scale === scales[first] && zeros[i] === zeros[first]
  })
  if (!alike || groups === 1) return grid
  const first = (_: unknown, row: number) => row * groups
  const places = Array.from({ length: rows }, first)
  return {
    ...grid,
    ...{ groups: 1, group: group * groups },
    scales: Float32Array.from(places, (at) => scales[at]),
    zeros: Int32Array.from(places, (at) => zeros[at]),
  }
}

function entryOf(
  { bits, rows, groups, group, scales, zeros }: Grid,
  version: EncodingsVersion,
): Record<string, unknown> {
  const middle = 2 ** (bits - 1)
  const symmetric = zeros.every((zero) => zero === middle)
  if (version === '1.0.0')
    return {
      ...{ dtype: 'INT', bw: bits, is_sym: symmetric, enc_type: groups > 1 ? 'PER_BLOCK' : 'PER_CHANNEL' },
      ...{ scale: [...scales], offset: Array.from(zeros, (zero) => -zero || 0) },
      ...(groups > 1 && { block_size: group }),
    }
  const nested = (values: ArrayLike<number>): unknown[] =>
    groups === 1
      ? Array.from(values)
      : Array.from({ length: rows }, (_, row) => Array.from({ length: groups }, (_, g) => values[row * groups + g]))
  return {
    output_dtype: `${symmetric ? 'int' : 'uint'}${bits}`,
    y_scale: nested(scales),
    ...(!symmetric && { y_zero_point: nested(zeros) }),
    ...(groups > 1 ? { axis: 1, block_size: group } : { axis: 0 }),
  }
}
