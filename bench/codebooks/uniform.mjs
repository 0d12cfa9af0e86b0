/**
 * Uniform formats that no file holds, for measurements: whole numbers of `bits` bits, for each group of weights a scale in
 * half precision and, where asked for, a minimum in half precision. They join the lists of formats of this process alone:
 * U3_G128 (levels -4 … 3), U2_G32M (levels 0 … 3 and a minimum). U4_G32 is Q4_0, and U4_G32M Q4_1, for all methods but rtn and
 * imatrix: those take llama.cpp's encoders there, and here what error feedback fits scales with.
 */
import { dtypes } from '../../dist/hal/dtypes/index.js'
import { grids } from '../../dist/sdk/quantize/grid/index.js'
import { even, levels } from '../../dist/sdk/quantize/grid/levels.js'
import { nearestOf } from '../../dist/sdk/quantize/grid/nearest.js'
import { fitted, searchAffine, spans } from '../../dist/sdk/quantize/grid/scales/affine.js'
import { places, wholeNumbers } from '../../dist/sdk/quantize/grid/scales/alphabet.js'
import { load } from '../../dist/sdk/quantize/grid/scales/block.js'
import { roundHalf } from '../../dist/sdk/quantize/grid/scales/half.js'
import { searchScale } from '../../dist/sdk/quantize/grid/scales/search.js'

const scaleShares = (bits) => {
  const half = 2 ** (bits - 1)
  return bits === 4 ? places(6.4, 12.8, 16) : places(0.65 * half, 1.8 * half, 24)
}
const parts = {
  2: spans(3, even(0, 0.25, 5), even(0.5, 1.1, 6), false),
  3: spans(7, even(0, 0.12, 3), even(0.6, 1.05, 8), false),
  4: spans(15, even(0, 0.06, 3), even(0.8, 1.05, 8), false),
}

/** Name of the format; its bits count codes, scales and minima. Groups are of 512 weights at most. */
export function uniform(bits, group, minimum = false) {
  const name = `U${bits}_G${group}${minimum ? 'M' : ''}`
  if (grids.some(({ dtype }) => dtype.name === name)) return name
  const least = minimum ? 0 : -(2 ** (bits - 1))
  const list = levels(least, least + 2 ** bits - 1)
  const nearest = nearestOf(list)
  // Scale and minimum as floats, then a byte a code: nobody stores this.
  const blockBytes = 8 + group
  const header = new DataView(new ArrayBuffer(8))
  const store = (scales, minima, bytes, at) => {
    scales[0] = roundHalf(scales[0])
    minima[0] = minimum ? roundHalf(minima[0]) : 0
    header.setFloat32(0, scales[0], true)
    header.setFloat32(4, minima[0], true)
    bytes.set(new Uint8Array(header.buffer), at)
  }
  const dtype = {
    ...{ name, bits: bits + (minimum ? 32 : 16) / group, block: group, blockBytes, tailBytes: 0, ternary: false },
    decode(bytes, _total, from, count, out) {
      const view = new DataView(bytes.buffer, bytes.byteOffset)
      for (let o = 0; o < count; o += group) {
        const at = ((from + o) / group) * blockBytes
        const [scale, low] = [view.getFloat32(at, true), view.getFloat32(at + 4, true)]
        for (let i = 0; i < group; i++) out[o + i] = Math.fround(scale * list[bytes[at + 8 + i]]) + low
      }
    },
  }
  const alphabet = wholeNumbers(least, -least - 1, scaleShares(bits))
  const [scales, minima] = [new Float32Array(1), new Float32Array(1)]
  const grid = {
    ...{ dtype, block: group, segment: group, levels: list, minima: minimum, store },
    fit(values, importance, bytes, at, scales, minima) {
      load(values, importance, group, group)
      scales[0] = minimum ? searchAffine(0, group, parts[bits]) : searchScale(0, group, alphabet)
      minima[0] = fitted.minimum
      store(scales, minima, bytes, at)
    },
    encode(row, importance = new Float32Array(row.length).fill(1), bytes) {
      for (let i = 0, at = 0; i < row.length; i += group, at += blockBytes) {
        const values = row.subarray(i, i + group)
        grid.fit(values, importance.subarray(i, i + group), bytes, at, scales, minima)
        const codes = Uint8Array.from(values, (v) =>
          scales[0] === 0 ? nearest(0) : nearest((v - minima[0]) / scales[0]),
        )
        grid.write(codes, bytes, at)
      }
    },
    write: (codes, bytes, at) => bytes.set(codes, at + 8),
  }
  dtypes.push(dtype)
  grids.push(grid)
  return name
}

/** The widest group of at most so many weights that fills rows of `cols`: with 384 the whole row, or half of a longer one. */
export function widest(cols, most = 384) {
  for (let group = Math.min(cols, most); ; group--) if (cols % group === 0) return group
}
