import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { grid } from '../../hal/dtypes/grids.js'
import * as hal from '../../hal/index.js'

/** A half written a second time: by the definition, in powers of two. */
const half = (bits: number) => {
  const s = bits >= 32768 ? -1 : 1
  const e = Math.floor(bits / 1024) % 32
  const f = (bits % 1024) / 1024
  return e === 31 ? (f ? Number.NaN : s / 0) : e === 0 ? s * f * 2 ** -14 : s * (1 + f) * 2 ** (e - 15)
}

const word = (b: Uint8Array, at: number) => b[at] + 256 * b[at + 1]
const bit = (b: Uint8Array, at: number, n: number) => Math.floor(b[at + Math.floor(n / 8)] / 2 ** (n % 8)) % 2
const nl = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]

/** FP4 by its definition: a sign, two exponent bits (bias 1), one fraction bit. */
const e2m1 = (q: number) => {
  const [sign, e, f] = [q >= 8 ? -1 : 1, Math.floor(q / 2) % 4, q % 2]
  return sign * (e === 0 ? f / 2 : (1 + f / 2) * 2 ** (e - 1))
}

/** Sign j of eight, of which seven are stored from bit `first` on: the eighth makes the number of minuses even. */
const sevenSign = ({ bytes, at, first }: { bytes: Uint8Array; at: number; first: number }, j: number) => {
  const minus = [0, 1, 2, 3, 4, 5, 6].map((n) => bit(bytes, at, first + n))
  return (j < 7 ? minus[j] : minus.reduce((a, b) => a + b) % 2) ? -1 : 1
}

/** Scale and minimum n of eight, from the twelve bytes behind d and dmin. */
const sixBit = (block: Uint8Array, n: number) => {
  const s = block.slice(4, 16)
  return n < 4
    ? [s[n] % 64, s[n + 4] % 64]
    : [(s[n + 4] % 16) + 16 * Math.floor(s[n - 4] / 64), Math.floor(s[n + 4] / 16) + 16 * Math.floor(s[n] / 64)]
}

/** What each weight of a block is, one weight at a time, straight from the format's description. */
const weight: Record<string, (b: Uint8Array, i: number, total: number) => number> = {
  F32: (b, i) => new DataView(b.buffer, b.byteOffset).getFloat32(4 * i, true),
  F16: (b, i) => half(b[2 * i] + 256 * b[2 * i + 1]),
  BF16: (b, i) => {
    const four = new DataView(Uint8Array.of(0, 0, b[2 * i], b[2 * i + 1]).buffer)
    return four.getFloat32(0, true)
  },
  I32: (b, i) => (b[4 * i] + 256 * b[4 * i + 1] + 65536 * b[4 * i + 2] + 2 ** 24 * b[4 * i + 3]) | 0,
  Q8_0: (b, i) => {
    const block = b.slice(34 * Math.floor(i / 32))
    const q = block[2 + (i % 32)]
    return half(block[0] + 256 * block[1]) * (q > 127 ? q - 256 : q)
  },
  Q4_0: (b, i) => {
    const block = b.slice(18 * Math.floor(i / 32))
    const j = i % 32
    const q = j < 16 ? block[2 + j] % 16 : Math.floor(block[2 + j - 16] / 16)
    return half(block[0] + 256 * block[1]) * (q - 8)
  },
  TQ1_0: (b, i) => {
    const block = b.slice(54 * Math.floor(i / 256))
    const j = i % 256
    const [byte, digit] =
      j < 160
        ? [block[j % 32], Math.floor(j / 32)]
        : j < 240
          ? [block[32 + ((j - 160) % 16)], Math.floor((j - 160) / 16)]
          : [block[48 + ((j - 240) % 4)], Math.floor((j - 240) / 4)]
    // The byte is a fraction of 256; its digits in base 3, most significant first.
    let fraction = byte
    for (let n = 0; n < digit; n++) fraction = (fraction * 3) % 256
    return half(block[52] + 256 * block[53]) * (Math.floor((fraction * 3) / 256) - 1)
  },
  TQ2_0: (b, i) => {
    const block = b.slice(66 * Math.floor(i / 256))
    const j = i % 256
    const byte = block[32 * Math.floor(j / 128) + (j % 32)]
    const code = Math.floor(byte / 4 ** (Math.floor(j / 32) % 4)) % 4
    return half(block[64] + 256 * block[65]) * (code - 1)
  },
  I2_S: (b, i, total) => {
    const byte = b[32 * Math.floor(i / 128) + (i % 32)]
    const code = Math.floor(byte / 4 ** (3 - (Math.floor(i / 32) % 4))) % 4
    return new DataView(b.buffer, b.byteOffset).getFloat32(total / 4, true) * (code - 1)
  },
  Q4_1: (b, i) => {
    const block = b.slice(20 * Math.floor(i / 32))
    const j = i % 32
    const q = j < 16 ? block[4 + j] % 16 : Math.floor(block[4 + j - 16] / 16)
    return half(word(block, 0)) * q + half(word(block, 2))
  },
  Q5_0: (b, i) => {
    const block = b.slice(22 * Math.floor(i / 32))
    const j = i % 32
    const nibble = j < 16 ? block[6 + j] % 16 : Math.floor(block[6 + j - 16] / 16)
    return half(word(block, 0)) * (nibble + 16 * bit(block, 2, j) - 16)
  },
  Q5_1: (b, i) => {
    const block = b.slice(24 * Math.floor(i / 32))
    const j = i % 32
    const nibble = j < 16 ? block[8 + j] % 16 : Math.floor(block[8 + j - 16] / 16)
    return half(word(block, 0)) * (nibble + 16 * bit(block, 4, j)) + half(word(block, 2))
  },
  Q2_K: (b, i) => {
    const block = b.slice(84 * Math.floor(i / 256))
    const [h, j, l] = [Math.floor((i % 256) / 128), Math.floor((i % 128) / 32), i % 32]
    const scale = block[8 * h + 2 * j + (l < 16 ? 0 : 1)]
    const q = Math.floor(block[16 + 32 * h + l] / 4 ** j) % 4
    return half(word(block, 80)) * (scale % 16) * q - half(word(block, 82)) * Math.floor(scale / 16)
  },
  Q3_K: (b, i) => {
    const block = b.slice(110 * Math.floor(i / 256))
    const [h, j, l] = [Math.floor((i % 256) / 128), Math.floor((i % 128) / 32), i % 32]
    const n = 8 * h + 2 * j + (l < 16 ? 0 : 1)
    // All sixteen scales, by the words' bits: twelve bytes are 8 low-nibble pairs, then four bytes of high pairs.
    const low = n < 8 ? block[96 + n] % 16 : Math.floor(block[96 + n - 8] / 16)
    const high = Math.floor(block[104 + (n % 4)] / 4 ** Math.floor(n / 4)) % 4
    const q = (Math.floor(block[32 + 32 * h + l] / 4 ** j) % 4) - 4 * (1 - bit(block, l, 4 * h + j))
    return half(word(block, 108)) * (low + 16 * high - 32) * q
  },
  Q4_K: (b, i) => {
    const block = b.slice(144 * Math.floor(i / 256))
    const [n, l] = [Math.floor((i % 256) / 32), i % 32]
    const q = Math.floor(block[16 + 32 * Math.floor(n / 2) + l] / 16 ** (n % 2)) % 16
    const [sc, m] = sixBit(block, n)
    return half(word(block, 0)) * sc * q - half(word(block, 2)) * m
  },
  Q5_K: (b, i) => {
    const block = b.slice(176 * Math.floor(i / 256))
    const [n, l] = [Math.floor((i % 256) / 32), i % 32]
    const q = (Math.floor(block[48 + 32 * Math.floor(n / 2) + l] / 16 ** (n % 2)) % 16) + 16 * bit(block, 16 + l, n)
    const [sc, m] = sixBit(block, n)
    return half(word(block, 0)) * sc * q - half(word(block, 2)) * m
  },
  Q6_K: (b, i) => {
    const block = b.slice(210 * Math.floor(i / 256))
    const [h, run, l] = [Math.floor((i % 256) / 128), Math.floor((i % 128) / 32), i % 32]
    const byte = block[64 * h + l + [0, 32, 0, 32][run]]
    const low = run < 2 ? byte % 16 : Math.floor(byte / 16)
    const high = Math.floor(block[128 + 32 * h + l] / 4 ** run) % 4
    const scale = new Int8Array(block)[192 + Math.floor((i % 256) / 16)]
    return half(word(block, 208)) * scale * (low + 16 * high - 32)
  },
  IQ4_NL: (b, i) => {
    const block = b.slice(18 * Math.floor(i / 32))
    const j = i % 32
    return half(word(block, 0)) * nl[j < 16 ? block[2 + j] % 16 : Math.floor(block[2 + j - 16] / 16)]
  },
  IQ4_XS: (b, i) => {
    const block = b.slice(136 * Math.floor(i / 256))
    const [n, j] = [Math.floor((i % 256) / 32), i % 32]
    const low = Math.floor(block[4 + Math.floor(n / 2)] / 16 ** (n % 2)) % 16
    const high = Math.floor(word(block, 2) / 4 ** n) % 4
    const q = j < 16 ? block[8 + 16 * n + j] % 16 : Math.floor(block[8 + 16 * n + j - 16] / 16)
    return half(word(block, 0)) * (low + 16 * high - 32) * nl[q]
  },
  MXFP4: (b, i) => {
    const block = b.slice(17 * Math.floor(i / 32))
    const j = i % 32
    return 2 ** (block[0] - 127) * e2m1(j < 16 ? block[1 + j] % 16 : Math.floor(block[1 + j - 16] / 16))
  },
  NVFP4: (b, i) => {
    const block = b.slice(36 * Math.floor(i / 64))
    const [n, j] = [Math.floor((i % 64) / 16), i % 16]
    const [e, f] = [Math.floor(block[n] / 8) % 16, block[n] % 8]
    const scale = e === 15 && f === 7 ? 0 : e === 0 ? (f / 8) * 2 ** -6 : (1 + f / 8) * 2 ** (e - 7)
    return scale * e2m1(j < 8 ? block[4 + 8 * n + j] % 16 : Math.floor(block[4 + 8 * n + j - 8] / 16))
  },
  Q1_0: (b, i) => {
    const block = b.slice(18 * Math.floor(i / 128))
    return half(word(block, 0)) * (2 * bit(block, 2, i % 128) - 1)
  },
  Q2_0: (b, i) => {
    const block = b.slice(18 * Math.floor(i / 64))
    return half(word(block, 0)) * (bit(block, 2, 2 * (i % 64)) + 2 * bit(block, 2, 2 * (i % 64) + 1) - 1)
  },
  IQ2_XXS: (b, i) => {
    const block = b.slice(66 * Math.floor(i / 256))
    const [n, l, j] = [Math.floor((i % 256) / 32), Math.floor((i % 32) / 8), i % 8]
    const signs = { bytes: block, at: 2 + 8 * n + 4, first: 7 * l }
    const scale = Math.floor(block[2 + 8 * n + 7] / 16) + 0.5
    return half(word(block, 0)) * scale * 0.25 * sevenSign(signs, j) * grid('IQ2_XXS')[8 * block[2 + 8 * n + l] + j]
  },
  IQ2_XS: (b, i) => {
    const block = b.slice(74 * Math.floor(i / 256))
    const [g, j] = [Math.floor((i % 256) / 8), i % 8]
    const signs = { bytes: block, at: 2 + 2 * g, first: 9 }
    const scale = Math.floor(block[66 + Math.floor(g / 4)] / (g % 4 < 2 ? 1 : 16)) % 16
    return (
      half(word(block, 0)) *
      (0.5 + scale) *
      0.25 *
      sevenSign(signs, j) *
      grid('IQ2_XS')[8 * (word(block, 2 + 2 * g) % 512) + j]
    )
  },
  IQ2_S: (b, i) => {
    const block = b.slice(82 * Math.floor(i / 256))
    const [g, j] = [Math.floor((i % 256) / 8), i % 8]
    const index = block[2 + g] + 256 * bit(block, 66, 2 * g) + 512 * bit(block, 66, 2 * g + 1)
    const scale = Math.floor(block[74 + Math.floor(g / 4)] / (g % 4 < 2 ? 1 : 16)) % 16
    return (
      half(word(block, 0)) * (0.5 + scale) * 0.25 * (1 - 2 * bit(block, 34, i % 256)) * grid('IQ2_S')[8 * index + j]
    )
  },
  IQ3_XXS: (b, i) => {
    const block = b.slice(98 * Math.floor(i / 256))
    const [n, l, j] = [Math.floor((i % 256) / 32), Math.floor((i % 32) / 8), i % 8]
    const signs = { bytes: block, at: 66 + 4 * n, first: 7 * l }
    const scale = Math.floor(block[66 + 4 * n + 3] / 16) + 0.5
    const index = block[2 + Math.floor((i % 256) / 4)]
    return half(word(block, 0)) * scale * 0.5 * sevenSign(signs, j) * grid('IQ3_XXS')[4 * index + (i % 4)]
  },
  IQ3_S: (b, i) => {
    const block = b.slice(110 * Math.floor(i / 256))
    const g = Math.floor((i % 256) / 4)
    const index = block[2 + g] + 256 * bit(block, 66, g)
    const n = Math.floor((i % 256) / 32)
    const scale = Math.floor(block[106 + Math.floor(n / 2)] / (n % 2 ? 16 : 1)) % 16
    return (
      half(word(block, 0)) * (1 + 2 * scale) * (1 - 2 * bit(block, 74, i % 256)) * grid('IQ3_S')[4 * index + (i % 4)]
    )
  },
  IQ1_S: (b, i) => {
    const block = b.slice(50 * Math.floor(i / 256))
    const [g, n, j] = [Math.floor((i % 256) / 8), Math.floor((i % 256) / 32), i % 8]
    const h = word(block, 34 + 2 * n)
    const index = block[2 + g] + 256 * (Math.floor(h / 8 ** (g % 4)) % 8)
    const move = h >= 32768 ? -1 / 8 : 1 / 8
    return half(word(block, 0)) * (2 * (Math.floor(h / 4096) % 8) + 1) * (grid('IQ1')[8 * index + j] + move)
  },
  IQ1_M: (b, i) => {
    const block = b.slice(56 * Math.floor(i / 256))
    const [g, j] = [Math.floor((i % 256) / 8), i % 8]
    const tops = [0, 1, 2, 3].map((n) => Math.floor(block[49 + 2 * n] / 16))
    const d = half(tops[0] + 16 * tops[1] + 256 * tops[2] + 4096 * tops[3])
    const n = Math.floor(g / 2) // a scale for 16 weights, four to a word
    const scale = Math.floor(word(block, 48 + 2 * Math.floor(n / 4)) / 8 ** (n % 4)) % 8
    const high = Math.floor(block[32 + Math.floor(g / 2)] / (g % 2 ? 16 : 1)) % 16
    const move = high >= 8 ? -1 / 8 : 1 / 8
    return d * (2 * scale + 1) * (grid('IQ1')[8 * (block[g] + 256 * (high % 8)) + j] + move)
  },
  ...Object.fromEntries([1, 2, 3, 4].map((bits) => [`LU${bits}`, planes(bits)])),
  ...Object.fromEntries([2, 3, 4, 8].map((bits) => [`LZ${bits}`, zeroPoint(bits, 128)])),
  ...Object.fromEntries([2, 3, 4, 8].map((bits) => [`LZ${bits}_32`, zeroPoint(bits, 32)])),
  LT2: (b, i, total) => {
    const code = Math.floor(b[Math.floor(i / 4)] / 4 ** (i % 4)) % 4
    return new DataView(b.buffer, b.byteOffset).getFloat32(total / 4, true) * (code - 1)
  },
}

/** Bit by bit, as hal/dtypes/planes.ts says. */
function planes(bits: number) {
  return (b: Uint8Array, i: number) => {
    const block = b.slice((16 * bits + 4) * Math.floor(i / 128))
    const j = i % 128
    const bit = (plane: number) => Math.floor(block[16 * plane + Math.floor(j / 8)] / 2 ** (j % 8)) % 2
    const code = Array.from({ length: bits }, (_, plane) => 2 ** plane * bit(plane)).reduce((a, c) => a + c)
    return half(word(block, 16 * bits)) * code + half(word(block, 16 * bits + 2))
  }
}

/** Bit by bit, as hal/dtypes/zero-point.ts says. */
function zeroPoint(bits: number, size: number) {
  return (b: Uint8Array, i: number) => {
    const block = b.slice((4 + (size * bits) / 8) * Math.floor(i / size))
    const first = 32 + bits * (i % size)
    const code = Array.from({ length: bits }, (_, n) => 2 ** n * bit(block, 0, first + n)).reduce((a, c) => a + c)
    return half(word(block, 0)) * (code - word(block, 2))
  }
}

/** Where a block holds halves. */
const halvesAt: Record<string, readonly number[]> = {
  ...{ Q8_0: [0], Q4_0: [0], Q4_1: [0, 2], Q5_0: [0], Q5_1: [0, 2], IQ4_NL: [0], IQ4_XS: [0], Q1_0: [0], Q2_0: [0] },
  ...{ IQ2_XXS: [0], IQ2_XS: [0], IQ2_S: [0], IQ1_S: [0], IQ1_M: [54] },
  ...{
    Q2_K: [80, 82],
    Q3_K: [108],
    Q4_K: [0, 2],
    Q5_K: [0, 2],
    Q6_K: [208],
    IQ3_XXS: [0],
    IQ3_S: [0],
    TQ1_0: [52],
    TQ2_0: [64],
    LU1: [16, 18],
    LU2: [32, 34],
    LU3: [48, 50],
    LU4: [64, 66],
  },
  ...{ LZ2: [0], LZ3: [0], LZ4: [0], LZ8: [0], LZ2_32: [0], LZ3_32: [0], LZ4_32: [0], LZ8_32: [0] },
}

/** Every byte value appears; halves and tails are kept finite by their upper byte. */
function paint(dtype: hal.DType, total: number): Uint8Array {
  const bytes = new Uint8Array(hal.tensorBytes(dtype, total) + 3).subarray(3) // an odd offset, as in mapped files
  for (let i = 0; i < bytes.length; i++) bytes[i] = (i * 131 + 17 * (i >> 8)) & 255
  if (dtype.name === 'F16' || dtype.name === 'BF16') for (let i = 1; i < bytes.length; i += 2) bytes[i] &= 0xbb
  if (dtype.name === 'F32') for (let i = 3; i < bytes.length; i += 4) bytes[i] &= 0xbe
  for (const at of halvesAt[dtype.name] ?? [])
    for (let i = at + 1; i < bytes.length; i += dtype.blockBytes) bytes[i] &= 0xbb
  if (dtype.name.startsWith('LZ')) for (let i = 3; i < bytes.length; i += dtype.blockBytes) bytes[i] &= 1
  if (dtype.name === 'MXFP4') for (let i = 0; i < bytes.length; i += 17) bytes[i] = 100 + (bytes[i] & 63)
  if (dtype.tailBytes) new DataView(bytes.buffer, 3).setFloat32(bytes.length - dtype.tailBytes, 0.0123, true)
  return bytes
}

describe.each(hal.dtypes)('$name', (dtype) => {
  it('decodes every weight as its description says', () => {
    const total = dtype.block * Math.ceil(1030 / dtype.block)
    const bytes = paint(dtype, total)
    const out = new Float32Array(total)
    dtype.decode(bytes, total, 0, total, out)
    const expected = Float32Array.from({ length: total }, (_, i) => weight[dtype.name](bytes, i, total))
    expect(new Set(expected).size).toBeGreaterThan(2)
    expect(out).toEqual(expected)
  })

  it('decodes any range that starts at a block, and writes nothing beyond it', () => {
    const total = dtype.block * 6
    const bytes = paint(dtype, total)
    const all = new Float32Array(total)
    dtype.decode(bytes, total, 0, total, all)
    for (const from of [0, dtype.block, dtype.block * 5])
      for (const count of [0, 1, dtype.block - 1, dtype.block]) {
        const out = new Float32Array(dtype.block + 2).fill(7)
        dtype.decode(bytes, total, from, count, out)
        expect(out.slice(0, count)).toEqual(all.slice(from, from + count))
        expect(out.slice(count).every((x) => x === 7)).toBe(true)
      }
  })

  it('says what its size is and refuses what does not fit', () => {
    expect(dtype.bits).toBe((8 * dtype.blockBytes) / dtype.block)
    const total = dtype.block * 2
    const bytes = paint(dtype, total)
    const out = new Float32Array(total)
    const kind = (f: () => void) => {
      try {
        f()
      } catch (error) {
        return (error as hal.LutraError).kind
      }
    }
    expect(kind(() => dtype.decode(bytes.subarray(1), total, 0, 1, out))).toBe('mismatch')
    expect(kind(() => dtype.decode(bytes, total, 0, total + 1, new Float32Array(total + 1)))).toBe('mismatch')
    expect(kind(() => dtype.decode(bytes, total, 0, 2, new Float32Array(1)))).toBe('mismatch')
    if (dtype.block > 1) {
      expect(kind(() => dtype.decode(bytes, total, 1, 1, out))).toBe('mismatch')
      expect(kind(() => hal.tensorBytes(dtype, dtype.block + 1))).toBe('mismatch')
    }
  })

  it('is found by its id and its name', () => {
    if (dtype.gguf !== undefined) expect(hal.dtypeOf(dtype.gguf)).toBe(dtype)
    expect(hal.dtypeByName(dtype.name.toLowerCase())).toBe(dtype)
  })
})

describe('the list of formats', () => {
  it('has each name and each id once', () => {
    const ids = hal.dtypes.flatMap((dtype) => dtype.gguf ?? [])
    expect(new Set(ids).size).toBe(ids.length)
    expect(new Set(hal.dtypes.map((dtype) => dtype.name)).size).toBe(hal.dtypes.length)
  })

  it('refuses unknown ids and names, and what forks of BitNet renamed', () => {
    expect(() => hal.dtypeOf(999)).toThrow(/found 999/)
    expect(hal.dtypeOf(36).name).toBe('I2_S')
    expect(() => hal.dtypeByName('Q9')).toThrow(/Expected a number format/)
  })
})

it.each([
  ['IQ2_XXS', '05826b5d3e472a3a'],
  ['IQ2_XS', '06e47aaca60b4dc1'],
  ['IQ2_S', 'e1aa1473412b0552'],
  ['IQ3_XXS', '46e35f5a997efdee'],
  ['IQ3_S', 'bd1af4945a1717c6'],
  ['IQ1', '07540ffc1aeaf6ad'],
] as const)("the grid %s is the format's", (name, hash) => {
  const values = grid(name)
  expect(createHash('sha256').update(new Uint8Array(values.buffer)).digest('hex').slice(0, 16)).toBe(hash)
})

describe('half', () => {
  it('reads every half, and writes each back to its own bits', () => {
    for (let bits = 0; bits < 65536; bits++) {
      const value = half(bits)
      if (!Object.is(hal.f16ToF32(bits), value)) expect([bits, hal.f16ToF32(bits)]).toEqual([bits, value])
      if (!Number.isNaN(value) && hal.f32ToF16(value) !== bits)
        expect([bits, hal.f32ToF16(value)]).toEqual([bits, bits])
    }
    expect(hal.f16ToF32(hal.f32ToF16(Number.NaN))).toBeNaN()
  })

  it('rounds to the nearest half, ties to the even one', () => {
    for (let bits = 0; bits < 0x7bff; bits += 7) {
      const [low, high] = [half(bits), half(bits + 1)]
      const middle = (low + high) / 2
      expect(hal.f32ToF16(middle)).toBe(bits % 2 ? bits + 1 : bits)
      expect(hal.f32ToF16(low + (high - low) * 0.25)).toBe(bits)
      expect(hal.f32ToF16(-(low + (high - low) * 0.75))).toBe(0x8000 + bits + 1)
    }
    expect(hal.f32ToF16(65519)).toBe(0x7bff)
    expect(hal.f32ToF16(65520)).toBe(0x7c00)
    expect(hal.f32ToF16(1e30)).toBe(0x7c00)
  })

  it('rounds to bf16 likewise', () => {
    for (const bits of [0, 1, 0x7f, 0x3f80, 0x3f81, 0xbf80, 0x7f7f, 0x7f80])
      expect(hal.f32ToBf16(hal.bf16ToF32(bits))).toBe(bits)
    expect(hal.f32ToBf16(1 + 2 ** -8)).toBe(0x3f80)
    expect(hal.f32ToBf16(1 + 3 * 2 ** -8)).toBe(0x3f82)
    expect(hal.bf16ToF32(hal.f32ToBf16(Number.NaN))).toBeNaN()
  })
})
