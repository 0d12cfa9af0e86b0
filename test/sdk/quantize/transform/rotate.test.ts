/** Norm folding and rotations leave a model's function the same, or refuse by name. */
import { afterAll, describe, expect, it } from 'vitest'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { foldNorms } from '../../../../sdk/quantize/transform/fold-norms.js'
import { randomOrthogonal, smallHadamard } from '../../../../sdk/quantize/transform/hadamard.js'
import { rotateHeads, rotateStream } from '../../../../sdk/quantize/transform/rotate.js'
import { Rotation } from '../../../../sdk/quantize/transform/rotation.js'
import { normal, random } from '../../../kernels/random.js'
import { ids, variants } from '../../model/arch/random-model.js'
import { closeEngine } from '../../model/same-logits.js'
import { sharedData } from '../../model/shared-data.js'
import { difference, randomWeights } from './models.js'

afterAll(closeEngine)

/** Rounding of float32 through three layers; a wrong fold differs by about 1. */
const close = 2e-4
const some = [...ids.subarray(0, 12)]

describe('hadamard', () => {
  it('has orthogonal rows of ±1 for every order it gives', () => {
    const orders = Array.from({ length: 100 }, (_, i) => i + 1).filter((order) => smallHadamard(order))
    expect(orders).toEqual(expect.arrayContaining([1, 2, 4, 8, 12, 20, 24, 28, 32, 36, 44, 48, 60, 68, 72, 76, 80, 84]))
    for (const n of orders) {
      const h = smallHadamard(n) as Float64Array
      expect(h.every((value) => Math.abs(value) === 1)).toBe(true)
      expect(h).toHaveLength(n * n)
      for (let i = 0; i < n; i++)
        for (let j = 0; j <= i; j++) {
          let dot = 0
          for (let c = 0; c < n; c++) dot += h[i * n + c] * h[j * n + c]
          expect(dot).toBe(i === j ? n : 0)
        }
    }
  })

  it('makes random orthogonal matrices of any order', () => {
    const n = 43
    const q = randomOrthogonal(n, random(1))
    for (let i = 0; i < n; i++)
      for (let j = 0; j <= i; j++) {
        let dot = 0
        for (let c = 0; c < n; c++) dot += q[i * n + c] * q[j * n + c]
        expect(dot).toBeCloseTo(i === j ? 1 : 0, 12)
      }
  })
})

describe('Rotation', () => {
  it('keeps dot products, of any size, and spreads a spike over all channels', () => {
    for (const size of [1, 2, 8, 12, 28, 43, 64, 86, 172, 192, 896, 1536, 2560]) {
      const rotation = new Rotation(size, 3)
      const next = random(size)
      const [a, b] = [0, 1].map(() => Float32Array.from({ length: size }, () => normal(next)))
      const dot = (x: Float32Array, y: Float32Array) => x.reduce((sum, value, i) => sum + value * y[i], 0)
      const before = [dot(a, a), dot(a, b)]
      for (const row of [a, b]) rotation.rows(row, 0, 1, size)
      expect(Math.abs(dot(a, a) - before[0])).toBeLessThan(1e-4 * size)
      expect(Math.abs(dot(a, b) - before[1])).toBeLessThan(1e-4 * size)
      if (size !== 1536) continue
      const spike = new Float32Array(size)
      spike[700] = 1
      rotation.rows(spike, 0, 1, size)
      for (const value of spike) expect(Math.abs(value)).toBeCloseTo(1 / Math.sqrt(size), 6)
    }
  })

  it('turns columns as rows of the transpose', () => {
    const [size, cols] = [24, 37]
    const rotation = new Rotation(size, 3)
    const next = random(2)
    const w = Float32Array.from({ length: size * cols }, () => normal(next))
    const turned = Float32Array.from(w, (_, i) => w[(i % size) * cols + Math.floor(i / size)])
    rotation.columns(w, 0, cols)
    rotation.rows(turned, 0, cols, size)
    expect(w).toEqual(Float32Array.from(w, (_, i) => turned[(i % cols) * size + Math.floor(i / cols)]))
  })

  it('refuses a size whose odd factor is large', () => {
    expect(() => new Rotation(2 * 1031, 1)).toThrow(/odd factor up to 1024 but found 2062/)
  })
})

describe('a model', () => {
  for (const [name, biases] of [
    ['llama', false],
    ['llama', true],
    ['llama-head-dim', false],
    ['llama-freqs', false],
    ['qwen2', false],
    ['qwen3', false],
    ['gemma3', false],
    ['phi3', false],
    ['phi3-short', false],
  ] as const)
    it(`gives the same with folded norms and rotations: ${name}${biases ? ' with biases' : ''}`, async () => {
      const weights = randomWeights(variants[name], biases)
      const folded = await foldNorms(weights)
      expect(new Set(await folded.read('blk.1.attn_norm.weight'))).toEqual(new Set([1]))
      expect(folded.graph.head.at(-1)).toMatchObject({ weight: 'output.weight' })
      expect(await difference(weights, folded, some)).toBeLessThan(close)
      const turned = await rotateHeads(folded, 7)
      expect(await turned.read('blk.1.attn_output.weight')).not.toEqual(await folded.read('blk.1.attn_output.weight'))
      expect(await difference(weights, turned, some)).toBeLessThan(close)
      if (name === 'gemma3') {
        await expect(rotateStream(weights)).rejects.toThrow(/found blk.0.post_attention_norm.weight, which a rotation/)
        return
      }
      const rotated = await rotateStream(turned, 7)
      expect(await rotated.read('token_embd.weight')).not.toEqual(await weights.read('token_embd.weight'))
      expect(await difference(weights, rotated, some)).toBeLessThan(close)
      expect(rotated.graph.context).toBe(weights.graph.context)
    })

  it('tells what a transform left as it was, and refuses the bytes of what it changed', async () => {
    const weights = randomWeights(variants.llama)
    const folded = await foldNorms(weights)
    expect(folded.stored('token_embd.weight')).toBe(weights.stored('token_embd.weight'))
    expect(folded.stored('output.weight')).toBeUndefined()
    expect(await weights.read('blk.0.attn_q.weight')).not.toEqual(await folded.read('blk.0.attn_q.weight'))
    await expect(folded.read('blk.9.attn_q.weight')).rejects.toThrow(/a tensor blk.9.attn_q.weight but/)
  })

  it('reads a few rows as it reads all', async () => {
    const weights = await rotateHeads(await rotateStream(randomWeights(variants.phi3), 1), 2)
    for (const name of ['token_embd.weight', 'blk.1.attn_qkv.weight', 'blk.1.attn_output.weight', 'output.weight']) {
      const [cols] = weights.shapes.get(name) as number[]
      const all = await weights.read(name)
      for (const [from, to] of [
        [0, 1],
        [5, 99],
        [99, 128],
      ])
        expect(await weights.rows?.(name, from, to)).toEqual(all.slice(from * cols, to * cols))
    }
  })

  it('keeps a tied head where the last gains are 1', async () => {
    const weights = randomWeights(variants.qwen2)
    const values = new Uint8Array(new Float32Array(128).fill(1).buffer)
    const last = { ...(weights.stored('output_norm.weight') as never as object), bytes: values }
    const tensors = new Map([...weights.shapes.keys()].map((name) => [name, weights.stored(name)]))
    tensors.set('output_norm.weight', last as never)
    const plain = floatWeights({ path: '', bytes: 0, metadata: weights.metadata, tensors: tensors as never })
    const rotated = await rotateStream(plain, 1)
    expect(rotated.shapes.has('output.weight')).toBe(false)
    expect(await difference(plain, rotated, some)).toBeLessThan(close)
  })

  it('is refused where inputs are int8 by the model’s own meaning (BitNet)', async () => {
    const weights = randomWeights(variants['bitnet-b1.58'])
    for (const transform of [foldNorms, rotateStream, rotateHeads])
      await expect(transform(weights)).rejects.toMatchObject({
        kind: 'unsupported',
        message: expect.stringMatching(/bitnet-b1.58 blk.0.attn_q.weight reads its input in int8/),
      })
  })

  for (const file of ['tinyllamas/stories260K.bin', 'golden/golden256-F32.gguf'])
    it.skipIf(!sharedData.there)(`of a file gives the same: ${file} (${sharedData.reason})`, async () => {
      const weights = floatWeights(await openModelFile(sharedData.path(...file.split('/'))))
      const text = Array.from({ length: 24 }, (_, i) => (i === 0 ? 1 : (i * i * 7) % 300))
      expect(await difference(weights, await rotateHeads(await rotateStream(weights, 1), 2), text)).toBeLessThan(close)
    })
})
