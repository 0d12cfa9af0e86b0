import { describe, expect, it } from 'vitest'
import { oneType } from '../../../../sdk/quantize/walk/one-type.js'

const model = {
  graph: {
    body: [
      { op: 'embed', weight: 'token_embd.weight' },
      { op: 'linear', weight: 'blk.0.ffn_down.weight' },
    ],
    head: [{ op: 'linear', weight: 'output.weight' }],
  },
  shapes: new Map([
    ['token_embd.weight', [256, 512]],
    ['blk.0.ffn_down.weight', [768, 256]],
    ['output.weight', [256, 512]],
  ]),
} as never

describe('one type for every matrix', () => {
  it.each([
    ['VQ2D2', 'VQ2D_K16_8X256_OF768'],
    ['VQ2.5D2', 'VQ2D_K32_16X256_OF768'],
    ['VQ2D4', 'VQ4D_K256_256X256_OF768'],
    ['VQ3D1', 'VQ1D_K8_2X256_OF768'],
  ])('%s is codebooks in the layers, Q8_0 around them', (wish, type) => {
    const plan = oneType(model, wish, 'gptq')
    expect(plan.get('blk.0.ffn_down.weight')).toEqual({ type, method: 'gptvq' })
    expect(plan.get('token_embd.weight')?.type).toBe('Q8_0')
    expect(plan.get('output.weight')?.type).toBe('Q8_0')
  })

  it('refuses codes that are no whole bits, or longer than a byte', () => {
    for (const wish of ['VQ2.5D1', 'VQ3D4', 'VQ2D3', 'VQ0D2'])
      expect(() => oneType(model, wish, 'gptvq'), wish).toThrow(expect.objectContaining({ kind: 'unsupported' }))
  })
})
