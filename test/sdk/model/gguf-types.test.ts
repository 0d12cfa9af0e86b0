import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { dtypes, vqType } from '../../../hal/dtypes/index.js'
import { swappable } from '../../../sdk/model/byte-order.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { writeGguf } from '../../../sdk/model/gguf-writer.js'
import { random } from '../../kernels/random.js'
import { randomVq } from '../../kernels/random-vq.js'
import { tinyGguf } from './tiny-gguf.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-types-'))
afterAll(() => rmSync(folder, { recursive: true }))
let files = 0
function openTiny(file: Parameters<typeof tinyGguf>[0]) {
  const path = join(folder, `${files++}.gguf`)
  writeFileSync(path, tinyGguf(file))
  return openGguf(path)
}

/** 4096 weights in so many bytes, then another tensor, or the end. */
function weights(type: number, bytes: number, architecture: string, last = false) {
  const next = Math.ceil(bytes / 32) * 32
  return openTiny({
    metadata: { 'general.architecture': { type: 8, value: architecture } },
    tensors: [
      { name: 'w', shape: [256, 16], type, offset: 0 },
      ...(last ? [] : [{ name: 'after', shape: [8], type: 0, offset: next }]),
    ],
    data: new Uint8Array(last ? bytes : next + 32),
  })
}

describe('ids that forks gave twice are told apart by the room of the tensor', () => {
  it.each([
    [36, 4096 / 4 + 32, 'I2_S'],
    [39, (4096 / 32) * 17, 'MXFP4'],
    [42, (4096 / 64) * 18, 'Q2_0'],
  ])('%i in %i bytes, whatever the architecture', async (type, bytes, name) => {
    for (const architecture of ['bitnet-b1.58', 'llama'])
      for (const last of [false, true]) {
        const file = await weights(type, bytes, architecture, last)
        expect(file.tensors.get('w')?.dtype.name).toBe(name)
        expect(file.tensors.get('w')?.bytes).toHaveLength(bytes)
      }
  })

  it.each([
    [36, (4096 / 32) * 18, /IQ4_NL_4_4/],
    [38, 4096 / 4 + 32, /TL1/],
    [39, 896, /TL2/],
    [42, 896, /TL2/],
    [42, (4096 / 64) * 18 + 64, /TL2/],
  ])('%i in %i bytes is of a fork', async (type, bytes, what) => {
    for (const architecture of ['bitnet', 'llama']) {
      const tensor = (await weights(type, bytes, architecture)).tensors.get('w')
      expect(() => tensor?.dtype).toThrow(what)
      expect(() => tensor?.bytes).toThrow(expect.objectContaining({ kind: 'unsupported' }))
    }
  })
})

describe('vector-quantized types', () => {
  const id = vqType({ codeBits: 4, lanes: 2, rows: 8, span: 256, cols: 256 }).gguf as number
  const open = (shape: number[], type: number, bytes: number) =>
    openTiny({ tensors: [{ name: 'w', shape, type, offset: 0 }], data: new Uint8Array(bytes) })

  it('are found by their id and the width of the tensor', async () => {
    const tensor = (await open([512, 16], id, 4 * 546)).tensors.get('w')
    expect(tensor?.dtype.name).toBe('VQ2D_K16_8X256_OF512')
    expect(tensor?.bytes).toHaveLength(4 * 546)
  })

  it('are refused where groups do not fill the tensor, or the file ends before it', async () => {
    await expect(open([512, 12], id, 8192)).rejects.toMatchObject({ kind: 'format' })
    await expect(open([512, 16], id, 4 * 546 - 1)).rejects.toMatchObject({ kind: 'format' })
    const narrow = (await open([384, 8], id, 8192)).tensors.get('w')
    expect(() => narrow?.dtype).toThrow(expect.objectContaining({ kind: 'unsupported' }))
  })

  it('are unreadable where the id says what no type is', async () => {
    // Bits beyond those used; eight lanes; 512 rows.
    for (const wrong of [0x5651_2000, 0x5651_0018, 0x5651_0120]) {
      const tensor = (await open([512, 512], wrong, 2 ** 20)).tensors.get('w')
      expect(() => tensor?.bytes).toThrow(expect.objectContaining({ kind: 'unsupported' }))
    }
  })

  it('come back as they were written', async () => {
    const dtype = vqType({ codeBits: 4, lanes: 2, rows: 2, span: 32, cols: 64 })
    const { bytes } = randomVq('w', dtype, [64, 4], random(1))
    const path = join(folder, 'written.gguf')
    writeFileSync(path, writeGguf(new Map(), [{ name: 'w', dtype, shape: [64, 4], bytes }]))
    const read = (await openGguf(path)).tensors.get('w')
    expect(read?.dtype).toBe(dtype)
    expect([...(read?.bytes ?? [])]).toEqual([...bytes])
  })
})

describe('big-endian files', () => {
  const half = [0x12, 0x34]
  /** A block's bytes, numbered, and its float16 words where the format has them. */
  const block = (length: number, ...words: number[]) => {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7) & 255)
    for (const at of words) bytes.set(half, at)
    return bytes
  }
  const swap = (bytes: Uint8Array, width: number, ...words: number[]) => {
    const out = bytes.slice()
    for (const at of words) out.set(bytes.slice(at, at + width).reverse(), at)
    return out
  }
  const all = (length: number, width: number) => Array.from({ length: length / width }, (_, i) => i * width)
  const cases: [string, number, Uint8Array, Uint8Array][] = [
    ['F32', 32, block(128), swap(block(128), 4, ...all(128, 4))],
    ['F16', 32, block(64), swap(block(64), 2, ...all(64, 2))],
    ['BF16', 32, block(64), swap(block(64), 2, ...all(64, 2))],
    ['Q4_0', 64, block(36, 0, 18), swap(block(36, 0, 18), 2, 0, 18)],
    ['Q8_0', 64, block(68, 0, 34), swap(block(68, 0, 34), 2, 0, 34)],
    ['Q4_K', 256, block(144, 0, 2), swap(block(144, 0, 2), 2, 0, 2)],
    ['Q6_K', 256, block(210, 208), swap(block(210, 208), 2, 208)],
    ['MXFP4', 64, block(34), block(34)],
  ]

  it('are read with all their numbers', async () => {
    const file = await openTiny({
      big: true,
      metadata: {
        'general.architecture': { type: 8, value: 'llama' },
        count: { type: 4, value: 70_000 },
        small: { type: 3, value: -2 },
        base: { type: 6, value: 10_000.5 },
        exact: { type: 12, value: 0.1 },
        long: { type: 11, value: -(2 ** 40) },
        ids: { type: 9, of: 5, value: [1, -2] },
        scores: { type: 9, of: 6, value: [0.25, -3] },
        tokens: { type: 9, of: 8, value: ['<s>', '▁a'] },
      },
      tensors: [{ name: 'w', shape: [4, 2], type: 0, offset: 0 }],
      data: Buffer.from(new Float32Array([1, 2, 3, 4, 5, 6, 7, -8]).buffer).swap32(),
    })
    expect(Object.fromEntries(file.metadata)).toEqual({
      'general.architecture': 'llama',
      count: 70_000,
      small: -2,
      base: 10_000.5,
      exact: 0.1,
      long: -(2 ** 40),
      ids: new Int32Array([1, -2]),
      scores: new Float32Array([0.25, -3]),
      tokens: ['<s>', '▁a'],
    })
    const tensor = file.tensors.get('w')
    expect(tensor?.file).toBeUndefined()
    expect([...new Float32Array(tensor!.bytes.slice().buffer)]).toEqual([1, 2, 3, 4, 5, 6, 7, -8])
  })

  it('have a case for every format that can be turned', () => {
    expect(cases.map(([name]) => name).sort()).toEqual([...swappable].sort())
  })

  it.each(cases)('give %s as it lies in a little-endian one', async (name, width, little, big) => {
    const type = dtypes.find((dtype) => dtype.name === name)?.gguf ?? -1
    const tensors = [{ name: 'w', shape: [width], type, offset: 0 }]
    const data = new Uint8Array(Math.ceil(big.length / 32) * 32)
    data.set(big)
    const file = await openTiny({ big: true, tensors, data })
    expect([...file.tensors.get('w')!.bytes]).toEqual([...little])
  })

  it('name the tool for all other formats, when they are needed', async () => {
    const file = await openTiny({
      big: true,
      tensors: [{ name: 'w', shape: [256], type: 10, offset: 0 }],
      data: new Uint8Array(96),
    })
    expect(() => file.tensors.get('w')?.bytes).toThrow(/Q2_K.*convert_endian/)
  })
})
