import { wasmBackend } from '../../kernels/wasm/index.js'
import { conform } from './conformance.js'

for (const threads of [1, 2])
  await conform({
    title: `wasm, ${threads} threads`,
    backend: wasmBackend,
    tables: true,
    options: { threads, isa: 'wasm-simd128' },
  })
