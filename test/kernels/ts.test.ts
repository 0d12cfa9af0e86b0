import { tsBackend } from '../../kernels/ts/index.js'
import { conform } from './conformance.js'

const oracle = 'the ts engine is what the others are compared with; golden.test.ts holds it to known answers'
const models = [
  'llama F32',
  'llama F16, tied, biases, one KV head',
  'llama Q8_0',
  'llama Q4_0',
  'bitnet LT2',
  'bitnet-b1.58 I2_S',
]

await conform({
  title: 'ts',
  backend: tsBackend,
  exactFloats: true,
  exactBlocks: true,
  skips: models.map((name) => ({ test: `${name}: logits as the ts engine's`, reason: oracle })),
})
