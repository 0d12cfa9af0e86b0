import { describe, expect, it } from 'vitest'
import * as dtypes from '../../../../hal/dtypes/index.js'
import { LutraError } from '../../../../hal/error.js'
import type { Tensor } from '../../../../hal/tensor.js'
import { encodingsOf } from '../../../../sdk/quantize/export/encodings.js'
import { readEncodings } from '../../../../sdk/quantize/export/read-encodings.js'
import { createRandom } from '../../../../sdk/sampler/random.js'
import { mutate } from '../../model/gguf-mutations.js'
import { hubModel, kinds } from '../../model/hub-models.js'
import { decoded, madeTensor, quantizedModel } from './models.js'

const metadata = new Map([['general.architecture', 'llama']])
const one = (tensor: Tensor) => ({ metadata, tensors: new Map([[tensor.name, tensor]]) })
/** Of either version. */
interface Entry {
  name: string
  bw: number
  scale: number[]
  offset: number[]
  block_size?: number
  output_dtype: string
  y_scale: number[][]
  y_zero_point: number[][]
}
const entryOf = (tensor: Tensor, version: '1.0.0' | '2.0.0') => {
  const { document } = encodingsOf(one(tensor), { version, names: 'gguf' })
  return (document[version === '1.0.0' ? 'param_encodings' : 'encodings'] as Entry[])[0]
}

/** What AIMET does with float weights and an entry of 1.0.0: round to codes, and back. */
function simulated(weights: Float32Array, cols: number, entry: Entry): Float32Array {
  const block = entry.block_size ?? cols
  return weights.map((weight, i) => {
    const g = Math.floor(i / cols) * (cols / block) + Math.floor((i % cols) / block)
    const code = Math.round(weight / entry.scale[g]) - entry.offset[g]
    return entry.scale[g] * (Math.min(2 ** entry.bw - 1, Math.max(0, code)) + entry.offset[g])
  })
}

describe('encodings', () => {
  it.each([dtypes.LZ2, dtypes.LZ3_32, dtypes.LZ4, dtypes.LZ8_32, dtypes.Q4_0, dtypes.Q8_0])(
    'of $name round its weights to themselves, as AIMET simulates them',
    (dtype) => {
      const tensor = madeTensor('w', dtype, 256, 12, 3)
      const weights = decoded(tensor)
      const entry = entryOf(tensor, '1.0.0')
      expect(entry).toMatchObject({ name: 'w', dtype: 'INT', enc_type: 'PER_BLOCK', block_size: dtype.block })
      expect(entry.scale).toHaveLength((12 * 256) / dtype.block)
      expect(entry.scale.every((scale) => scale > 0)).toBe(true)
      expect(simulated(weights, 256, entry)).toEqual(weights.map((weight) => weight + 0))
    },
  )

  it('of both versions say the same', () => {
    const tensor = madeTensor('w', dtypes.LZ4_32, 64, 6, 4)
    const [a, b] = [entryOf(tensor, '1.0.0'), entryOf(tensor, '2.0.0')]
    expect(b).toMatchObject({ output_dtype: 'uint4', axis: 1, block_size: 32 })
    expect(b.y_scale).toHaveLength(6)
    expect(b.y_scale.flat()).toEqual(a.scale)
    expect(b.y_zero_point.flat()).toEqual(a.offset.map((offset) => -offset || 0))
  })

  it('are symmetric where zero points are in the middle and scales above 0', () => {
    const bytes = madeTensor('w', dtypes.Q8_0, 64, 2, 5).bytes
    for (let at = 1; at < bytes.length; at += 34) bytes[at] &= 0x7f
    const tensor = { name: 'w', dtype: dtypes.Q8_0, shape: [64, 2], bytes }
    expect(entryOf(tensor, '1.0.0')).toMatchObject({ is_sym: true, offset: [-128, -128, -128, -128] })
    const second = entryOf(tensor, '2.0.0')
    expect(second.output_dtype).toBe('int8')
    expect(second).not.toHaveProperty('y_zero_point')
    // llama.cpp's Q4_0 has scales below 0: codes from the other end, one step aside.
    bytes[1] |= 0x80
    expect(entryOf(tensor, '1.0.0')).toMatchObject({ is_sym: false, offset: [-127, -128, -128, -128] })
  })

  it('are of channels where a row has one scale', () => {
    const shape = [256, 3]
    const bytes = new Uint8Array(dtypes.tensorBytes(dtypes.I2_S, 768)).fill(0x64)
    new DataView(bytes.buffer).setFloat32(bytes.length - 32, 0.25, true)
    const tensor = { name: 'w', dtype: dtypes.I2_S, shape, bytes }
    expect(entryOf(tensor, '1.0.0')).toMatchObject({
      enc_type: 'PER_CHANNEL',
      bw: 2,
      scale: [0.25, 0.25, 0.25],
      offset: [-1, -1, -1],
    })
    expect(entryOf(tensor, '1.0.0')).not.toHaveProperty('block_size')
    expect(entryOf(tensor, '2.0.0')).toEqual({
      name: 'w',
      output_dtype: 'uint2',
      y_scale: [0.25, 0.25, 0.25],
      y_zero_point: [1, 1, 1],
      axis: 0,
    })
    bytes.fill(0, bytes.length - 32)
    expect(entryOf(tensor, '1.0.0').scale).toEqual([1, 1, 1])
  })

  it('have transformers’ names and rows, and refuse by name what they cannot say', () => {
    const { metadata, tensors } = hubModel(kinds[0], 3)
    const file = quantizedModel(metadata, tensors, [dtypes.LZ4_32])
    const refusedTensor = {
      name: 'blk.1.ffn_up.weight',
      dtype: dtypes.IQ4_NL,
      shape: [32, 64],
      bytes: new Uint8Array(64 * 18),
    }
    file.tensors instanceof Map && file.tensors.set(refusedTensor.name, refusedTensor)
    const { document, told, refused } = encodingsOf(file)
    expect([...refused]).toEqual([['blk.1.ffn_up.weight', 'IQ4_NL takes its values from a table']])
    expect(told).toHaveLength(13)
    expect(document).toMatchObject({
      version: '1.0.0',
      activation_encodings: [],
      excluded_layers: [],
      quantizer_args: { param_bitwidth: 4 },
    })
    const list = document.param_encodings as Entry[]
    const of = (name: string) => list.find((each) => each.name === name)
    const own = encodingsOf(file, { names: 'gguf' }).document.param_encodings as Entry[]
    const [hub, gguf] = [
      of('model.layers.0.self_attn.q_proj.weight'),
      own.find(({ name }) => name === 'blk.0.attn_q.weight'),
    ]
    // Head of 8: transformers' row 1 is the second pair's first, the converter's row 2.
    expect(hub?.scale.slice(0, 6)).toEqual([0, 2, 4, 6, 1, 3].map((row) => gguf?.scale[row]))
    expect(of('model.layers.1.mlp.down_proj.weight')?.scale).toEqual(
      own.find(({ name }) => name === 'blk.1.ffn_down.weight')?.scale,
    )
    expect(() => encodingsOf({ ...file, metadata: new Map([['general.architecture', 'mamba']]) })).toThrow(
      /found "mamba"/,
    )
    expect(() => encodingsOf(file, { version: '0.6.1' as '1.0.0' })).toThrow(/1\.0\.0 or 2\.0\.0/)
  })
})

describe('encodings of others', () => {
  it.each(['1.0.0', '2.0.0'] as const)('are read as they are written (%s)', (version) => {
    const tensors = new Map(
      [dtypes.LZ4_32, dtypes.LZ2, dtypes.Q8_0].map((dtype): [string, Tensor] => [
        dtype.name,
        madeTensor(dtype.name, dtype, 128, 4, 9),
      ]),
    )
    const { document } = encodingsOf({ metadata, tensors }, { version, names: 'gguf' })
    const found = readEncodings(JSON.stringify(document))
    expect([...found.keys()]).toEqual([...tensors.keys()])
    const list = encodingsOf({ metadata, tensors }, { names: 'gguf' }).document.param_encodings as Entry[]
    for (const { name, bw, scale, offset, block_size } of list)
      expect(found.get(name)).toEqual({
        bits: bw,
        ...(block_size && { block: block_size }),
        scales: Float32Array.from(scale),
        zeros: Int32Array.from(offset, (each) => -each),
      })
  })

  it('are read per tensor; floats, LPBQ and activations are passed over', () => {
    const entry = { name: 'a', dtype: 'INT', enc_type: 'PER_TENSOR', bw: 8, is_sym: true, scale: [0.5], offset: [-128] }
    const found = readEncodings(
      JSON.stringify({
        version: '1.0.0',
        activation_encodings: [{ name: 'x' }],
        param_encodings: [entry, { name: 'b', dtype: 'FLOAT', bw: 16 }, { ...entry, name: 'c', enc_type: 'LPBQ' }],
      }),
    )
    expect([...found]).toEqual([['a', { bits: 8, scales: Float32Array.of(0.5), zeros: Int32Array.of(128) }]])
    const two = {
      version: '2.0.0',
      encodings: [
        { name: 'a', output_dtype: 'int4', y_scale: 0.25 },
        { name: 'f', output_dtype: 'float16' },
      ],
    }
    expect([...readEncodings(JSON.stringify(two))]).toEqual([
      ['a', { bits: 4, scales: Float32Array.of(0.25), zeros: Int32Array.of(8) }],
    ])
  })

  const base = { name: 'a', dtype: 'INT', enc_type: 'PER_CHANNEL', bw: 4, scale: [1, 2], offset: [-8, -8] }
  it.each<[string, unknown, string, RegExp]>([
    ['no JSON', '{', 'format', /./],
    ['another version', { version: '0.6.1' }, 'unsupported', /found "0\.6\.1"/],
    ['no version', {}, 'unsupported', /version/],
    ['no list', { version: '1.0.0' }, 'format', /list of param_encodings/],
    ['an entry that is none', { version: '1.0.0', param_encodings: [1] }, 'format', /an object/],
    ['no name', { version: '1.0.0', param_encodings: [{ dtype: 'INT' }] }, 'format', /a name/],
    ['a name twice', { version: '1.0.0', param_encodings: [base, base] }, 'format', /again/],
    ['wide codes', { version: '1.0.0', param_encodings: [{ ...base, bw: 99 }] }, 'format', /2 to 16 as bw/],
    ['a scale of 0', { version: '1.0.0', param_encodings: [{ ...base, scale: [0, 1] }] }, 'format', /above 0 as scale/],
    [
      'a scale beyond float32',
      { version: '1.0.0', param_encodings: [{ ...base, scale: [1e300, 1] }] },
      'format',
      /finite/,
    ],
    ['too few offsets', { version: '1.0.0', param_encodings: [{ ...base, offset: [0] }] }, 'format', /2 zero points/],
    [
      'broken offsets',
      { version: '1.0.0', param_encodings: [{ ...base, offset: [0.5, 0] }] },
      'format',
      /whole numbers/,
    ],
    ['a block of 0', { version: '1.0.0', param_encodings: [{ ...base, block_size: 0 }] }, 'format', /block_size/],
  ])('are refused with %s', (_, document, kind, message) => {
    const source = typeof document === 'string' ? document : JSON.stringify(document)
    expect(() => readEncodings(source)).toThrow(
      expect.objectContaining({ kind, message: expect.stringMatching(message) }),
    )
  })

  it('are read or refused by a kind, however damaged', () => {
    const tensors = new Map([['w', madeTensor('w', dtypes.LZ4_32, 64, 4, 9)]])
    const sources = (['1.0.0', '2.0.0'] as const).map((version) =>
      Buffer.from(JSON.stringify(encodingsOf({ metadata, tensors }, { version, names: 'gguf' }).document)),
    )
    let read = 0
    for (let i = 0; i < 3000; i++)
      try {
        readEncodings(mutate(sources[i % 2], createRandom(i)))
        read++
      } catch (error) {
        if (!(error instanceof LutraError) || !['format', 'limit', 'unsupported'].includes(error.kind)) throw error
      }
    expect(read).toBeGreaterThan(50)
    expect(read).toBeLessThan(2900)
  })
})
