/** What the scheduler proposes, on every device: proofs hold, alignments cover, costs rank. */
import { describe, expect, it } from 'vitest'
import { Q4_0, Q6_K, TQ2_0 } from '../../../hal/dtypes/index.js'
import { avx2, cortexA53, cortexA76, devices, wasmSimd128 } from '../../../kernels/ladder/device/index.js'
import { align } from '../../../kernels/ladder/schedule/align.js'
import { candidates } from '../../../kernels/ladder/schedule/candidates.js'
import { numbersOf } from '../../../kernels/ladder/schedule/numbers.js'
import { valuesOf } from '../../../kernels/ladder/type/evaluate.js'
import { FP8_E4M3, intType, NF4, ttypeOf, uintType } from '../../../kernels/ladder/type/index.js'

const types = [Q4_0, Q6_K, TQ2_0, NF4, FP8_E4M3, ...[1, 2, 3, 5, 8].flatMap((b) => [intType(b), uintType(b)])].map(
  (dtype) => ttypeOf(dtype)!,
)
const everything = ['dotprod', 'i8mm', 'avx-vnni', 'wasm-relaxed-simd']
const problem = (type: (typeof types)[number], activations: 'float' | 'int8' | 'exact' = 'float') => ({
  ...{ type, activations, rows: 4096, cols: 4096, tokens: 1 },
})

describe('scheduling', () => {
  it('finds a way for every type on every device', () => {
    for (const device of devices)
      for (const type of types)
        for (const mode of ['float', 'int8', 'exact'] as const) {
          const found = candidates(problem(type, mode), device, everything)
          expect(found.length, `${type.name} on ${device.name}`).toBeGreaterThan(0)
          const seconds = found.map(({ cost }) => cost.seconds)
          expect(seconds).toEqual([...seconds].sort((a, b) => a - b))
        }
  })

  it('converts without loss: packed codes and tables give every value back', () => {
    let proofs = 0
    for (const device of devices)
      for (const type of types)
        for (const { convert, core } of candidates(problem(type), device, everything)) {
          if (core.weights.kind === 'float') continue
          const values = valuesOf(type)
          const { numbers } = numbersOf(type)!
          const { recode, table, lowest, step, factor, bits } = convert
          values.forEach((value, code) => {
            const packed = recode ? recode[code] : code
            expect(packed).toBeLessThan(2 ** bits)
            const number = table ? table[packed] + lowest : packed * step + lowest
            expect(number).toBe(numbers[code])
            expect(number * factor).toBe(value)
            proofs++
          })
        }
    expect(proofs).toBeGreaterThan(1000)
  })

  it('picks cores that the features allow, the one nearest in bits first where memory does not decide', () => {
    const names = (device: Parameters<typeof candidates>[1], features: string[]) =>
      candidates(problem(ttypeOf(intType(8))!), device, features).map(({ core }) => core.name)
    expect(names(cortexA76, ['neon', 'dotprod'])[0]).toBe('sdot')
    expect(names(cortexA53, ['neon'])).not.toContain('sdot')
    expect(names(wasmSimd128, ['wasm-simd128'])).not.toContain('dot7')
    const low = (bits: number) => candidates(problem(ttypeOf(intType(bits))!), avx2, ['avx2'])[0].core.name
    expect(low(1)).toBe('pshufb')
    expect(low(8)).toBe('vfmadd') // 255 numbers do not fit in PMADDUBSW's 0 … 127: floats, until a core takes them
    const exact = candidates(problem(ttypeOf(Q4_0)!, 'exact'), wasmSimd128, everything)
    expect(exact.every(({ core }) => core.activations === 'f32')).toBe(true)
  })

  it('aligns groups to units, or to halves of one', () => {
    expect(align(undefined)).toEqual({ panel: 32 })
    expect(align(32)).toEqual({ group: 32, padded: 32, panel: 32 })
    expect(align(16)).toEqual({ group: 16, padded: 16, panel: 16 })
    expect(align(20)).toEqual({ group: 20, padded: 32, panel: 32 })
    expect(align(256)).toEqual({ group: 256, padded: 256, panel: 32 })
  })
})
