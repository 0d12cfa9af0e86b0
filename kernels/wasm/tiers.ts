/** Instruction set tiers of the wasm engine, best first. */
export const tiers = [
  { name: 'wasm-relaxed-simd', needs: ['wasm-simd128', 'wasm-relaxed-simd'] },
  { name: 'wasm-simd128', needs: ['wasm-simd128'] },
] as const
