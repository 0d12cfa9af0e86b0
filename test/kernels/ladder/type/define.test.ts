/** A user's format from a few lines: decoded as described, taken apart, filled, refused where it does not hold together. */
import { expect, it } from 'vitest'
import { tensorBytes } from '../../../../hal/dtypes/index.js'
import { f16ToF32, f32ToF16 } from '../../../../hal/half.js'
import { detectDevice } from '../../../../hal/index.js'
import * as b from '../../../../kernels/ladder/type/build.js'
import { defineType, dtypeFrom, type TypeDefinition } from '../../../../kernels/ladder/type/define.js'
import { elementsOf, notTyped } from '../../../../kernels/ladder/type/elements.js'
import { encode } from '../../../../kernels/ladder/type/encode.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'
import { tsBackend } from '../../../../kernels/ts/index.js'
import { normal, random } from '../../random.js'

/** Five bits, the exponent of 32 shared. */
const shared5: TypeDefinition = {
  ...{ name: 'shared5', bits: 5, group: 32, scale: 'e8m0' },
  decode: b.minifloat({ exponent: 2, fraction: 2 }),
}

function decode(dtype: ReturnType<typeof defineType>, bytes: Uint8Array, total: number): Float32Array {
  const out = new Float32Array(total)
  dtype.decode(bytes, total, 0, total, out)
  return out
}

it('lays codes out in natural order, then scales, and decodes them', () => {
  const dtype = defineType(shared5)
  expect(dtype).toMatchObject({ name: 'shared5', block: 32, blockBytes: 21, bits: 5.25, tailBytes: 0, ternary: false })
  const bytes = new Uint8Array(21)
  bytes[0] = 0b110_00100 // code 0 is 4 (1.0), the low three bits of code 1
  bytes[1] = 0b10 // ... 22: -1.5
  bytes[20] = 128
  expect([...decode(dtype, bytes, 32).subarray(0, 3)]).toEqual([2, -3, 0])
  expect(elementsOf(dtype, bytes, 1, 32)).toMatchObject({ group: 32, scales: Float32Array.of(2) })
})

it('places bits where a layout says, and refuses two in one place', () => {
  const planes: TypeDefinition = {
    ...{ name: 'planes', bits: 2, decode: b.unsigned(), group: 8, scale: 'f16', minimum: 'f16' },
    layout: { blockBytes: 6, code: (j, bit) => 32 + 8 * bit + j, scale: () => 0, minimum: () => 16 },
  }
  const dtype = defineType(planes)
  const bytes = Uint8Array.of(0, 0, 0, 0, 0b00000101, 0b00000110)
  new DataView(bytes.buffer).setUint16(0, f32ToF16(2), true)
  new DataView(bytes.buffer).setUint16(2, f32ToF16(-1), true)
  expect([...decode(dtype, bytes, 8)]).toEqual([1, 3, 5, -1, -1, -1, -1, -1])
  const layout = { ...planes.layout!, scale: () => 24 }
  expect(() => defineType({ ...planes, layout })).toThrow(/place of its own but found two at 32/)
  expect(() => defineType({ ...planes, layout: { ...layout, blockBytes: 5 } })).toThrow(/within its block of 5 bytes/)
  expect(() => defineType({ ...planes, layout: { blockBytes: 6, code: layout.code } })).toThrow(/where a scale lies/)
})

it('shares a second factor of scales in a block', () => {
  const dtype = defineType({
    ...{ name: 'twice', bits: 4, group: 16, block: 64, decode: b.signed(4) },
    scale: { bits: 6, decode: b.unsigned(), times: 'f16' },
  })
  expect(dtype.blockBytes).toBe(32 + 3 + 2)
  const next = random(1)
  const weights = Float32Array.from({ length: 256 }, (_, i) => normal(next) * (1 + (i >> 6)))
  const bytes = encode(dtype, weights)
  const { scales } = elementsOf(dtype, bytes, 1, 256)
  const d = f16ToF32(new DataView(bytes.buffer).getUint16(35, true))
  expect(scales![1] / d).toBe(Math.round(scales![1] / d))
  expect(error(weights, decode(dtype, bytes, 256))).toBeLessThan(0.02)
})

function error(w: Float32Array, found: Float32Array): number {
  const squares = (list: Float32Array) => list.reduce((sum, x) => sum + x * x, 0)
  return squares(w.map((x, i) => x - found[i])) / squares(w)
}

it('is filled with the nearest codes, better with a searched scale', () => {
  const dtype = defineType(shared5)
  const next = random(2)
  const weights = Float32Array.from({ length: 1024 }, () => normal(next))
  const [found, plain] = [encode(dtype, weights), encode(dtype, weights, { scale: 'max' })]
  const [a, c] = [found, plain].map((bytes) => error(weights, decode(dtype, bytes, 1024)))
  expect(a).toBeLessThanOrEqual(c)
  expect(c).toBeLessThan(0.02)
  // What it holds already it keeps exactly.
  const held = decode(dtype, found, 1024)
  expect(decode(dtype, encode(dtype, held), 1024)).toEqual(held)
})

it('survives the way to another thread as data', () => {
  const dtype = defineType(shared5)
  const again = dtypeFrom(structuredClone(ttypeOf(dtype)!))
  const bytes = Uint8Array.from({ length: 42 }, (_, i) => (i * 37) % 251)
  expect(decode(again, bytes, 64)).toEqual(decode(dtype, bytes, 64))
})

it('runs on the ts engine, which knows only the names of hal', async () => {
  const dtype = defineType(shared5)
  const next = random(3)
  const bytes = encode(
    dtype,
    Float32Array.from({ length: 64 * 3 }, () => normal(next)),
  )
  const x = Float32Array.from({ length: 64 }, () => normal(next))
  const engine = await tsBackend.open(detectDevice(), {})
  if ('absent' in engine) throw new Error(engine.absent)
  const y = await engine.linear!({ name: 'w', dtype, shape: [64, 3], bytes }, x, 1, 'float')
  await engine.close()
  const w = decode(dtype, bytes, 192)
  for (let r = 0; r < 3; r++)
    expect(y[r]).toBeCloseTo(
      x.reduce((sum, v, c) => sum + v * w[r * 64 + c], 0),
      4,
    )
})

it('says what does not hold together', () => {
  const refused = (change: Partial<TypeDefinition>) => () => defineType({ ...shared5, ...change })
  expect(refused({ name: 'Q4_0' })).toThrow(/hal has/)
  expect(refused({ name: 'a b' })).toThrow(/letters, digits/)
  expect(refused({ bits: 0 })).toThrow(/bits of a code of shared5 to be 1 to 32/)
  expect(refused({ group: 33, lanes: 2, decode: [b.real(1), b.real(2)] })).toThrow(/whole codes in a group/)
  expect(refused({ lanes: 2 })).toThrow(/decode 2 lanes but found 1/)
  expect(refused({ block: 48 })).toThrow(/whole groups in a block/)
  expect(refused({ decode: [1, 2, Number.POSITIVE_INFINITY] })).toThrow(/finite values/)
  expect(refused({ decode: b.minifloat({ exponent: 2, fraction: 2, special: 'ieee' }) })).toThrow(
    /found Infinity for 12/,
  )
  expect(refused({ decode: Array.from({ length: 33 }, () => 0) })).toThrow(/at most 32 codes/)
  expect(refused({ scale: 'f8' as 'f16' })).toThrow(/found "f8"/)
  expect(refused({ scale: { bits: 40, decode: b.unsigned() } })).toThrow(/1 to 32 bits but found 40/)
  expect(refused({ digits: { base: 40, count: 1, bits: 8 } })).toThrow(/digits of base 40/)
  expect(() => encode(defineType(shared5), Float32Array.of(...Array(31).fill(0), Number.NaN))).toThrow(/finite weights/)
  const dtype = defineType(shared5)
  expect(notTyped(dtype, 48)).toMatch(/rows of 48 end within the 32/)
  expect(tensorBytes(dtype, 64)).toBe(42)
})
