/** Emitted js kernels against the plain sum over what the format decodes to, for every type and activation at odd shapes. */
import { expect, it } from 'vitest'
import { F32 } from '../../../../hal/dtypes/index.js'
import { emitJs } from '../../../../kernels/ladder/js/linear.js'
import { intType } from '../../../../kernels/ladder/type/extra.js'
import { ttypeOf } from '../../../../kernels/ladder/type/registry.js'
import { activations, caseOf, elements, types, worst } from '../emitted.js'

it.each(types.map((dtype) => [dtype.name, dtype] as const))(
  '%s times each activation type is the plain sum',
  (_, dtype) => {
    const given = caseOf(dtype)
    const { rows, cols, n, x, bias } = given
    for (const activation of activations) {
      const kernel = emitJs(ttypeOf(dtype)!, activation)
      const weight = kernel.pack(elements(given))
      const y = new Float32Array(n * rows)
      kernel.run(weight, kernel.prepare(x, n, cols), y, 0, rows, bias)
      // Inputs of eight bits are rounded to float32 in the plain sum and not here.
      expect(worst(given, activation, y)).toBeLessThan(3e-7)
      for (let t = 0; t < n; t++) {
        const alone = new Float32Array(rows)
        const own = kernel.prepare(x.subarray(t * cols, (t + 1) * cols), 1, cols)
        kernel.run(weight, own, alone, 0, 2, bias)
        kernel.run(weight, own, alone, 2, rows, bias)
        // Alone or with others, in one call or two: the same bits.
        expect(alone).toEqual(y.subarray(t * rows, (t + 1) * rows))
      }
    }
  },
)

it('is source that can be read', () => {
  const { source, name } = emitJs(ttypeOf(intType(4))!, 'int8')
  expect(name).toBe('linear INT4 × int8 js')
  expect(source.split('\n').slice(0, 16).join('\n')).toMatchInlineSnapshot(`
    "// linear INT4 × int8 js: codes of 4 bits in 32-bit words, and behind a group its scale
    return function run({ words, floats, rows, rowWords, units, groups, columns, row }, { x, sums, xScales, n }, y, from, to, bias) {
      for (let r = from; r < to; r++) {
        if (n === 1) {
          const t = 0
          let total = 0
          let at = r * rowWords
          let a = t * columns
          for (let g = 0; g < groups; g++) {
            let s0 = 0, s1 = 0, s2 = 0, s3 = 0
            for (let u = 0; u < units; u++) {
              const w0 = words[at]
              s0 = (s0 + (((w0 & 15) << 28) >> 28) * x[a]) | 0
              s1 = (s1 + (((w0 >>> 4 & 15) << 28) >> 28) * x[a + 1]) | 0
              s2 = (s2 + (((w0 >>> 8 & 15) << 28) >> 28) * x[a + 2]) | 0
              s3 = (s3 + (((w0 >>> 12 & 15) << 28) >> 28) * x[a + 3]) | 0"
  `)
  expect(emitJs(ttypeOf(F32)!, 'f32').source).toContain('float[0]')
})
