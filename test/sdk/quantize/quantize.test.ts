/** The workshop as a whole, on small models of every architecture: what comes out opens, and nothing half does. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { linearAlgebra } from '../../../kernels/linear-algebra.js'
import { openModelFile } from '../../../sdk/model/open-model-file.js'
import { writeHubFolder } from '../../../sdk/quantize/export/hub-folder.js'
import { type QuantizeOptions, quantize } from '../../../sdk/quantize/quantize.js'
import { floatWeights } from '../../../sdk/quantize/source/weights.js'
import { embeddingStatistics } from '../../../sdk/quantize/walk/embedding.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { randomArchitecture, variants, writeGguf } from '../model/arch/random-model.js'
import { closeEngine, logitsOf } from '../model/same-logits.js'
import { byteFallbackJson } from '../tokenizer/tiny-json.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-quantize-'))
const path = (name: string) => join(folder, name)
/** Letters in an order that is not always the same. */
const text = Array.from(
  { length: 1200 },
  (_, i) => 'the robot turns left and waits at the door. '[(i * i + (i >> 3)) % 44],
).join('')
const usual: QuantizeOptions = { type: 'Q4_0', calibration: text, context: 64, windows: 4, threads: 1 }

function modelFile(variant: string): string {
  const file = path(`${variant}.gguf`)
  if (!existsSync(file)) {
    const { metadata, tensors } = randomArchitecture(variants[variant])
    writeFileSync(file, writeGguf(metadata, [...tensors.values()]))
  }
  return file
}

afterAll(async () => {
  await closeEngine()
  rmSync(folder, { recursive: true, force: true })
})

describe('quantizing a model', () => {
  it.each(['llama', 'qwen2', 'qwen3', 'gemma3', 'phi3', 'bitnet-b1.58'])(
    'of %s: matrices change, all else stays',
    async (variant) => {
      const [source, out] = [modelFile(variant), path(`${variant}-Q4_0.gguf`)]
      const { layers, bytes } = await quantize(source, out, usual)
      const [before, after] = [await openModelFile(source), await openModelFile(out)]
      expect(after.bytes).toBe(bytes)
      expect([...after.tensors.keys()]).toEqual([...before.tensors.keys()])
      const quantized = new Set(layers.map(({ name }) => name))
      for (const [name, { dtype, shape, bytes: stored }] of after.tensors) {
        expect(shape).toEqual(before.tensors.get(name)?.shape)
        if (quantized.has(name)) expect(['Q4_0', 'F16']).toContain(dtype.name)
        else expect(stored).toEqual(before.tensors.get(name)?.bytes)
      }
      const ids = [1, 5, 9, 20, 31]
      const [exact, found] = [await logitsOf(before, ids), await logitsOf(after, ids)]
      const [lost, all] = [0, 1].map((side) => exact.reduce((sum, x, i) => sum + (side ? x : x - found[i]) ** 2, 0))
      expect(lost / all).toBeLessThan(0.25)
    },
  )

  it('of windows of ids, with another format of the embedding', async () => {
    const [source, out] = [modelFile('bitnet-b1.58'), path('windows.gguf')]
    const windows = Array.from({ length: 12 }, (_, n) =>
      Int32Array.from({ length: 20 + n }, (_, i) => (n * 31 + i * i) % 320),
    )
    const { layers, tokens } = await quantize(source, out, { ...usual, calibration: windows, embedding: 'q8_0' })
    expect(tokens).toBe(windows.reduce((sum, { length }) => sum + length, 0))
    const { tensors } = await openModelFile(out)
    expect(tensors.get('token_embd.weight')?.dtype.name).toBe('Q8_0')
    expect(tensors.get('blk.1.ffn_up.weight')?.dtype.name).toBe('Q4_0')
    const feedback = layers.filter(({ name }) => name.startsWith('blk.'))
    expect(feedback.every(({ method, fallback }) => method === 'gptq' && fallback === undefined)).toBe(true)
    const wrong = (calibration: Int32Array[]) => quantize(source, path('no.gguf'), { ...usual, calibration })
    await expect(wrong([windows[0]])).rejects.toMatchObject({
      kind: 'limit',
      message: expect.stringMatching(/found 20/),
    })
    await expect(wrong([new Int32Array(70).fill(320)])).rejects.toMatchObject({ kind: 'mismatch' })
    const budget = { ...usual, type: undefined, targetBpw: 5, embedding: 'Q8_0' }
    await expect(quantize(source, path('no.gguf'), budget)).rejects.toMatchObject({ kind: 'mismatch' })
  })

  it('tells what drove each matrix, and what most of the file is', async () => {
    const out = path('told.gguf')
    const { layers } = await quantize(modelFile('llama'), out, usual)
    const driven = layers.find(({ name }) => name === 'blk.1.ffn_down.weight')?.inputs
    expect(driven?.columns.median).toBeGreaterThan(0)
    expect(driven?.least).toBeLessThan(0)
    expect(driven?.most).toBeGreaterThan(driven?.columns.most as number)
    expect((await openModelFile(out)).metadata.get('general.file_type')).toBe(2)
    await quantize(modelFile('llama'), out, { ...usual, type: 'VQ2D2' })
    expect((await openModelFile(out)).metadata.has('general.file_type')).toBe(false)
  })

  it.each(['llama', 'qwen2', 'gemma3'])('of %s: the embedding loses less by feedback, tied or not', async (variant) => {
    const embedding = async (method: QuantizeOptions['method']) => {
      const { layers } = await quantize(modelFile(variant), path('out.gguf'), { ...usual, method })
      return layers.find(({ name }) => name === 'token_embd.weight')
    }
    const [blind, fed] = [await embedding('rtn'), await embedding('gptq')]
    expect(fed).toMatchObject({ method: 'gptq' })
    expect(fed?.fallback).toBe(undefined)
    const file = await openModelFile(modelFile(variant))
    const tied = !file.tensors.has('output.weight')
    const model = { model: floatWeights(file), algebra: linearAlgebra({ threads: 1 }) }
    const { hessian, cols } = await embeddingStatistics('token_embd.weight', model, [Int32Array.of(1, 5, 9, 20, 31)])
    expect(hessian.some((value, i) => i % (cols + 1) !== 0 && value !== 0)).toBe(tied)
    // Of an untied one both errors are of the weights alone.
    if (!tied) expect(fed?.error).toBeLessThan(blind?.error as number)
  })

  it('of a folder as on the hub: its vocabulary comes along', async () => {
    const folder = path('hub')
    await writeHubFolder(await openModelFile(modelFile('llama')), folder)
    const bare = await quantize(folder, path('bare.gguf'), { type: 'Q8_0' })
    expect(bare.vocabularyMissing).toMatch(/none/)
    writeFileSync(join(folder, 'tokenizer.json'), JSON.stringify(byteFallbackJson()))
    const whole = await quantize(folder, path('whole-hub.gguf'), { type: 'Q8_0' })
    expect(whole.vocabularyMissing).toBe(undefined)
    const [before, after] = [await openModelFile(folder), await openModelFile(path('whole-hub.gguf'))]
    const ids = createTokenizer(after).encode('hello, you')
    expect(ids.length).toBeGreaterThan(3)
    expect(ids).toEqual(createTokenizer(before).encode('hello, you'))
  })

  it('loses less with every better method', async () => {
    const error = async (method: QuantizeOptions['method']) => {
      const { layers } = await quantize(modelFile('llama'), path('out.gguf'), { ...usual, method, asymmetric: false })
      const linears = layers.filter(({ name }) => name.startsWith('blk.'))
      return linears.reduce((sum, each) => sum + each.error, 0) / linears.length
    }
    const [imatrix, seqMse, gptq] = [await error('imatrix'), await error('seq-mse'), await error('gptq')]
    expect(seqMse).toBeLessThan(imatrix)
    expect(gptq).toBeLessThan(0.8 * seqMse)
  })

  it('goes on where it was cut off, to the same bytes', async () => {
    const source = modelFile('llama')
    await quantize(source, path('whole.gguf'), usual)
    const out = path('cut.gguf')
    for (const layers of [3, 9]) {
      const stop = new AbortController()
      const cut = quantize(source, out, {
        ...usual,
        signal: stop.signal,
        onLayer: (_, done) => done === layers && stop.abort(),
      })
      await expect(cut).rejects.toMatchObject({ kind: 'cancelled' })
      expect(existsSync(out)).toBe(false)
      expect(existsSync(`${out}.parts/progress.json`)).toBe(true)
    }
    const seen: string[] = []
    await quantize(source, out, { ...usual, onLayer: ({ name }) => seen.push(name) })
    expect(seen).not.toContain('blk.0.attn_q.weight')
    expect(readFileSync(out).equals(readFileSync(path('whole.gguf')))).toBe(true)
    expect(existsSync(`${out}.parts`)).toBe(false)
  })

  it('two at once on one output: the second is told', async () => {
    const out = path('both.gguf')
    const both = await Promise.allSettled([1, 2].map(() => quantize(modelFile('llama'), out, usual)))
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    expect(both.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { kind: 'mismatch' } })
    expect(existsSync(`${out}.parts`)).toBe(false)
    // A killed run leaves its lock: of a process that is no more, it holds nobody up.
    mkdirSync(`${out}.parts`)
    writeFileSync(`${out}.parts/lock`, String(2 ** 22 + 1))
    await quantize(modelFile('llama'), out, usual)
    mkdirSync(`${out}.parts`)
    writeFileSync(`${out}.parts/lock`, '1')
    await expect(quantize(modelFile('llama'), out, usual)).rejects.toThrow(/nobody else to write .* process 1 does/)
  })

  it('begins anew with another wish', async () => {
    const [source, out] = [modelFile('llama'), path('other.gguf')]
    const stop = new AbortController()
    const onLayer = (_: unknown, done: number) => done === 4 && stop.abort()
    await expect(quantize(source, out, { ...usual, signal: stop.signal, onLayer })).rejects.toThrow()
    const seen: string[] = []
    await quantize(source, out, { ...usual, type: 'Q8_0', method: 'rtn', onLayer: ({ name }) => seen.push(name) })
    expect(seen).toContain('token_embd.weight')
  })
})

describe('what cannot be', () => {
  let broken: string
  beforeAll(() => {
    const { metadata, tensors } = randomArchitecture(variants.llama)
    const [name, tensor] = [...tensors].find(([each]) => each.includes('ffn_down')) ?? []
    if (!name || !tensor) throw new Error('no ffn_down')
    const bytes = tensor.bytes.slice()
    new DataView(bytes.buffer).setUint32(40, 0x7fc00000, true)
    tensors.set(name, { ...tensor, bytes })
    broken = path('nan.gguf')
    writeFileSync(broken, writeGguf(metadata, [...tensors.values()]))
  })

  it.each<[string, () => string, Partial<QuantizeOptions>, string, RegExp]>([
    [
      'a weight that is no number',
      () => broken,
      {},
      'format',
      /finite weights in blk\.0\.ffn_down\.weight but weight 10 is NaN/,
    ],
    ['an empty text', () => modelFile('llama'), { calibration: '' }, 'limit', /at least 64 tokens/],
    ['no text', () => modelFile('llama'), { calibration: undefined, method: 'gptq' }, 'mismatch', /calibration text/],
    ['no such format', () => modelFile('llama'), { type: 'Q9_Z' }, 'unsupported', /Q9_Z/],
    ['neither type nor budget', () => modelFile('llama'), { type: undefined }, 'mismatch', /type or a budget/],
    ['two budgets', () => modelFile('llama'), { targetBpw: 4, targetSize: '1GB' }, 'mismatch', /one budget/],
    ['too small a budget', () => modelFile('llama'), { type: undefined, targetBpw: 0.5 }, 'limit', /smallest/],
    [
      'a model of codes already',
      () => fileURLToPath(new URL('../../../sdk/pilot/pilot.gguf', import.meta.url)),
      {},
      'unsupported',
      /quantized already/,
    ],
  ])('%s is said, and no file appears', async (_, source, options, kind, message) => {
    const out = path('none.gguf')
    await expect(quantize(source(), out, { ...usual, ...options })).rejects.toMatchObject({
      kind,
      message: expect.stringMatching(message),
    })
    expect(existsSync(out)).toBe(false)
    rmSync(`${out}.parts`, { recursive: true, force: true })
  })

  it.skipIf(!existsSync('/dev/full'))('a full disk leaves the old file, and what is done', async () => {
    const out = path('full.gguf')
    writeFileSync(out, 'old')
    symlinkSync('/dev/full', `${out}.tmp`)
    await expect(quantize(modelFile('llama'), out, usual)).rejects.toMatchObject({
      kind: 'io',
      message: expect.stringMatching(/ENOSPC/),
    })
    expect(readFileSync(out, 'utf8')).toBe('old')
    await quantize(modelFile('llama'), out, { ...usual, onLayer: () => expect.unreachable('all layers were done') })
    expect((await openModelFile(out)).tensors.size).toBeGreaterThan(0)
  })

  it('a folder that is not there', async () => {
    await expect(quantize(modelFile('llama'), '/proc/none/out.gguf', usual)).rejects.toMatchObject({ kind: 'io' })
  })
})
