import { wasmBackend } from '../../kernels/wasm/index.js'
import { conform } from './conformance.js'

for (const threads of [1, 2])
  await conform({
    title: `wasm, ${threads} threads`,
    backend: wasmBackend,
    options: { threads, isa: 'wasm-simd128' },
    skips: ['I2_S', 'LT2'].map((name) => ({
      test: `int8 linear of ${name} is exactly equal`,
      reason: "linears are still plain floats; Ladder's integer sums come next",
    })),
  })
