import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gguf } from '@huggingface/gguf'
import { afterAll, describe, expect, it } from 'vitest'
import { F32 } from '../../../../hal/dtypes/index.js'
import { LutraError } from '../../../../hal/error.js'
import { writeGguf } from '../../../../sdk/model/gguf-writer.js'
import { datBytes, parseDat } from '../../../../sdk/quantize/imatrix/dat.js'
import { type Importance, mergeImportances } from '../../../../sdk/quantize/imatrix/importance.js'
import { openImportance, saveImportance } from '../../../../sdk/quantize/imatrix/open.js'
import { madeImportance } from './importances.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-imatrix-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Sums are rounded once on the way: two units in the last place of float32. */
function expectSame(found: Importance, wanted: Importance) {
  expect([...found.diagonal.keys()]).toEqual([...wanted.diagonal.keys()])
  for (const [name, means] of wanted.diagonal) {
    expect(found.counts.get(name)).toEqual(wanted.counts.get(name))
    found.diagonal.get(name)?.forEach((value, i) => {
      expect(Math.abs(value - means[i])).toBeLessThanOrEqual(2 ** -22 * means[i])
    })
  }
}

describe('importance matrices', () => {
  it.each(['made.dat', 'made.gguf'])('go to %s and back', async (file) => {
    const path = join(folder, file)
    const wanted = madeImportance(1)
    await saveImportance(path, wanted)
    const found = await openImportance(path)
    // A .dat does not say the size of a chunk: llama.cpp's is supposed.
    const scale = file.endsWith('.dat') ? 512 / 64 : 1
    expectSame(found, {
      ...wanted,
      counts: new Map([...wanted.counts].map(([name, n]) => [name, n.map((each) => each * scale)])),
    })
    expect(found).toMatchObject({ datasets: ['made.txt'], chunks: 3, chunkSize: 64 * scale })
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
  })

  it('of experts go to GGUF and back, those without tokens as all ones', async () => {
    const path = join(folder, 'experts.gguf')
    const wanted = madeImportance(2, 2, 4)
    wanted.counts.get('blk.1.ffn_down.weight')?.set([0], 2)
    wanted.diagonal.get('blk.1.ffn_down.weight')?.fill(1, 2 * 6, 3 * 6)
    await saveImportance(path, wanted)
    expectSame(await openImportance(path), wanted)
  })

  it('have the metadata and shapes that llama.cpp writes', async () => {
    const path = join(folder, 'shapes.gguf')
    await saveImportance(path, madeImportance(3, 1, 2))
    const { metadata, tensorInfos } = await gguf(path, { allowLocalFile: true })
    expect(metadata).toMatchObject({
      'general.type': 'imatrix',
      'imatrix.datasets': ['made.txt'],
      'imatrix.chunk_count': 3,
      'imatrix.chunk_size': 64,
    })
    expect(tensorInfos.map(({ name, shape, dtype }) => [name, shape.map(Number), dtype])).toEqual([
      ['blk.0.ffn_down.weight.in_sum2', [5, 2], 0],
      ['blk.0.ffn_down.weight.counts', [1, 2], 0],
    ])
  })

  it('are merged by tokens', () => {
    const one = (mean: number, count: number): Importance => ({
      diagonal: new Map([['w', Float32Array.of(mean, 1)]]),
      counts: new Map([['w', Float32Array.of(count)]]),
      datasets: [`${mean}`],
      chunks: 1,
      chunkSize: count,
    })
    const merged = mergeImportances([one(4, 100), one(1, 300)])
    expect([...(merged.diagonal.get('w') ?? [])]).toEqual([1.75, 1])
    expect(merged.counts.get('w')).toEqual(Float32Array.of(400))
    expect(merged).toMatchObject({ datasets: ['4', '1'], chunks: 2 })
    const other = { ...one(1, 1), diagonal: new Map([['w', Float32Array.of(1)]]) }
    expect(() => mergeImportances([one(1, 1), other])).toThrow(/different models/)
  })

  it('of before 2024 have no name of their text', () => {
    const bytes = datBytes({ ...madeImportance(4), datasets: [] })
    const old = bytes.subarray(0, bytes.length - 8)
    expect(parseDat(old, 64)).toMatchObject({ datasets: [], chunks: 3, chunkSize: 64 })
  })
})

describe('what is no importance matrix is refused', () => {
  const dat = (...parts: (number | string | Float32Array)[]) =>
    Buffer.concat(
      parts.map((part) =>
        typeof part === 'string'
          ? Buffer.from(part)
          : Buffer.from(typeof part === 'number' ? Int32Array.of(part).buffer : part.slice().buffer),
      ),
    )
  it.each<[string, Uint8Array, string, RegExp]>([
    ['nothing', dat(), 'format', /number of entries/],
    ['no entries', dat(0), 'format', /found 0/],
    ['negative entries', dat(-1), 'format', /says -1/],
    ['too many entries', dat(1_000_000), 'limit', /says 1000000/],
    ['a long name', dat(1, 100_000), 'limit', /bytes of a name/],
    ['too many columns', dat(1, 1, 'w', 1, 2 ** 30), 'limit', /columns of "w"/],
    ['columns beyond the file', dat(1, 1, 'w', 1, 2 ** 20), 'format', /4194304 bytes of "w"/],
    ['no columns', dat(1, 1, 'w', 1, 0), 'format', /columns of "w"/],
    ['a name twice', dat(2, 1, 'w', 1, 1, 0, 1, 'w', 1, 1, 0), 'format', /again/],
    ['NaN', dat(1, 1, 'w', 1, 1, Float32Array.of(Number.NaN)), 'format', /column 0 has NaN/],
    ['a negative mean', dat(1, 1, 'w', 1, 1, Float32Array.of(-1)), 'format', /column 0 has -1/],
    ['more than all', dat(1, 1, 'w', 1, 1, 0, 1, 1, 't', 5), 'format', /4 bytes follow/],
    ['a cut end', dat(1, 1, 'w', 1, 1, 0, 1, 5, 't'), 'format', /file ends/],
  ])('%s', (_, bytes, kind, message) => {
    const found = (() => {
      try {
        return parseDat(bytes)
      } catch (error) {
        return error
      }
    })()
    expect(found).toBeInstanceOf(LutraError)
    expect(found).toMatchObject({ kind, message: expect.stringMatching(message) })
  })

  const tensor = (name: string, shape: number[], values: number[]) => ({
    name,
    dtype: F32,
    shape,
    bytes: new Uint8Array(Float32Array.from(values).buffer),
  })
  const kind = new Map([['general.type', 'imatrix']])
  it.each<[string, Uint8Array, RegExp]>([
    ['a model', writeGguf(new Map([['general.type', 'model']]), []), /found "model"/],
    ['a file of no type', writeGguf(new Map(), []), /found none/],
    ['no tensors', writeGguf(kind, []), /found none/],
    ['sums alone', writeGguf(kind, [tensor('w.in_sum2', [2], [1, 1])]), /w\.counts/],
    ['counts alone', writeGguf(kind, [tensor('w.counts', [1], [1])]), /w\.in_sum2/],
    [
      'counts of other experts',
      writeGguf(kind, [tensor('w.in_sum2', [2, 2], [1, 1, 1, 1]), tensor('w.counts', [1], [1])]),
      /each of 2 matrices/,
    ],
    [
      'infinite sums',
      writeGguf(kind, [tensor('w.in_sum2', [2], [1, Infinity]), tensor('w.counts', [1], [1])]),
      /column 1/,
    ],
    ['negative counts', writeGguf(kind, [tensor('w.in_sum2', [1], [1]), tensor('w.counts', [1], [-1])]), /over -1/],
  ])('%s, as GGUF', async (name, bytes, message) => {
    const path = join(folder, `${name}.gguf`)
    writeFileSync(path, bytes)
    await expect(openImportance(path)).rejects.toMatchObject({
      name: 'LutraError',
      kind: 'format',
      message: expect.stringMatching(message),
    })
  })

  it('paths without a file, folders, and places where nothing can be written', async () => {
    await expect(openImportance(join(folder, 'none'))).rejects.toMatchObject({ kind: 'io' })
    await expect(openImportance(folder)).rejects.toMatchObject({ kind: 'io' })
    await expect(saveImportance(join(folder, 'none', 'a.dat'), madeImportance(1))).rejects.toMatchObject({ kind: 'io' })
  })
})
