/** The wasm engine on one thread by the whole suite; wasm.test.ts has it on several. */
import { conformWasm } from './wasm-tiers.js'

await conformWasm('wasm-simd128', 1)
await conformWasm('wasm-relaxed-simd', 1)
