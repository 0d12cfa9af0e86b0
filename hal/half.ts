/**
 * 16-bit floats as bit patterns: IEEE half (f16) and brain float (bf16).
 * takes  a number or its 16 bits · gives the other; narrowing rounds to nearest, ties to even, as hardware does
 */
const float = new Float32Array(1)
const bits = new Uint32Array(float.buffer)

/** The value of an IEEE half: 1 sign bit, 5 exponent bits (bias 15), 10 fraction bits. Exact. */
export function f16ToF32(half: number): number {
  const sign = half & 0x8000 ? -1 : 1
  const exponent = (half >> 10) & 31
  const fraction = half & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 31) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY
  bits[0] = ((half & 0x8000) << 16) | ((exponent + 112) << 23) | (fraction << 13)
  return float[0]
}

export function f32ToF16(value: number): number {
  float[0] = value
  const b = bits[0]
  const sign = (b >>> 16) & 0x8000
  const rest = b & 0x7fffffff
  if (rest > 0x7f800000) return sign | 0x7e00 // NaN stays quiet NaN
  if (rest >= 0x477ff000) return sign | 0x7c00 // 65520 and more round to infinity
  if (rest < 0x38800000) return sign | roundEven(Math.abs(float[0]) * 2 ** 24) // subnormal: units of 2^-24
  return sign | ((rest - 0x38000000 + 0xfff + ((rest >>> 13) & 1)) >>> 13)
}

export function bf16ToF32(brain: number): number {
  bits[0] = brain << 16
  return float[0]
}

export function f32ToBf16(value: number): number {
  float[0] = value
  const b = bits[0]
  if ((b & 0x7fffffff) > 0x7f800000) return (b >>> 16) | 0x40
  return ((b + 0x7fff + ((b >>> 16) & 1)) >>> 16) & 0xffff
}

let table: Float32Array | undefined

/** All 65536 halves, built at first use (256 KiB); for decoding whole tensors. */
export function f16Table(): Float32Array {
  table ??= Float32Array.from({ length: 65536 }, (_, half) => f16ToF32(half))
  return table
}

function roundEven(x: number): number {
  const low = Math.floor(x)
  const over = x - low
  return over > 0.5 || (over === 0.5 && low & 1) ? low + 1 : low
}
