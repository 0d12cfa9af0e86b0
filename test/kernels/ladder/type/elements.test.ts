/** hal's formats as tTypes: codes, scales and minima put together are what the format decodes, for any range of rows. */
import { expect, it } from 'vitest'
import { dtypeByName, dtypes, F32, I32, LT2, TQ2_0 } from '../../../../hal/dtypes/index.js'
import { elementsOf, notTyped } from '../../../../kernels/ladder/type/elements.js'
import { evaluate, valuesOf } from '../../../../kernels/ladder/type/evaluate.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'
import type { Elements } from '../../../../kernels/ladder/type/ttype.js'
import { random, randomTensor } from '../../random.js'

const typed = dtypes.filter(ttypeOf)

it('are all but lists of indices', () => {
  expect(dtypes.filter((dtype) => !ttypeOf(dtype))).toEqual([I32])
  expect(notTyped(I32, 4)).toMatch(/described to nobody/)
})

it('have codes of no more bits than their values need', () => {
  const bits = (name: string) => ttypeOf(dtypeByName(name))?.bits
  const names = ['Q4_0', 'Q8_0', 'IQ4_NL', 'IQ4_XS', 'MXFP4', 'NVFP4', 'IQ2_XS', 'IQ3_XXS', 'IQ3_S', 'IQ1_S', 'TQ1_0']
  expect(names.map(bits)).toEqual([4, 8, 4, 4, 4, 4, 3, 4, 4, 3, 2])
})

/** scale · value + minimum, rounded once. */
function together({ type, codes, cols, group, scales, minima }: Elements): Float32Array {
  const value =
    type.bits > 16 ? (code: number) => evaluate(type.decode[0], code) : (code: number) => valuesOf(type)[code]
  expect(cols % group).toBe(0)
  return Float32Array.from({ length: codes.length }, (_, i) => {
    const g = Math.floor(i / group)
    return (scales?.[g] ?? 1) * value(codes[i]) + (minima?.[g] ?? 0)
  })
}

it.each(typed.map((dtype) => [dtype.name, dtype] as const))('%s, put together, is what it decodes to', (_, dtype) => {
  const [rows, cols] = [7, dtype === LT2 ? 12 : Math.max(dtype.block, 64) * 2]
  const { bytes } = randomTensor('w', dtype, [cols, rows], random(3))
  const truth = new Float32Array(rows * cols)
  dtype.decode(bytes, rows * cols, 0, rows * cols, truth)
  for (const [from, to] of [
    [0, rows],
    [2, 5],
    [6, 7],
    [3, 3],
  ]) {
    const elements = elementsOf(dtype, bytes, rows, cols, from, to)
    expect(elements).toMatchObject({ type: ttypeOf(dtype), rows: to - from, cols })
    expect(elements.codes.length).toBe((to - from) * cols)
    const found = together(elements)
    expect(found.findIndex((value, i) => value !== truth[from * cols + i])).toBe(-1)
  }
})

it('reads tensors longer than what it reads at a time, and rows that begin within a block', () => {
  for (const [name, rows, cols] of [
    ['Q4_K', 40, 512],
    ['LT2', 6, 6],
  ] as const) {
    const dtype = dtypeByName(name)
    const { bytes } = randomTensor('w', dtype, [cols, rows], random(4))
    const truth = new Float32Array(rows * cols)
    dtype.decode(bytes, rows * cols, 0, rows * cols, truth)
    expect(together(elementsOf(dtype, bytes, rows, cols))).toEqual(truth)
    expect(together(elementsOf(dtype, bytes, rows, cols, 1, 5))).toEqual(truth.subarray(cols, 5 * cols))
  }
})

it('views floats where they lie', () => {
  const bytes = new Uint8Array(Float32Array.of(1, 2, 3, 4, 5, 6).buffer)
  const { codes } = elementsOf(F32, bytes, 3, 2, 1, 3)
  expect(codes.buffer).toBe(bytes.buffer)
  expect(new Float32Array(codes.buffer, codes.byteOffset, 4)).toEqual(Float32Array.of(3, 4, 5, 6))
  const odd = new Uint8Array(25)
  odd.set(bytes, 1)
  expect(elementsOf(F32, odd.subarray(1), 3, 2).codes).toEqual(new Uint32Array(bytes.buffer))
})

it('says what does not fit', () => {
  expect(() => elementsOf(TQ2_0, new Uint8Array(132), 4, 128)).toThrow(/rows of 128 end within the 256/)
  expect(() => elementsOf(F32, new Uint8Array(12), 1, 4)).toThrow(/Expected 16 bytes of F32 but found 12/)
  expect(() => elementsOf(F32, new Uint8Array(16), 2, 2, 1, 3)).toThrow(/Expected rows within 0 … 2 but found 1 … 3/)
})
