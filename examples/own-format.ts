/**
 * A number format of one's own, and a model in it: five-bit floats that share an exponent, compiled here and now.
 * takes  node dist/examples/own-format.js ["drive two metres forward"]
 * board  any
 */
import { defineType, encodeTensor, express } from '../kernels/ladder/index.js'
import { open } from '../sdk/index.js'

const E2M2 = defineType({
  name: 'E2M2_SHARED',
  bits: 5, // sign, two bits of exponent, two of fraction
  decode: express.minifloat({ exponent: 2, fraction: 2 }),
  group: 32,
  scale: 'e8m0', // one power of two for 32 weights
})

const model = await open('pilot', {
  backend: 'wasm',
  weights: (tensor) =>
    tensor.shape.length === 2 && tensor.shape[0] % E2M2.block === 0 ? encodeTensor(tensor, E2M2) : tensor,
})

const instruction = process.argv[2] ?? 'drive two metres forward'
console.log(`${E2M2.name}, ${E2M2.bits} bits a weight, on ${model.backend.name} ${model.backend.isa}`)
console.log(JSON.stringify((await model.interpret(instruction)).actions))
await model.close()
