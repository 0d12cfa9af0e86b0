/**
 * One model in many types, quantized by llama.cpp: what each type decodes to must lie near the float original. A wrong
 * order of elements or scales would lie 1.4 away (two unrelated rows).
 */
import { describe, expect, it } from 'vitest'
import type { Tensor } from '../../hal/index.js'
import { openGguf } from '../../sdk/model/gguf.js'
import { sharedData } from '../sdk/model/shared-data.js'

/** Largest relative error of a tensor, as measured and rounded up; ternary types are far from a random model's weights. */
const bounds: Readonly<Record<string, number>> = {
  Q8_0: 0.006,
  Q4_0: 0.092,
  Q4_1: 0.081,
  Q5_0: 0.046,
  Q5_1: 0.039,
  Q2_K: 0.306,
  Q3_K: 0.157,
  Q4_K: 0.074,
  Q5_K: 0.038,
  Q6_K: 0.019,
  IQ4_NL: 0.08,
  IQ4_XS: 0.081,
  IQ3_XXS: 0.221,
  IQ3_S: 0.173,
  TQ1_0: 0.86,
  TQ2_0: 0.86,
}

const floats = ({ dtype, bytes, shape }: Tensor) => {
  const out = new Float32Array(shape.reduce((a, b) => a * b))
  dtype.decode(bytes, out.length, 0, out.length, out)
  return out
}

describe.skipIf(!sharedData.there)(`golden models${sharedData.there ? '' : `: ${sharedData.reason}`}`, async () => {
  const original = sharedData.there ? await openGguf(sharedData.path('golden', 'golden256-F32.gguf')) : undefined

  it.each(Object.entries(bounds))('%s', async (type, bound) => {
    const file = ['Q3_K', 'Q4_K', 'Q5_K'].includes(type) ? `${type}_S` : type
    const model = await openGguf(sharedData.path('golden', `golden256-${file}.gguf`))
    let worst = 0
    let seen = 0
    for (const tensor of model.tensors.values()) {
      if (tensor.dtype.name !== type) continue
      const [a, b] = [floats(original!.tensors.get(tensor.name)!), floats(tensor)]
      let [error, power] = [0, 0]
      for (let i = 0; i < a.length; i++) {
        error += (a[i] - b[i]) ** 2
        power += a[i] ** 2
      }
      worst = Math.max(worst, Math.sqrt(error / power))
      seen++
    }
    expect(seen).toBeGreaterThan(10)
    expect(worst).toBeLessThan(bound)
  })

  it('both ternary types hold the same numbers', async () => {
    const [one, two] = await Promise.all(
      ['TQ1_0', 'TQ2_0'].map((type) => openGguf(sharedData.path('golden', `golden256-${type}.gguf`))),
    )
    const ternary = [...one.tensors.values()].filter((tensor) => tensor.dtype.ternary)
    expect(ternary.length).toBeGreaterThan(10)
    for (const tensor of ternary) {
      const other = floats(two.tensors.get(tensor.name)!)
      expect(floats(tensor).every((x, i) => x === other[i])).toBe(true)
    }
  })
})
