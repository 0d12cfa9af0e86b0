import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openGguf } from '../../../sdk/model/gguf.js'
import { sharedData } from './shared-data.js'
import { type TinyGguf, tinyGguf } from './tiny-gguf.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-gguf-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
function onDisk(bytes: Uint8Array): string {
  const path = join(folder, `${files++}.gguf`)
  writeFileSync(path, bytes)
  return path
}

const openTiny = (file: TinyGguf) => openGguf(onDisk(tinyGguf(file)))
const f32 = (...values: number[]) => new Uint8Array(new Float32Array(values).buffer)

const two: TinyGguf = {
  metadata: { 'general.architecture': { type: 8, value: 'llama' } },
  tensors: [
    { name: 'a', shape: [4, 2], type: 0, offset: 0 },
    { name: 'b', shape: [8], type: 0, offset: 32 },
  ],
  data: f32(...Array.from({ length: 16 }, (_, i) => i)),
}

describe('openGguf', () => {
  it.each([2, 3])('reads metadata and tensors of version %i', async (version) => {
    const file = await openTiny({
      ...two,
      version,
      metadata: {
        ...two.metadata,
        u8: { type: 0, value: 255 },
        i8: { type: 1, value: -1 },
        u16: { type: 2, value: 65535 },
        i16: { type: 3, value: -2 },
        u32: { type: 4, value: 4294967295 },
        i32: { type: 5, value: -3 },
        f32: { type: 6, value: 0.5 },
        yes: { type: 7, value: 1 },
        u64: { type: 10, value: 2 ** 53 - 1 },
        i64: { type: 11, value: -(2 ** 53) + 1 },
        f64: { type: 12, value: 0.1 },
        strings: { type: 9, of: 8, value: ['x', '', 'ä▁'] },
        floats: { type: 9, of: 6, value: [1.5, -2] },
        ints: { type: 9, of: 5, value: [1, -2] },
        longs: { type: 9, of: 4, value: [1, 4294967295] },
      },
    })
    const { metadata } = file
    expect(Object.fromEntries([...metadata].filter(([, v]) => typeof v !== 'object'))).toEqual({
      'general.architecture': 'llama',
      u8: 255,
      i8: -1,
      u16: 65535,
      i16: -2,
      u32: 4294967295,
      i32: -3,
      f32: 0.5,
      yes: true,
      u64: 2 ** 53 - 1,
      i64: -(2 ** 53) + 1,
      f64: 0.1,
    })
    expect(metadata.get('strings')).toEqual(['x', '', 'ä▁'])
    expect(metadata.get('floats')).toEqual(new Float32Array([1.5, -2]))
    expect(metadata.get('ints')).toEqual(new Int32Array([1, -2]))
    expect(metadata.get('longs')).toEqual([1, 4294967295])
    const b = file.tensors.get('b')!
    expect(b.dtype.name).toBe('F32')
    expect(b.shape).toEqual([8])
    expect(b.bytes.buffer).toBeInstanceOf(SharedArrayBuffer)
    expect(b.bytes).toBe(b.bytes)
    expect([...new Float32Array(b.bytes.slice().buffer)]).toEqual([8, 9, 10, 11, 12, 13, 14, 15])
    expect(b.file!.offset + 32).toBe(file.bytes)
  })

  it('keeps what a number cannot hold, and odd lists, until someone needs them', async () => {
    const { metadata } = await openTiny({
      metadata: {
        most: { type: 10, value: (1n << 64n) - 1n },
        least: { type: 11, value: -(1n << 63n) },
        mixed: { type: 9, of: 10, value: [1n, (1n << 53n) + 1n] },
        nan: { type: 6, value: Number.NaN },
        infinite: { type: 12, value: Number.NEGATIVE_INFINITY },
        ...Object.fromEntries(
          [0, 3, 4, 6, 7, 8, 9, 12].map((of) => [`none${of}`, { type: 9 as const, of, value: [] }]),
        ),
      },
    })
    expect(metadata.get('most')).toBe((1n << 64n) - 1n)
    expect(metadata.get('least')).toBe(-(1n << 63n))
    expect(metadata.get('mixed')).toEqual([1, (1n << 53n) + 1n])
    expect(metadata.get('nan')).toBeNaN()
    expect(metadata.get('infinite')).toBe(Number.NEGATIVE_INFINITY)
    for (const of of [0, 3, 4, 6, 7, 8, 9, 12]) expect(metadata.get(`none${of}`)).toHaveLength(0)
    expect(metadata.get('none6')).toBeInstanceOf(Float32Array)
    expect(metadata.get('none3')).toBeInstanceOf(Int32Array)
  })

  it('leaves the event loop its turns while it reads a vocabulary of 256k tokens', async () => {
    const value = Array.from({ length: 256_000 }, (_, i) => `token ${i}`)
    const path = onDisk(tinyGguf({ metadata: { tokens: { type: 9, of: 8, value } } }))
    let turns = 0
    let open = true
    const count = () => {
      turns++
      if (open) setImmediate(count)
    }
    setImmediate(count)
    const file = await openGguf(path)
    open = false
    expect(file.metadata.get('tokens')).toHaveLength(256_000)
    expect(turns).toBeGreaterThan(3)
  })

  it('reads a header longer than its first prefix', async () => {
    const long = 'ab'.repeat(900_000)
    const file = await openTiny({
      metadata: { one: { type: 8, value: long }, two: { type: 8, value: long }, three: { type: 4, value: 7 } },
    })
    expect(file.metadata.get('two')).toBe(long)
    expect(file.metadata.get('three')).toBe(7)
  })

  it('leaves tensors of unknown types alone until they are needed', async () => {
    const file = await openTiny({
      ...two,
      tensors: [two.tensors![0], { name: 'odd', shape: [8], type: 999, offset: 32 }],
    })
    expect(file.tensors.get('a')!.dtype.name).toBe('F32')
    expect(() => file.tensors.get('odd')!.dtype).toThrow(/"odd".*999/)
    expect(() => file.tensors.get('odd')!.bytes).toThrow(expect.objectContaining({ kind: 'unsupported' }))
  })

  it('refuses bytes of a file that changed since', async () => {
    const path = onDisk(tinyGguf(two))
    const file = await openGguf(path)
    writeFileSync(path, tinyGguf({ ...two, data: f32(...Array(20).fill(0)) }))
    expect(() => file.tensors.get('a')!.bytes).toThrow(expect.objectContaining({ kind: 'io' }))
  })

  const tensor = { name: 'a', shape: [8], type: 0, offset: 0 }
  const with32 = (...tensors: (typeof tensor)[]) => ({ tensors, data: new Uint8Array(64) })
  const shape = (...dims: number[]) => with32({ ...tensor, shape: dims })
  const cases: [string, string, RegExp, TinyGguf | Uint8Array][] = [
    ['an empty file', 'format', /ends at 0/, new Uint8Array()],
    ['another magic', 'format', /Expected "GGUF" at byte 0 but read "GGJT"/, Buffer.from('GGJT\x01\0\0\0')],
    ['version 1', 'unsupported', /version 1/, { version: 1 }],
    ['a big-endian file of version 1', 'unsupported', /big-endian version 1/, { version: 1, big: true }],
    ['version 4', 'unsupported', /version 4/, { version: 4 }],
    ['too many tensors', 'limit', /tensors/, { tensorCount: 1n << 40n }],
    ['a count of 64 bits', 'limit', /2\^53/, { tensorCount: (1n << 64n) - 1n }],
    ['more tensors than fit', 'format', /room for 60000 tensors/, { tensorCount: 60_000n }],
    ['too many keys', 'limit', /keys/, { metadataCount: 1n << 40n }],
    ['an unknown value type', 'format', /type from 0 to 12/, { metadata: { a: { type: 13 as 12, value: 1 } } }],
    ['an alignment of 3', 'format', /power of two/, { metadata: { 'general.alignment': { type: 4, value: 3 } } }],
    [
      'an alignment that is a list',
      'format',
      /^.{1,200}$/,
      { metadata: { 'general.alignment': { type: 9, of: 4, value: new Array(10_000).fill(1) } } },
    ],
    ['an alignment of 0', 'format', /power of two/, { metadata: { 'general.alignment': { type: 4, value: 0 } } }],
    ['a vast alignment', 'limit', /alignment/, { metadata: { 'general.alignment': { type: 4, value: 2 ** 30 } } }],
    [
      'an alignment in words',
      'format',
      /power of two/,
      { metadata: { 'general.alignment': { type: 8, value: '32' } } },
    ],
    ['a bool of 2', 'format', /0 or 1/, { metadata: { a: { type: 7, value: 2 } } }],
    ['five dimensions', 'limit', /dimensions/, shape(1, 1, 1, 1, 8)],
    ['no dimensions', 'format', /dimensions/, shape()],
    ['a dimension of 0', 'format', /above 0/, shape(8, 0)],
    ['an overflowing product', 'limit', /2\^53/, shape(2 ** 30, 2 ** 30, 2 ** 30)],
    ['a tensor past the end', 'format', /file ends/, shape(8, 8)],
    ['an offset past the end', 'format', /file ends/, with32({ ...tensor, offset: 2 ** 52 })],
    ['an odd offset', 'format', /multiple of 32/, with32({ ...tensor, offset: 4 })],
    [
      'overlapping tensors',
      'format',
      /overlap/,
      with32({ ...tensor, shape: [16] }, { ...tensor, name: 'b', offset: 32 }),
    ],
    ['two tensors of a name', 'format', /again/, with32(tensor, { ...tensor, offset: 32 })],
    ['half a block', 'format', /blocks/, with32({ ...tensor, type: 8, shape: [16, 2] })],
    ['an unknown type past the end', 'format', /file ends/, with32({ ...tensor, type: 999, offset: 1024 })],
    ['one part under another name', 'format', /00001-of-00002/, { metadata: { 'split.count': { type: 2, value: 2 } } }],
    ['a split of no number', 'format', /split.count/, { metadata: { 'split.count': { type: 8, value: '2' } } }],
  ]
  it.each(cases)('refuses %s', async (_, kind, message, file) => {
    const opening = file instanceof Uint8Array ? openGguf(onDisk(file)) : openTiny(file)
    await expect(opening).rejects.toMatchObject({ name: 'LutraError', kind, message: expect.stringMatching(message) })
  })

  it('refuses a key twice', async () => {
    const bytes = Buffer.from(tinyGguf({ metadata: { one: { type: 4, value: 1 }, two: { type: 4, value: 1 } } }))
    bytes.write('one', bytes.indexOf('two'))
    await expect(openGguf(onDisk(bytes))).rejects.toMatchObject({
      kind: 'format',
      message: expect.stringContaining('"one" again'),
    })
  })

  it('names the file that is not there', async () => {
    await expect(openGguf(join(folder, 'none.gguf'))).rejects.toMatchObject({
      kind: 'io',
      message: expect.stringContaining('none.gguf'),
    })
    await expect(openGguf(folder)).rejects.toMatchObject({ kind: 'io' })
    const pipe = join(folder, 'pipe')
    if (spawnSync('mkfifo', [pipe]).status === 0)
      await expect(openGguf(pipe)).rejects.toMatchObject({ kind: 'io', message: expect.stringMatching(/a file/) })
  })
})

describe.skipIf(!sharedData.there)(`openGguf on real files (${sharedData.reason} where skipped)`, () => {
  it('opens a model', async () => {
    const file = await openGguf(sharedData.path('tinyllamas', 'stories260Ktok512.gguf'))
    expect(file.tensors.size).toBe(48)
    expect(file.metadata.get('llama.block_count')).toBe(5)
    expect(file.metadata.get('tokenizer.ggml.scores')).toBeInstanceOf(Float32Array)
    expect(file.tensors.get('token_embd.weight')!.bytes.length).toBe(64 * 512 * 4)
  })

  it('opens I2_S with its tails', async () => {
    const file = await openGguf(sharedData.path('golden', 'golden-bitnet-I2_S.gguf'))
    expect(file.tensors.get('blk.0.attn_q.weight')!.bytes.length).toBe((256 * 256) / 4 + 32)
  })

  it.each(['falcon', 'gpt-2', 'llama-spm', 'starcoder'])('opens the vocabulary %s', async (name) => {
    const file = await openGguf(sharedData.path('vocab', `ggml-vocab-${name}.gguf`))
    expect(file.tensors.size).toBe(0)
    expect((file.metadata.get('tokenizer.ggml.tokens') as string[]).length).toBeGreaterThan(30_000)
  })
})
