import { expect, it } from 'vitest'
import { F32 } from '../../../hal/dtypes/index.js'
import { MadeTensor } from '../../../sdk/model/made-tensor.js'
import { fingerprint } from '../../../sdk/open/fingerprint.js'
import { randomModel } from '../../kernels/random.js'

const { graph } = randomModel(
  {
    vocab: 40,
    hidden: 64,
    heads: 2,
    kvHeads: 2,
    layers: 1,
    context: 16,
    outer: F32,
    tied: false,
    dtype: F32,
    width: 32,
    architecture: 'llama',
  },
  1,
)

/** As weights of GPTQ are: made when they are asked for, in no file. */
const made = (value: number) => {
  const bytes = new Uint8Array(new Float32Array(64).fill(value).buffer)
  return new Map([['w', new MadeTensor('w', F32, [8, 8], () => bytes)]])
}

it('tells models apart whose weights lie in no file', async () => {
  const one = await fingerprint(graph, made(1))
  expect(await fingerprint(graph, made(1))).toBe(one)
  expect(await fingerprint(graph, made(2))).not.toBe(one)
})
