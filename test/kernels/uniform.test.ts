/** Codes of one to four bits, and of eight, on every instruction set here: products, lossless tables, and averages for sums. */
import { describe, expect, it } from 'vitest'
import { dtypeByName, tensorBytes } from '../../hal/dtypes/index.js'
import { detectDevice, f32ToF16 } from '../../hal/index.js'
import { nativeBackend, nativeTiers } from '../../kernels/native/index.js'
import { normal, random } from './random.js'

const rows = 75
const cols = 1024
/** Where a block holds its scale and minimum. Zero points (LZ) follow the scale. */
const formats: Record<string, readonly number[]> = {
  ...{ Q1_0: [0], Q2_0: [0], Q4_0: [0], Q4_1: [0, 2] },
  ...{ LU1: [16, 18], LU2: [32, 34], LU3: [48, 50], LU4: [64, 66] },
  ...{ LZ2: [0], LZ3: [0], LZ4: [0], LZ8: [0], LZ2_32: [0], LZ3_32: [0], LZ4_32: [0], LZ8_32: [0] },
}
const tiers = nativeTiers().filter(({ missing }) => !missing)
if (tiers.length === 0) console.log('uniform formats on native: skipped: no native addon here')

describe.each(tiers)('$name', ({ name: isa }) => {
  it.each(Object.keys(formats))('multiplies by %s', async (format) => {
    const next = random(7)
    const dtype = dtypeByName(format)
    const bytes = Uint8Array.from({ length: tensorBytes(dtype, rows * cols) }, () => next() * 256)
    const view = new DataView(bytes.buffer)
    for (let at = 0; at < bytes.length; at += dtype.blockBytes)
      formats[format].forEach((place, i) => {
        view.setUint16(at + place, f32ToF16(i === 0 ? 0.1 + 0.1 * next() : -0.3 * next()), true)
      })
    if (format.startsWith('LZ'))
      for (let at = 0; at < bytes.length; at += dtype.blockBytes)
        view.setUint16(at + 2, (2 ** Number(format[2]) + 1) * next(), true)
    const weight = { name: format, dtype, shape: [cols, rows], bytes }
    const n = 3
    const x = Float32Array.from({ length: n * cols }, () => normal(next))
    const decoded = new Float32Array(rows * cols)
    dtype.decode(bytes, rows * cols, 0, rows * cols, decoded)
    const truth = Float64Array.from({ length: n * rows }, (_, i) => {
      const [t, r] = [Math.floor(i / rows), i % rows]
      return decoded.subarray(r * cols, (r + 1) * cols).reduce((sum, w, c) => sum + w * x[t * cols + c], 0)
    })
    const squares = (values: Float64Array) => values.reduce((sum, v) => sum + v * v, 0)
    const error: Record<string, number> = {}
    for (const algorithm of format.startsWith('LZ8') ? ['mad'] : ['mad', 'lut', 'fast']) {
      const engine = await nativeBackend.open(detectDevice(), { isa, threads: 2, algorithm })
      if ('absent' in engine) throw new Error(engine.absent)
      const y = await engine.linear!(weight, x, n, 'float')
      error[algorithm] = squares(truth.map((v, i) => y[i] - v)) / squares(truth)
      await engine.close()
    }
    // Activations of eight bits, a scale per 32: rounding errors of 1/254 of the largest, some 3e-5 squared and normalized.
    expect(error.mad).toBeLessThan(1e-4)
    if (error.lut === undefined) return // no tables for eight bits
    // The tables' scale is up to half as coarse again where four neighbours are large.
    expect(error.lut).toBeLessThan(1.5e-4)
    // Averages round at every step, which is why nothing chooses them unasked.
    expect(error.fast).toBeGreaterThan(error.lut)
    expect(error.fast).toBeLessThan(2e-3)
  })
})
