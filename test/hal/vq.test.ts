import { describe, expect, it } from 'vitest'
import { dtypeByName, fillsBlocks, isNamed, vqOf, vqType } from '../../hal/dtypes/index.js'
import { f32ToF16 } from '../../hal/half.js'
import { takeApart } from '../../hal/take-apart.js'
import { elementsOf } from '../../kernels/ladder/type/elements.js'
import { random } from '../kernels/random.js'
import { randomVq, vqGeometries } from '../kernels/random-vq.js'

/** A weight by the description in docs/vq.md, one bit at a time. */
function weight(
  bytes: Uint8Array,
  { codeBits, lanes, rows, span, cols }: (typeof vqGeometries)[number],
  r: number,
  c: number,
): number {
  const entries = 2 ** codeBits
  const group = 2 + entries * lanes + (rows * span * codeBits) / lanes / 8
  const at = (Math.floor(r / rows) * (cols / span) + Math.floor(c / span)) * group
  const vector = (r % rows) * (span / lanes) + Math.floor((c % span) / lanes)
  let code = 0
  for (let b = 0; b < codeBits; b++) {
    const bit = vector * codeBits + b
    code += 2 ** b * (Math.floor(bytes[at + 2 + entries * lanes + Math.floor(bit / 8)] / 2 ** (bit % 8)) % 2)
  }
  const entry = bytes[at + 2 + (c % lanes) * entries + code]
  const half = bytes[at] + 256 * bytes[at + 1]
  const scale = (1 + (half % 1024) / 1024) * 2 ** ((Math.floor(half / 1024) % 32) - 15)
  return Math.fround(scale * (entry > 127 ? entry - 256 : entry))
}

describe.each(vqGeometries)('codes of $codeBits bits for $lanes, groups of $rows × $span of $cols', (geometry) => {
  const type = vqType(geometry)
  const { rows, cols } = geometry
  const tensor = randomVq('w', type, [cols, 3 * rows], random(1))
  const total = 3 * rows * cols
  const whole = new Float32Array(total)
  type.decode(tensor.bytes, total, 0, total, whole)

  it('decodes as it is described', () => {
    const described = whole.map((_, i) => weight(tensor.bytes, geometry, Math.floor(i / cols), i % cols))
    expect(described).toEqual(whole)
  })

  it('decodes any part that begins with a block', () => {
    for (const count of [1, cols - 1, cols, cols + 1, rows * cols + 3]) {
      const part = new Float32Array(count)
      type.decode(tensor.bytes, total, rows * cols, count, part)
      expect(part).toEqual(whole.subarray(rows * cols, rows * cols + count))
    }
  })

  it('is the same type by its name and by its id', () => {
    expect(dtypeByName(type.name)).toBe(type)
    expect(vqOf(type.gguf as number, cols)).toBe(type)
    expect(isNamed(type)).toBe(true)
  })

  it('comes apart into bytes and scales, without loss', () => {
    const apart = takeApart(type, tensor.bytes, 3 * rows, cols)
    const group = (i: number) => Math.floor(i / geometry.span)
    expect(Float32Array.from(apart?.values ?? [], (value, i) => value * (apart?.scales[group(i)] ?? 0))).toEqual(whole)
    const { codes, scales = [] } = elementsOf(type, tensor.bytes, 3 * rows, cols, rows, 2 * rows)
    expect(Float32Array.from(codes, (code, i) => (code - 128) * scales[group(i)])).toEqual(
      whole.subarray(rows * cols, 2 * rows * cols),
    )
  })
})

describe('types of other shapes', () => {
  const right = { codeBits: 4, lanes: 2, rows: 8, span: 256, cols: 768 }
  it.each([
    [{ codeBits: 9 }, 'unsupported'],
    [{ codeBits: 0 }, 'unsupported'],
    [{ lanes: 3 }, 'unsupported'],
    [{ rows: 12 }, 'unsupported'],
    [{ rows: 512 }, 'unsupported'],
    [{ span: 48 }, 'unsupported'],
    [{ span: 544 }, 'unsupported'],
    [{ cols: 300 }, 'mismatch'],
    [{ cols: 0 }, 'mismatch'],
    [{ cols: Number.NaN }, 'mismatch'],
  ])('%j are refused', (wrong, kind) => {
    expect(() => vqType({ ...right, ...wrong })).toThrow(expect.objectContaining({ kind }))
  })

  it('are told from their bytes', () => {
    const type = vqType(right)
    expect(type.name).toBe('VQ2D_K16_8X256_OF768')
    expect(type.gguf).toBe(0x5651_0000 + 3 + 8 + 3 * 32 + 7 * 512)
    expect(type.bits).toBe((8 * (2 + 32 + 512)) / 2048)
    expect(vqOf(2, 256)).toBeUndefined()
    expect(vqOf(0x5651_2000, 256)).toBeUndefined()
    expect(() => dtypeByName('VQ3D_K16_8X256_OF768')).toThrow(/VQ3D/)
    expect([[768, 16], [768, 12], [256, 24], [768]].map((shape) => fillsBlocks(type, shape))).toEqual([
      ...[true, false, false, false],
    ])
  })

  it('keep their scale where it is infinite or not a number, as other formats do', () => {
    const type = vqType(right)
    const { bytes } = randomVq('w', type, [768, 8], random(2))
    bytes.set([f32ToF16(Number.POSITIVE_INFINITY) & 255, f32ToF16(Number.POSITIVE_INFINITY) >> 8])
    const out = new Float32Array(768 * 8)
    type.decode(bytes, out.length, 0, out.length, out)
    expect(out.subarray(0, 256).some((value) => !Number.isFinite(value))).toBe(true)
    expect(out.subarray(256, 768).every(Number.isFinite)).toBe(true)
  })
})
