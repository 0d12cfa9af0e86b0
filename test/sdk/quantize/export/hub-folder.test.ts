import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import * as dtypes from '../../../../hal/dtypes/index.js'
import type { Tensor } from '../../../../hal/tensor.js'
import type { MetadataValue, ModelFile } from '../../../../sdk/model/model-file.js'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { codedOf } from '../../../../sdk/quantize/export/coded.js'
import { packGptq } from '../../../../sdk/quantize/export/gptq.js'
import { writeHubFolder } from '../../../../sdk/quantize/export/hub-folder.js'
import { distance } from '../../../kernels/conformance.js'
import { random } from '../../../kernels/random.js'
import { configOf, hubModel, kinds } from '../../model/hub-models.js'
import { closeEngine, logitsOf } from '../../model/same-logits.js'
import { sharedData } from '../../model/shared-data.js'
import { decoded, madeTensor, quantizedModel } from './models.js'

const root = mkdtempSync(join(tmpdir(), 'lutra-export-'))
afterAll(() => rmSync(root, { recursive: true }))
afterAll(closeEngine)

let folders = 0
const next = () => join(root, `${folders++}`)
const ids = [3, 1, 7, 22, 9, 30, 2]

/** Metadata is what a GGUF of it would say. */
function fileOf(kind: (typeof kinds)[number], formats: Parameters<typeof quantizedModel>[2]): ModelFile {
  const { metadata, tensors } = hubModel(kind, 3)
  return quantizedModel(metadata, tensors, formats)
}

async function expectSame(file: ModelFile, folder: string): Promise<ModelFile> {
  const opened = await openModelFile(folder)
  const [wanted, found] = [await logitsOf(file, ids), await logitsOf(opened, ids)]
  expect(distance(found, wanted)).toBeLessThan(1e-5)
  return opened
}

describe('a folder of the hub', () => {
  const groups = [dtypes.LZ4_32, dtypes.LZ2_32, dtypes.LZ3_32, dtypes.LZ8_32, dtypes.Q4_0, dtypes.Q8_0]

  it.each(kinds.map((kind, i) => [i, kind.name, kind] as const))(
    'gives the same logits (%i, %s)',
    async (_, __, kind) => {
      const file = fileOf(kind, groups)
      const folder = next()
      const plain = kind.config === undefined
      const { packed, floats, missing } = await writeHubFolder(file, folder, plain ? {} : { config: configOf(kind) })
      const matrices = [...file.tensors].filter(([name, { shape }]) => name.startsWith('blk.') && shape.length === 2)
      expect([...packed.keys(), ...floats.keys()].sort()).toEqual(matrices.map(([name]) => name).sort())
      // 16 rows of three bits are half a word more.
      for (const [name, why] of floats) expect(`${name} ${why}`).toMatch(/attn_[kv].* 16 x 32 codes of 3 bits fill no/)
      expect(packed.size).toBeGreaterThan(5 * floats.size)
      expect(missing).toEqual(['tokenizer.json'])
      const opened = await expectSame(file, folder)
      // Where no rows were moved, every weight is the same number.
      for (const [name, tensor] of matrices)
        if (!/attn_[qk]\./.test(name)) expect(decoded(opened.tensors.get(name) as Tensor)).toEqual(decoded(tensor))
      const { quantization_config: how } = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8'))
      expect(how).toMatchObject({ quant_method: 'gptq', checkpoint_format: 'gptq_v2', group_size: 32 })
      // One entry for every matrix of another width.
      const others = [...packed.values()].filter(({ bits }) => bits !== how.bits).length
      expect(Object.keys(how.dynamic)).toHaveLength(others)
      expect(readdirSync(root).some((name) => name.endsWith('.part'))).toBe(false)
    },
  )

  it('without anything quantized has no quantization', async () => {
    const { metadata, tensors } = hubModel(kinds[0], 3)
    const file = { path: '', bytes: 0, metadata, tensors: new Map(tensors.map((tensor) => [tensor.name, tensor])) }
    const folder = next()
    await writeHubFolder(file, folder)
    await expectSame(file, folder)
    expect(JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')).quantization_config).toBeUndefined()
  })

  it('read again and written again is the same', async () => {
    const [first, second] = [next(), next()]
    await writeHubFolder(fileOf(kinds[0], groups), first)
    const read = await openModelFile(first)
    const config = JSON.parse(readFileSync(join(first, 'config.json'), 'utf8'))
    await writeHubFolder(read, second, { config })
    const bytes = [first, second].map((folder) => readFileSync(join(folder, 'model.safetensors')))
    expect(bytes[1].equals(bytes[0])).toBe(true)
  })

  it('has floats, with the reason, for what GPTQ cannot say', async () => {
    const { metadata, tensors } = hubModel(kinds[0], 3)
    const file = quantizedModel(metadata, tensors, [dtypes.LZ4_32])
    const change = new Map(file.tensors)
    const put = (name: string, dtype: typeof dtypes.Q5_0, bytes?: Uint8Array) => {
      const { shape } = change.get(name) as Tensor
      change.set(name, { name, dtype, shape, bytes: bytes ?? randomBlocks(dtype, shape[0] * shape[1]) })
    }
    put('blk.0.attn_v.weight', dtypes.Q5_0)
    put('blk.0.ffn_up.weight', dtypes.IQ4_NL)
    put('blk.0.ffn_gate.weight', dtypes.Q4_1)
    put('blk.0.attn_q.weight', dtypes.BF16)
    const folder = next()
    const whole = { ...file, tensors: change }
    const { floats } = await writeHubFolder(whole, folder)
    expect(Object.fromEntries(floats)).toEqual({
      'blk.0.attn_v.weight': 'GPTQ has no codes of 5 bits',
      'blk.0.ffn_up.weight': 'IQ4_NL takes its values from a table',
      'blk.0.ffn_gate.weight': 'minima of Q4_1 are no whole number of steps',
    })
    const opened = await expectSame(whole, folder)
    expect(opened.tensors.get('blk.0.attn_q.weight')?.dtype.name).toBe('BF16')
    for (const name of floats.keys())
      expect(decoded(opened.tensors.get(name) as Tensor)).toEqual(decoded(change.get(name) as Tensor))
  })

  it('appears whole or not at all', async () => {
    const file = fileOf(kinds[0], groups)
    const folder = next()
    const broken = new Map(file.tensors).set('output_norm.weight', {
      ...(file.tensors.get('output_norm.weight') as Tensor),
      get bytes(): Uint8Array {
        throw new Error('the disk went away')
      },
    })
    await expect(writeHubFolder({ ...file, tensors: broken }, folder)).rejects.toMatchObject({ kind: 'io' })
    expect(readdirSync(root).filter((name) => name.includes('part'))).toEqual([])
    await writeHubFolder(file, folder)
    await expect(writeHubFolder(file, folder)).rejects.toThrow(/Expected no folder/)
    await expect(writeHubFolder(file, join(root, 'none', 'x'))).rejects.toMatchObject({ kind: 'io' })
  })

  it('is refused for models that transformers does not have, or has in other words', async () => {
    const file = fileOf(kinds[0], groups)
    const other = (key: string, value: MetadataValue) => ({ ...file, metadata: new Map(file.metadata).set(key, value) })
    await expect(writeHubFolder(other('general.architecture', 'mamba'), next())).rejects.toThrow(/found "mamba"/)
    await expect(writeHubFolder(other('llama.rope.scaling.type', 'yarn'), next())).rejects.toThrow(
      /give its own config/,
    )
    const strange = new Map(file.tensors).set(
      'blk.0.ssm_a.weight',
      madeTensor('blk.0.ssm_a.weight', dtypes.Q8_0, 32, 32, 1),
    )
    await expect(writeHubFolder({ ...file, tensors: strange }, next())).rejects.toThrow(/found "blk\.0\.ssm_a/)
  })

  it.skipIf(!sharedData.there)(`of a real model (${sharedData.reason} where skipped)`, async () => {
    const file = await openModelFile(sharedData.path('golden', 'golden256-Q4_0.gguf'))
    const folder = next()
    const { packed, floats } = await writeHubFolder(file, folder)
    expect(packed.size).toBe(14)
    expect([...floats.keys()].sort()).toEqual(
      ['output.weight', 'token_embd.weight'].filter((name) => file.tensors.get(name)?.dtype.name !== 'F32'),
    )
    const opened = await openModelFile(folder)
    const [wanted, found] = [await logitsOf(file, ids), await logitsOf(opened, ids)]
    expect(distance(found, wanted)).toBeLessThan(1e-4)
  })
})

describe('codes', () => {
  it.each([
    dtypes.TQ1_0,
    dtypes.TQ2_0,
    dtypes.Q2_0,
    dtypes.Q5_0,
    dtypes.Q6_K,
    dtypes.Q3_K,
    dtypes.I2_S,
    dtypes.LT2,
    dtypes.LZ3,
    dtypes.LZ8,
  ])('of $name times their scales are the weights', (dtype) => {
    const [cols, rows] = [512, 3]
    const tensor = { name: 'w', dtype, shape: [cols, rows], bytes: randomBlocks(dtype, cols * rows) }
    const coded = codedOf(tensor)
    if (typeof coded === 'string') throw new Error(coded)
    const weights = decoded(tensor)
    const codes = new Uint8Array(cols)
    for (let row = 0; row < rows; row++) {
      coded.codes(row, codes)
      expect(Math.max(...codes)).toBeLessThan(2 ** coded.bits)
      for (let c = 0; c < cols; c++) {
        const g = row * (cols / coded.group) + Math.floor(c / coded.group)
        expect(Math.fround(coded.scales[g] * (codes[c] - coded.zeros[g])) + 0).toBe(weights[row * cols + c] + 0)
      }
    }
  })

  it('that GPTQ cannot pack are told', () => {
    const coded = codedOf(madeTensor('w', dtypes.LZ4_32, 64, 32, 1))
    if (typeof coded === 'string') throw new Error(coded)
    expect(packGptq({ ...coded, group: 16 })).toMatch(/groups of 16/)
    expect(packGptq({ ...coded, rows: 4 })).toMatch(/no whole words/)
    expect(packGptq({ ...coded, scales: coded.scales.map(() => 0.1) })).toMatch(/no halves/)
    expect(packGptq({ ...coded, zeros: coded.zeros.map(() => 16) })).toMatch(/do not fit 4 bits/)
  })
})

/** Bytes by chance with scales that are finite. */
function randomBlocks(dtype: typeof dtypes.Q5_0, weights: number): Uint8Array {
  const next = random(11)
  for (;;) {
    const bytes = Uint8Array.from({ length: dtypes.tensorBytes(dtype, weights) }, () => Math.floor(next() * 256))
    // Halves and floats whose exponents are all ones, or so large that sums overflow, are made small.
    for (let at = 0; at < bytes.length; at++) if ((bytes[at] & 0x7c) >= 0x40) bytes[at] &= 0xb3
    const tensor = { name: '', dtype, shape: [weights], bytes }
    if (decoded(tensor).every((value) => Math.abs(value) < 100)) return bytes
  }
}
