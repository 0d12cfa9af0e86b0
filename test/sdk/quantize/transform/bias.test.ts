/** Bias correction takes the mean out of a layer's error, and refuses where no reader would take the bias. */
import { afterAll, describe, expect, it } from 'vitest'
import { centre, correctBiases, meanError, whyNoBias } from '../../../../sdk/quantize/transform/bias.js'
import { normal, random } from '../../../kernels/random.js'
import { ids, variants } from '../../model/arch/random-model.js'
import { closeEngine } from '../../model/same-logits.js'
import { gram } from '../method/problems.js'
import { difference, randomWeights } from './models.js'

afterAll(closeEngine)

const some = [...ids.subarray(0, 8)]
const q = 'blk.0.attn_q.weight'

describe('bias correction', () => {
  it('leaves no mean error, and less of it in all: by the covariance of the inputs', () => {
    const [rows, cols, tokens] = [6, 24, 200]
    const next = random(1)
    const x = Float32Array.from({ length: tokens * cols }, (_, i) => normal(next) + (i % 3))
    const w = Float32Array.from({ length: rows * cols }, () => normal(next))
    const rounded = w.map((value) => Math.round(value * 2) / 2)
    const mean = Float32Array.from({ length: cols }, (_, c) => {
      let sum = 0
      for (let t = 0; t < tokens; t++) sum += x[t * cols + c]
      return sum / tokens
    })
    const bias = meanError(w, rounded, mean)
    const hessian = gram(x, cols)
    centre(hessian, mean)
    for (let r = 0; r < rows; r++) {
      let [left, square, before, form] = [0, 0, 0, 0]
      for (let t = 0; t < tokens; t++) {
        let error = 0
        for (let c = 0; c < cols; c++) error += (w[r * cols + c] - rounded[r * cols + c]) * x[t * cols + c]
        before += error ** 2 / tokens
        left += (error - bias[r]) / tokens
        square += (error - bias[r]) ** 2 / tokens
      }
      expect(left).toBeCloseTo(0, 5)
      expect(square).toBeLessThan(before)
      const e = (c: number) => w[r * cols + c] - rounded[r * cols + c]
      for (let i = 0; i < cols; i++) for (let j = 0; j < cols; j++) form += e(i) * e(j) * hessian[i * cols + j]
      expect(form).toBeCloseTo(square, 4)
    }
    const constant = new Float32Array([4, 2, 2, 1])
    centre(constant, new Float32Array([2, 1.0000001]))
    expect(constant[3]).toBe(0)
  })

  it('puts new biases into the graph, and adds to those that are there', async () => {
    const llama = randomWeights(variants.llama)
    const zero = correctBiases(llama, new Map([[q, new Float32Array(128)]]))
    expect(zero.graph.body.filter((op) => op.op === 'linear' && op.bias)).toHaveLength(1)
    expect(await difference(llama, zero, some)).toBe(0)
    const error = Float32Array.from({ length: 128 }, (_, i) => i / 64)
    const corrected = correctBiases(llama, new Map([[q, error]]))
    expect(await corrected.read('blk.0.attn_q.bias')).toEqual(error)
    expect(await difference(llama, corrected, some)).toBeGreaterThan(0.01)

    const qwen = randomWeights(variants.qwen2)
    const old = await qwen.read('blk.0.attn_q.bias')
    const moved = await correctBiases(qwen, new Map([[q, error]])).read('blk.0.attn_q.bias')
    expect(moved).toEqual(old.map((value, i) => value + error[i]))
  })

  it('is refused where readers of the architecture take no bias', () => {
    for (const [name, tensor, why] of [
      ['qwen3', q, /readers of qwen3 take no bias of blk.0.attn_q.weight/],
      ['qwen2', 'blk.0.attn_output.weight', /readers of qwen2 take no bias/],
      ['gemma3', 'blk.0.ffn_up.weight', /readers of gemma3 take no bias/],
      ['phi3', 'blk.0.attn_qkv.weight', /readers of phi3 take no bias/],
      ['llama', 'output.weight', /readers of llama take no bias of output.weight/],
      ['llama-head-dim', q, /expect a bias of 128 for blk.0.attn_q.weight, which has 192 rows/],
    ] as const) {
      const weights = randomWeights(variants[name])
      expect(whyNoBias(weights, tensor)).toMatch(why)
      expect(() => correctBiases(weights, new Map([[tensor, new Float32Array(128)]]))).toThrow(why)
    }
    const llama = randomWeights(variants.llama)
    expect(whyNoBias(llama, 'blk.2.ffn_down.weight')).toBeUndefined()
    expect(() => correctBiases(llama, new Map([[q, new Float32Array(3)]]))).toThrow(/128 mean errors .* found 3/)
  })
})
