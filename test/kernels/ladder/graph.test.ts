/** The packer against its primitives carried out one by one, and what a graph says of itself. */
import { describe, expect, it } from 'vitest'
import { linearKernels } from '../../../kernels/ladder/linear.js'
import { describeGraph } from '../../../kernels/ladder/tile/graph.js'
import { transform } from '../../../kernels/ladder/tile/transform.js'
import { codebookType, FP8_E4M3, intType, NF4, ttypeOf, uintType } from '../../../kernels/ladder/type/index.js'
import { random } from '../random.js'

const types = [
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((bits) => ttypeOf(intType(bits))!),
  ...[16, 20, 64].map((group) => ttypeOf(uintType(3, { group }))!),
  ttypeOf(NF4)!,
  ttypeOf(FP8_E4M3)!,
  ttypeOf(
    codebookType(
      'VQ',
      Array.from({ length: 128 }, (_, i) => i * i),
      2,
    ),
  )!,
]

describe('the tTile-graph', () => {
  it('gives the packer: pad, convert, slice and map make the same bytes of codes', () => {
    const next = random(5)
    let seen = 0
    for (const type of types)
      for (const mode of ['float', 'int8', 'exact'] as const) {
        const [rows, cols] = [19, 3 * (type.group ?? 21)]
        const codes = Uint32Array.from({ length: (rows * cols) / type.lanes }, () => next() * 2 ** type.bits)
        for (const kernel of linearKernels(type, mode, rows, cols, ['wasm-simd128', 'wasm-relaxed-simd'])) {
          const { packing } = kernel.shape
          const packed = new Uint8Array(kernel.packedBytes(rows, cols))
          kernel.pack({ type, rows, cols, codes, group: type.group ?? cols }, packed)
          const steps = kernel.graph.weights.steps
          const plain = transform(steps, { rows, columns: cols / type.lanes, codes }, type.lanes)
          // Scales and minima lie between: drop them, record by record.
          const { unitBytes, tileRows, unit } = packing.layout
          const padded = packing.padded ?? unit
          const units = packing.padded === undefined ? Math.ceil(cols / type.lanes / unit) : Math.max(1, padded / unit)
          const metadata = 4 * tileRows * (+packing.scaled + +packing.shifted) * Math.max(1, unit / padded)
          const record = units * unitBytes + metadata
          const head = packing.head ? Math.ceil(packing.head.length / 64) * 64 : 0
          const found: number[] = []
          for (let at = head; at < packed.length; at += record)
            found.push(...packed.subarray(at, at + units * unitBytes))
          expect(found, `${kernel.name} ${mode}`).toEqual([...plain])
          seen++
        }
      }
    expect(seen).toBeGreaterThan(60)
  })

  it('says what happens where', () => {
    const [kernel] = linearKernels(ttypeOf(intType(2))!, 'float', 64, 128, ['wasm-simd128'])
    const text = describeGraph(kernel.graph)
    expect(text).toContain('weights: 64 x 128 of INT2')
    expect(text).toContain('offline: slice 16 x 32')
    expect(text).toContain('memory: convert to tables of four columns')
    expect(text).toContain('core: lut4, 1 x 16 x 4')
  })
})
