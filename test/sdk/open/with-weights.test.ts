import { describe, expect, it } from 'vitest'
import { F32 } from '../../../hal/dtypes/index.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { ModelFile } from '../../../sdk/model/model-file.js'
import { withWeights } from '../../../sdk/open/with-weights.js'

const tensor: Tensor = {
  ...{ name: 'a', dtype: F32, shape: [2], bytes: new Uint8Array(8) },
  file: { path: 'model.gguf', offset: 64 },
}
const file: ModelFile = { path: 'model.gguf', bytes: 72, metadata: new Map(), tensors: new Map([['a', tensor]]) }
const given = (weights: (tensor: Tensor) => Tensor) => withWeights(file, weights).tensors.get('a')

describe('a model with other weights', () => {
  it('does not say that new bytes lie where the old ones do', () => {
    expect(given((old) => ({ ...old, bytes: new Uint8Array(8).fill(1) }))?.file).toBe(undefined)
    expect(given((old) => old)?.file).toEqual({ path: 'model.gguf', offset: 64 })
  })

  it('reads no bytes, and leaves a tensor of another file its place', () => {
    const unread = (path: string): Tensor => ({
      ...{ name: 'a', dtype: F32, shape: [2], file: { path, offset: 0 } },
      get bytes(): Uint8Array {
        throw new Error('read')
      },
    })
    const [own, other] = [unread('model.gguf'), unread('other.gguf')]
    const lazy = { ...file, tensors: new Map([['a', own]]) }
    expect(withWeights(lazy, (old) => old).tensors.get('a')).toBe(own)
    expect(withWeights(lazy, () => other).tensors.get('a')).toBe(other)
  })

  it('keeps names and shapes', () => {
    expect(() => given((old) => ({ ...old, shape: [1] }))).toThrow(
      /Expected a of 2 again from weights but found a of 1/,
    )
    expect(() => given((old) => ({ ...old, name: 'b' }))).toThrow(/found b of 2/)
  })
})
