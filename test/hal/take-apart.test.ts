/** Formats of whole numbers: what comes apart is, put together again, what decode gives, bit for bit. */
import { expect, it } from 'vitest'
import { dtypes, F16, I2_S, LT2, Q8_0, TQ2_0, tensorBytes } from '../../hal/dtypes/index.js'
import { f32ToF16 } from '../../hal/half.js'
import { notUniform, takeApart } from '../../hal/take-apart.js'
import { random } from '../kernels/random.js'

const uniform = dtypes.filter((each) => each.uniform)

it('are those with whole values and scales, not the plain floats', () => {
  const others = dtypes.filter((each) => !each.uniform).map(({ name }) => name)
  expect(others).toEqual(['F32', 'F16', 'BF16', 'I32'])
})

it.each(uniform.map((dtype) => [dtype.name, dtype] as const))('%s comes apart and together exactly', (_, dtype) => {
  const next = random(11)
  const [rows, cols] = [5, dtype.tailBytes > 0 && dtype.block === 4 ? 132 : 3 * dtype.block]
  const bytes = Uint8Array.from({ length: tensorBytes(dtype, rows * cols) }, () => next() * 256)
  const { bits, lowest } = dtype.uniform!
  if (dtype.name.startsWith('LZ'))
    // zero points are 0 … 256
    for (let at = 0; at < bytes.length; at += dtype.blockBytes) bytes[at + 3] = 0
  // Random bytes hold scales of any kind; not-a-number and infinity say nothing of the layout.
  const whole = new Float32Array(rows * cols)
  const decode = () => dtype.decode(bytes, rows * cols, 0, rows * cols, whole)
  for (decode(); whole.some((value) => !Number.isFinite(value)); decode())
    for (let at = 0; at + 1 < bytes.length; at++) if ((bytes[at + 1] & 0x7c) === 0x7c) bytes[at + 1] &= 0xbf
  const apart = takeApart(dtype, bytes, rows, cols)!
  const { values, scales, minima, segment } = apart
  expect(apart).toMatchObject({ rows, cols, bits, lowest })
  expect(scales.length).toBe(rows * Math.ceil(cols / segment))
  const together = Float32Array.from(values, (value, i) => {
    const s = Math.floor(i / segment)
    return scales[s] * value + (minima?.[s] ?? 0)
  })
  expect(together.findIndex((value, i) => value !== whole[i])).toBe(-1)
  const [least, most] = [Math.min(...values), Math.max(...values)]
  expect(least).toBeGreaterThanOrEqual(lowest)
  expect(most).toBeLessThan(lowest + 2 ** bits)
  if (dtype.uniform!.alphabet) expect([...new Set(values)].sort((a, b) => a - b)).toEqual(dtype.uniform!.alphabet)
  // Not wider than it needs to be.
  if (!dtype.ternary && !dtype.name.endsWith('FP4')) expect(most - least).toBeGreaterThan(2 ** (bits - 1) - 1)
})

it('says why a tensor does not come apart', () => {
  expect(notUniform(F16, 64)).toBe('F16 is no format of whole numbers and scales')
  expect(notUniform(TQ2_0, 128)).toBe('rows of 128 end within the 256 weights that share a scale')
  expect(takeApart(TQ2_0, new Uint8Array(132), 4, 128)).toBeUndefined()
  expect(takeApart(F16, new Uint8Array(128), 1, 64)).toBeUndefined()
  for (const dtype of [I2_S, LT2, Q8_0]) expect(notUniform(dtype, 128)).toBeUndefined()
})

it('keeps one scale for a tensor, for every row, and survives scales that are no numbers', () => {
  const bytes = new Uint8Array(tensorBytes(LT2, 8))
  bytes.set([0b10_01_00_10, 0b00_00_00_00])
  new DataView(bytes.buffer).setFloat32(2, 0.5, true)
  expect(takeApart(LT2, bytes, 2, 4)).toMatchObject({
    values: Int8Array.of(1, -1, 0, 1, -1, -1, -1, -1),
    scales: Float32Array.of(0.5, 0.5),
  })
  const broken = new Uint8Array(tensorBytes(Q8_0, 32))
  new DataView(broken.buffer).setUint16(0, f32ToF16(Number.NaN), true)
  broken[2] = 0x81
  const apart = takeApart(Q8_0, broken, 1, 32)!
  expect(apart.values[0]).toBe(-127)
  expect(apart.scales[0]).toBeNaN()
  expect(() => takeApart(Q8_0, new Uint8Array(33), 1, 32)).toThrow(/Expected 34 bytes/)
})
