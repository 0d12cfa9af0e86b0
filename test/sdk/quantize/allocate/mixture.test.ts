/**
 * Mixtures against llama-quantize (2025-02). mixtures.json holds the formats that it chose for the models of
 * mixture-models.ts. With LUTRA_LLAMA_BIN (the folder of llama-quantize) it is asked again; with LUTRA_WRITE_VECTORS as
 * well the file is written anew.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openGguf } from '../../../../sdk/model/gguf.js'
import type { MetadataValue } from '../../../../sdk/model/model-file.js'
import { fitting, quantizable } from '../../../../sdk/quantize/allocate/fallback.js'
import {
  fileTypeOf,
  type MixtureName,
  mixtureByName,
  mixtureModel,
  mixtureNames,
  mixtureTypes,
} from '../../../../sdk/quantize/allocate/mixture.js'
import { datBytes } from '../../../../sdk/quantize/imatrix/dat.js'
import { made, madeGguf, madeMetadata, madeShapes, shortened } from './mixture-models.js'

type Table = Record<string, Record<string, string>> | 'refused' | 'same'
/** By model, by mixture; `+i` with an importance matrix, 'same' where that changes nothing. */
type Vectors = Record<string, Record<string, Table>>

const vectors = join(import.meta.dirname, 'mixtures.json')
const bin = process.env.LUTRA_LLAMA_BIN
const read = (): Vectors => JSON.parse(readFileSync(vectors, 'utf8'))

function own(name: string, mixture: MixtureName, importance: boolean): Table {
  const metadata = madeMetadata(made[name]) as Map<string, MetadataValue>
  return shortened(mixtureTypes(mixtureModel(metadata, madeShapes(made[name])), mixture, importance))
}

describe('mixtures', () => {
  it.each(Object.keys(made))('give the tensors of "%s" the formats that llama-quantize gives', (name) => {
    const table = read()[name]
    let compared = 0
    for (const [key, wanted] of Object.entries(table)) {
      // What llama-quantize refuses (blocks of 32 that do not fit) we give in F16, see ./fallback.
      if (wanted === 'refused') continue
      const [mixture, importance] = key.split('+')
      const expected = wanted === 'same' ? table[mixture] : wanted
      expect(own(name, mixture as MixtureName, importance !== undefined), key).toEqual(expected)
      compared++
    }
    expect(compared).toBeGreaterThan(20)
  })

  it('are all in the vectors, with and without an importance matrix', () => {
    for (const table of Object.values(read()))
      expect(Object.keys(table).sort()).toEqual(mixtureNames.flatMap((name) => [name, `${name}+i`]).sort())
  })

  it('have names in any case, and short ones', () => {
    expect(mixtureByName('q4_k_m')).toBe('Q4_K_M')
    expect(mixtureByName('Q3_K')).toBe('Q3_K_M')
    expect(mixtureByName('q2_k')).toBe('Q2_K')
    expect(fileTypeOf('Q4_K_M')).toBe(15)
    expect(() => mixtureByName('Q9')).toThrow(/among .*Q4_K_M.* but found "Q9"/)
  })

  it('end in F16 where no block fits', () => {
    expect(fitting('Q4_K', 256)).toBe('Q4_K')
    expect(fitting('Q4_K', 96)).toBe('Q5_0')
    expect(fitting('Q4_K', 172)).toBe('F16')
    expect(fitting('Q4_0', 172)).toBe('F16')
    expect(quantizable('blk.0.attn_norm.weight', [64, 2])).toBe(false)
    expect(quantizable('blk.0.attn_q.bias', [64, 2])).toBe(false)
    expect(quantizable('blk.0.attn_q.weight', [64, 1])).toBe(false)
    expect(quantizable('blk.0.ffn_up_exps.weight', [64, 1, 8])).toBe(true)
  })
})

describe.skipIf(!bin)('llama-quantize (needs LUTRA_LLAMA_BIN)', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-mixtures-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  it('says what the vectors say', { timeout: 300_000 }, async () => {
    const asked: Vectors = {}
    for (const [name, model] of Object.entries(made)) {
      const [input, output, matrix] = ['in.gguf', 'out.gguf', 'im.dat'].map((file) => join(folder, file))
      writeFileSync(input, madeGguf(model))
      const shapes = madeShapes(model)
      const stacks = [...shapes].filter(([each, shape]) => quantizable(each, shape))
      const columns = (shape: number[]) => shape[0] * (shape[2] ?? 1)
      writeFileSync(
        matrix,
        datBytes({
          diagonal: new Map(stacks.map(([each, shape]) => [each, new Float32Array(columns(shape)).fill(1)])),
          counts: new Map(stacks.map(([each]) => [each, Float32Array.of(512)])),
          datasets: [],
          chunks: 1,
          chunkSize: 512,
        }),
      )
      asked[name] = {}
      for (const mixture of mixtureNames)
        for (const importance of [false, true]) {
          const args = [...(importance ? ['--imatrix', matrix] : []), input, output, mixture, '1']
          let table: Table = 'refused'
          try {
            execFileSync(join(bin ?? '', 'llama-quantize'), args, { stdio: 'pipe' })
            const { tensors } = await openGguf(output)
            table = shortened(
              new Map(
                [...tensors]
                  .filter(([each, { shape }]) => quantizable(each, shape))
                  .map(([each, { dtype }]) => [each, dtype.name]),
              ),
            )
          } catch (cause) {
            if (
              !/Unsupported tensor size|without an importance matrix/.test(
                String((cause as { stderr?: Buffer }).stderr),
              )
            )
              throw cause
          }
          const same = importance && JSON.stringify(table) === JSON.stringify(asked[name][mixture])
          asked[name][importance ? `${mixture}+i` : mixture] = same && table !== 'refused' ? 'same' : table
        }
    }
    if (process.env.LUTRA_WRITE_VECTORS) writeFileSync(vectors, `${JSON.stringify(asked)}\n`)
    expect(asked).toEqual(read())
  })
})
