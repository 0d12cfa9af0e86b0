/** WebAssembly SIMD: 128-bit registers on any host; instruction counts are those of V8 on x64 with AVX. */
import type { TDevice } from './device.js'

const i8 = { kind: 'integer', least: -32768, most: 32767 } as const

export const wasmSimd128: TDevice = {
  name: 'wasm-simd128',
  needs: ['wasm-simd128'],
  register: { count: 16, bytes: 16 },
  layers: [
    { name: 'memory', transaction: 64, bytesPerSecond: 10e9 },
    { name: 'L2', transaction: 64, bytes: 512 << 10, bytesPerSecond: 40e9 },
    { name: 'L1', transaction: 16, bytes: 32 << 10 },
  ],
  cores: [
    {
      name: 'lut4',
      tile: { tokens: 1, rows: 16, columns: 4 },
      weights: { kind: 'planes', mostBits: 5 },
      activations: 'i8',
      sums: 'i32',
      lane: 8,
      instructions: 6.5, // i8x16.swizzle is two on x64; two sums in a 16-bit lane take three; the table's load is shared
    },
    {
      name: 'dot7',
      tile: { tokens: 1, rows: 4, columns: 4 },
      weights: { kind: 'integer', least: 0, most: 127 },
      activations: 'i8',
      sums: 'i32',
      lane: 8,
      instructions: 2.25, // three on x64 without VNNI
      needs: ['wasm-relaxed-simd'],
    },
    {
      name: 'dot16',
      tile: { tokens: 1, rows: 4, columns: 2 },
      weights: i8,
      activations: 'i8',
      sums: 'i32',
      lane: 16,
      instructions: 1.5, // what its loads and additions cost beside the product was measured, not counted
    },
    {
      name: 'f32x4',
      tile: { tokens: 1, rows: 4, columns: 1 },
      weights: { kind: 'float' },
      activations: 'f32',
      sums: 'f32',
      lane: 32,
      instructions: 2.25,
    },
  ],
  convert: { slice: 2, table: 1.5, widen: 1.5, step: 1, gather: 3 },
  instructionsPerSecond: 6e9,
  source:
    'counted for V8 11.3 on x64; the rate is set so that predictions meet what `lutra tune --backend wasm` measures; bandwidth estimated',
}
