/** The structure of files as `@huggingface/gguf` reads it: metadata, tensor infos, where the weights begin. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { GGMLQuantizationType, type GGUFParseOutput, gguf } from '@huggingface/gguf'
import { afterAll, describe, expect, it } from 'vitest'
import { dtypes, tensorBytes } from '../../../hal/dtypes/index.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { GgufFloat, writeGguf } from '../../../sdk/model/gguf-writer.js'
import type { MetadataValue } from '../../../sdk/model/model-file.js'
import { sharedData } from './shared-data.js'
import { tinyGguf } from './tiny-gguf.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-peer-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Its counts stand in its metadata, its integers of 64 bits are always bigint, its bytes are its own. */
async function compare(path: string): Promise<GGUFParseOutput> {
  const [own, peer] = [await openGguf(path), await gguf(path, { allowLocalFile: true })]
  const { version, tensor_count, kv_count, ...metadata } = peer.metadata as Record<string, unknown>
  expect(Number(kv_count)).toBe(own.metadata.size)
  expect(Number(tensor_count)).toBe(own.tensors.size)
  expect([2, 3]).toContain(version)
  expect([...own.metadata.keys()]).toEqual(Object.keys(metadata))
  for (const [key, value] of own.metadata) expect(`${key} ${plain(value)}`).toBe(`${key} ${plain(metadata[key])}`)
  const infos = [...own.tensors.values()].map(({ name, shape, dtype, file }) => {
    const offset = (file?.offset ?? 0) - Number(peer.tensorDataOffset)
    return { name, shape, type: dtype.gguf, offset: file ? offset : undefined }
  })
  expect(infos).toEqual(
    peer.tensorInfos.map(({ name, shape, dtype, offset }, i) => ({
      name,
      shape: shape.map(Number),
      type: dtype,
      offset: infos[i].offset === undefined ? undefined : Number(offset),
    })),
  )
  return peer
}

/** As text: lists of a quarter million are compared at once. The peer's decoder drops a byte order mark: ours too, here. */
function plain(value: unknown): string {
  return JSON.stringify(value, (_, each) => {
    if (typeof each === 'bigint') return Number.isSafeInteger(Number(each)) ? Number(each) : `${each}`
    if (typeof each === 'string') return each.replace(/^\ufeff/, '')
    return ArrayBuffer.isView(each) ? Array.from(each as Float32Array) : each
  })
}

describe('files are read as @huggingface/gguf reads them', () => {
  it('of every format that has an id', async () => {
    const formats = dtypes.filter(({ gguf: id }) => id !== undefined)
    const metadata = new Map<string, MetadataValue | GgufFloat>([
      ['general.architecture', 'llama'],
      ['whole', new GgufFloat(2)],
      ['negative', -5],
      ['long', 2 ** 40],
      ['most', (1n << 64n) - 1n],
      ['list', ['a', '', 'ß']],
      ['nested', [['a'], ['b', 'c']]],
    ])
    const tensors = formats.map((dtype) => {
      const shape = [dtype.block * 2, 3]
      return { name: dtype.name, dtype, shape, bytes: new Uint8Array(tensorBytes(dtype, shape[0] * 3)) }
    })
    const path = join(folder, 'every.gguf')
    writeFileSync(path, writeGguf(metadata, tensors))
    const { tensorInfos } = await compare(path)
    expect(tensorInfos).toHaveLength(formats.length)
    for (const { name, dtype } of tensorInfos) {
      // I2_S is BitNet's, and newer ids than the peer's list stay numbers there.
      const named = GGMLQuantizationType[dtype] as string | undefined
      if (named !== undefined && name !== 'I2_S') expect(named).toBe(name)
    }
  })

  it.each([2, 3])('of version %i, of either byte order', async (version) => {
    for (const big of [false, true]) {
      const path = join(folder, `${version}-${big}.gguf`)
      writeFileSync(
        path,
        tinyGguf({
          big,
          version,
          metadata: {
            'general.architecture': { type: 8, value: 'llama' },
            'general.alignment': { type: 4, value: 64 },
            ...Object.fromEntries(
              ([0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12] as const).map((type) => [`v${type}`, { type, value: 1 }]),
            ),
            ...Object.fromEntries(
              [0, 1, 2, 3, 4, 5, 6, 7, 10, 11, 12].map((of) => [`a${of}`, { type: 9 as const, of, value: [1, 0] }]),
            ),
          },
          tensors: [
            { name: 'w', shape: [32, 2, 1], type: 8, offset: 64 },
            { name: 'v', shape: [4], type: 0, offset: 0 },
          ],
          alignment: 64,
          data: new Uint8Array(64 + 68),
        }),
      )
      expect((await compare(path)).littleEndian).toBe(!big)
    }
  })

  it('of the shared test data', async (context) => {
    if (!sharedData.there) return context.skip(sharedData.reason)
    // The peer takes seconds for the larger vocabularies.
    const paths = ['golden', 'tinyllamas', 'vocab'].flatMap((name) =>
      readdirSync(sharedData.path(name))
        .filter((file) => file.endsWith('.gguf') && (name !== 'vocab' || file.includes('llama-spm')))
        .map((file) => sharedData.path(name, file)),
    )
    expect(paths.length).toBeGreaterThan(20)
    for (const path of paths) await compare(path)
  })
})
