import { conformWasm } from './wasm-tiers.js'

await conformWasm('wasm-simd128', 2)
await conformWasm('wasm-relaxed-simd', 2)
