/** The instruction sets that C++ is emitted for, and which of them a device has. before ./linear */
import { avx2 } from './avx2.js'
import { neon } from './neon.js'
import { scalar } from './scalar.js'

export type CppIsa = 'scalar' | 'avx2' | 'neon'

/** Lanes as the preludes name them; no byte lanes: whole numbers are summed as floats of 64 bits. */
export const isas: Readonly<Record<CppIsa, { prelude: string; lanes: number; byteLanes: number }>> = {
  scalar: { prelude: scalar, lanes: 1, byteLanes: 0 },
  avx2: { prelude: avx2, lanes: 8, byteLanes: 32 },
  neon: { prelude: neon, lanes: 4, byteLanes: 16 },
}

/** The best that a device has, by hal's names of features. */
export function cppIsa(features: readonly string[]): CppIsa {
  if (features.includes('avx2') && features.includes('fma')) return 'avx2'
  return features.includes('neon') ? 'neon' : 'scalar'
}

export function flagsOf(isa: CppIsa, features: readonly string[]): readonly string[] {
  if (isa === 'avx2') return ['-mavx2', '-mfma']
  return isa === 'neon' && features.includes('dotprod') ? ['-march=armv8.2-a+dotprod'] : []
}
