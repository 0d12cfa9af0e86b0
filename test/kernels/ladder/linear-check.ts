/** Every candidate for many types against plain sums: exact in whole numbers, within its bound in floats. */
import { describe, expect, it } from 'vitest'
import { wasmFeatures } from '../../../hal/detect/wasm.js'
import { type LinearKernel, linearKernels } from '../../../kernels/ladder/linear.js'
import { asReal, code, shl, table, unsigned } from '../../../kernels/ladder/type/build.js'
import { evaluate } from '../../../kernels/ladder/type/evaluate.js'
import type { Elements, TType } from '../../../kernels/ladder/type/ttype.js'
import { normal, random } from '../random.js'
import { kernelRunner } from './run-kernel.js'

const storage = { kind: 'hal', dtype: 'none' } as const
const whole = (bits: number, lowest: number, rest: Partial<TType> = {}): TType => ({
  name: `T${bits}`,
  bits,
  lanes: 1,
  decode: [unsigned(lowest)],
  scaled: true,
  shifted: false,
  storage,
  ...rest,
})
const grid = [-127, -104, -83, -65, -49, -35, -22, -10, 1, 13, 25, 38, 53, 69, 89, 113]
const next = random(9)
const types: TType[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((bits) => whole(bits, bits === 1 ? 0 : -(2 ** (bits - 1)), { group: 32 })),
  whole(2, -1),
  whole(2, -1, { group: 256 }),
  whole(4, 0, { group: 32, shifted: true }),
  whole(6, -32, { group: 16 }),
  whole(3, -4, { group: 16, shifted: true }),
  whole(4, -8, { group: 128 }),
  whole(4, -8, { group: 20 }),
  whole(4, -8, { scaled: false }),
  { ...whole(4, 0, { group: 32 }), name: 'TABLE', decode: [table(grid)] },
  {
    ...whole(4, 0, { group: 16 }),
    name: 'HALVES',
    decode: [table([0, 0.5, 1, 1.5, 2, 3, 4, 6, 0, -0.5, -1, -1.5, -2, -3, -4, -6])],
  },
  { ...whole(4, 0, { group: 64 }), name: 'NF', decode: [table(Array.from({ length: 16 }, () => normal(next)))] },
  { ...whole(6, 0, { group: 32 }), name: 'WIDE', decode: [table(Array.from({ length: 64 }, () => normal(next)))] },
  {
    ...whole(6, 0, { group: 32 }),
    name: 'VQ',
    lanes: 2,
    decode: [0, 1].map(() => table(Array.from({ length: 64 }, () => normal(next)))),
  },
  { ...whole(32, 0), name: 'FLOAT', scaled: false, decode: [asReal(code)] },
  { ...whole(16, 0), name: 'BRAIN', scaled: false, decode: [asReal(shl(code, 16))] },
]

function randomElements(type: TType, rows: number, cols: number): Elements {
  const group = type.group ?? cols
  const codes = new Uint32Array((rows * cols) / type.lanes)
  const bits = new Uint32Array(1)
  for (let i = 0; i < codes.length; i++) {
    new Float32Array(bits.buffer)[0] = normal(next)
    codes[i] = type.bits > 12 ? bits[0] >>> (32 - type.bits) : next() * 2 ** type.bits
  }
  const each = (wanted: boolean, of: () => number) =>
    wanted ? Float32Array.from({ length: (rows * cols) / group }, of) : undefined
  const one = Math.fround(0.01 + next())
  const scale = type.group ? () => normal(next) : () => one
  return {
    type,
    rows,
    cols,
    codes,
    group,
    scales: each(type.scaled, scale),
    minima: each(type.shifted, () => normal(next)),
  }
}

/** Weights, exactly. */
function decode({ type, rows, cols, codes, group, scales, minima }: Elements): Float64Array {
  const segments = cols / group
  return Float64Array.from({ length: rows * cols }, (_, i) => {
    const [r, c] = [Math.floor(i / cols), i % cols]
    const value = evaluate(type.decode[c % type.lanes], codes[Math.floor(i / type.lanes)])
    const at = r * segments + Math.floor(c / group)
    return value * (scales?.[at] ?? 1) + (minima?.[at] ?? 0)
  })
}

/** As kernels/ts/quantize.ts rounds a token. */
function round(x: Float32Array): { q: Float64Array; scale: number } {
  const most = x.reduce((a, b) => Math.max(a, Math.abs(b)), Math.fround(1e-5))
  const inverse = Math.fround(127 / most)
  const even = (v: number) => v + 6755399441055744 - 6755399441055744
  return { q: Float64Array.from(x, (v) => even(Math.fround(v * inverse))), scale: Math.fround(most / 127) }
}

function wrong(kernel: LinearKernel, mode: string, elements: Elements, n: number): string[] {
  const { type, rows, cols } = elements
  const kinds = [
    () => normal(next),
    () => 0,
    () => 1000,
    (c: number) => (c % 2 ? -0.25 : 0.25),
    () => normal(next) * 1e-3,
  ]
  const x = Float32Array.from({ length: n * cols }, (_, i) => kinds[Math.floor(i / cols) % kinds.length](i % cols))
  const bias = Float32Array.from({ length: rows }, () => normal(next))
  const residual = Float32Array.from({ length: n * rows }, () => normal(next))
  const run = kernelRunner(kernel, elements, n)
  const y = run(x, n)
  const added = run(x, n, { bias, residual, split: true })
  const weights = decode(elements)
  const found: string[] = []
  for (let t = 0; t < n; t++) {
    const token = x.subarray(t * cols, (t + 1) * cols)
    const rounds = kernel.candidate.core.activations === 'i8'
    const { q, scale } = round(token)
    const alone = run(token.slice(), 1)
    for (let r = 0; r < rows; r++) {
      const at = t * rows + r
      let [exact, size, reach] = [0, 0, 0]
      for (let c = 0; c < cols; c++) {
        const w = weights[r * cols + c]
        const input = mode === 'int8' && rounds ? q[c] * scale : token[c]
        exact += w * input
        size += Math.abs(w * input)
        const block = Math.floor(c / 32) * 32
        if (mode === 'float' && rounds) {
          const near = token.subarray(block, block + 32)
          reach += Math.abs(w) * near.reduce((a, b) => Math.max(a, Math.abs(b)), 0)
        }
      }
      // Tables of four columns may take a scale half as coarse again.
      const step = kernel.candidate.core.name === 'lut4' ? 2.02 : 1.001
      const bound = 2e-6 * size + (step * reach) / 254 + 1e-30
      const what = `${kernel.name} ${mode}, ${cols} x ${rows}, token ${t} of ${n}, row ${r}`
      if (!(Math.abs(y[at] - exact) <= bound)) found.push(`${what}: ${y[at]} for ${exact}, bound ${bound}`)
      if (y[at] !== alone[r]) found.push(`${what}: ${y[at]}, alone ${alone[r]}`)
      if (added[at] !== Math.fround(Math.fround(y[at] + bias[r]) + residual[at]))
        found.push(`${what}: bias or residual`)
      if (type.group === undefined && mode === 'int8' && rounds && type.scaled) {
        const sum = Math.round(exact / scale / elements.scales![0])
        const y0 = Math.fround(Math.fround(sum) * Math.fround(elements.scales![0] * scale))
        if (y[at] !== y0) found.push(`${what}: ${y[at]} is not exactly ${y0}`)
      }
    }
  }
  return found
}

/** Rows and groups of a row. */
export type Shape = { readonly rows: number; readonly groups: number }

export function checkLinears(title: string, shapes: readonly Shape[], tokens: number): void {
  describe(title, () => {
    for (const type of types) {
      const unit = type.group ?? 1
      it(`${type.name} of ${type.bits} bits, group ${type.group ?? 'tensor'}${type.shifted ? ', minima' : ''}`, () => {
        const names = new Set<string>()
        for (const mode of ['float', 'int8', 'exact'] as const)
          for (const { rows, groups } of shapes) {
            const cols = unit * Math.min(groups, unit === 1 ? 130 : 5)
            const elements = randomElements(type, rows, cols)
            for (const kernel of linearKernels(type, mode, rows, cols, wasmFeatures())) {
              names.add(`${kernel.name} ${mode}`)
              expect(wrong(kernel, mode, elements, tokens).slice(0, 5)).toEqual([])
            }
          }
        expect(names.size).toBeGreaterThan(1)
      })
    }
  })
}
