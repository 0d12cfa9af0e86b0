/** What building tables costs: counts by hand, the paper's means, and our own core's entries. */
import { describe, expect, it } from 'vitest'
import { m2n64k4 } from '../../../../kernels/lut-core/config.js'
import { countEntries, inputsOf, inputsOfShape, rebuilds } from '../../../../kernels/lut-core/system/core-tables.js'
import { endToEnd } from '../../../../kernels/lut-core/system/end-to-end.js'
import { a100 } from '../../../../kernels/lut-core/system/gpus.js'
import { bitnet2b, opt175b } from '../../../../kernels/lut-core/system/models.js'
import { fused, secondsOf, separate } from '../../../../kernels/lut-core/system/precompute.js'
import { table4, table4Means } from '../../../../kernels/lut-core/tables/paper.js'
import { figures } from '../../../../kernels/lut-core/tables/table-1.js'
import { nearestBuilding, overheads, residual } from '../../../../kernels/lut-core/tables/table-4.js'

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length

describe('counts of OPT-175B, one token', () => {
  const inputs = 12288 * 3 + 49152 // qkv, o, up; down

  it('fused tables of 8 halves are 2 bytes more an activation to write and 2 to read, and 6 additions', () => {
    expect(fused(opt175b, 1, 8)).toEqual({ elements: inputs, bytes: inputs * 4, additions: inputs * 6 })
  })

  it('a naive kernel of 16 entries gathers 32 bytes an activation, writes 8, and the linear reads 6 more', () => {
    const naive = separate(opt175b, 1, { entries: 16, gather: true, perLinear: true })
    expect(naive).toEqual({
      elements: inputs + 2 * 12288,
      bytes: (inputs + 2 * 12288) * 46,
      additions: (inputs + 2 * 12288) * 12,
    })
  })

  it('seconds are bytes over the achieved bandwidth and additions over all lanes', () => {
    expect(secondsOf({ elements: 1, bytes: 1.555e12, additions: 0 }, a100, 0.5)).toBeCloseTo(2, 9)
    expect(secondsOf({ elements: 1, bytes: 0, additions: 108 * 64 * 1.41e9 }, a100, 1)).toBeCloseTo(1, 9)
  })
})

describe('table 4', () => {
  const { dram } = endToEnd(figures).achieved
  const rows = overheads(nearestBuilding(dram), dram)
  const ours = (phase: 'prefill' | 'decode', kind: 'separate' | 'fused') =>
    100 * mean(rows.filter((row) => row.phase === phase).map((row) => row.ours[kind]))

  it("the paper's means are the means of its rows", () => {
    for (const phase of ['prefill', 'decode'] as const)
      for (const kind of ['separate', 'fused'] as const) {
        const found = 100 * mean(rows.filter((row) => row.phase === phase).map((row) => row.paper[kind]))
        expect(found).toBeCloseTo(table4Means[phase][kind], 1)
      }
  })

  it('fused, counted with no constant of its own, is within 15 % of both means and 40 % of every row', () => {
    expect(Math.abs(ours('prefill', 'fused') / table4Means.prefill.fused - 1)).toBeLessThan(0.15)
    expect(Math.abs(ours('decode', 'fused') / table4Means.decode.fused - 1)).toBeLessThan(0.15)
    for (const row of rows) expect(Math.abs(row.ours.fused / row.paper.fused - 1)).toBeLessThan(0.4)
  })

  it('separate kernels cost about ten times as much; the mean of decode is met within 10 %, of prefill within 40 %', () => {
    expect(Math.abs(ours('decode', 'separate') / table4Means.decode.separate - 1)).toBeLessThan(0.1)
    expect(Math.abs(ours('prefill', 'separate') / table4Means.prefill.separate - 1)).toBeLessThan(0.4)
    expect(residual(rows, 'separate')).toBeLessThan(0.6)
  })

  it('no count for each token can do better: 4096 tokens of LLAMA2-70B cost the paper less than 1024', () => {
    const [prefill, decode] = table4
      .filter(({ model }) => model === 'LLAMA2-70B')
      .map((row) => row.separate - row.welder)
    expect(prefill).toBeLessThan(decode ?? 0)
  })
})

describe('entries that our own core computes', () => {
  it("an array of N = 4 builds each table of a 12288 × 12288 linear 3072 times (the paper's §3.1.1)", () => {
    expect(rebuilds({ rows: 12288 }, { n: 4 })).toBe(3072)
  })

  it('q, k, v of 8 columns: 2 tables of 8 entries once, thrice, or for every 64 rows', () => {
    const qkv = [64, 64, 128].map((rows) => ({ rows, cols: 8 }))
    const counted = countEntries([qkv], m2n64k4)
    expect(counted).toEqual({ shared: 16, perLinear: 48, inArray: 64, linears: 3, inputs: 1 })
  })

  it('BitNet-2B: 30 layers of inputs of 2560, 2560, 2560 and 6912 columns, 8 entries for each four', () => {
    const { shared, linears, inputs } = countEntries(inputsOfShape(bitnet2b), m2n64k4)
    expect({ shared, linears, inputs }).toEqual({ shared: (30 * (3 * 2560 + 6912) * 8) / 4, linears: 210, inputs: 120 })
  })

  it('linears of a graph that share an input are found, others and float linears are not', () => {
    const linear = (from: string, out: string, mode: 'int8' | 'float') =>
      ({ op: 'linear', in: from, weight: out, out, mode }) as const
    const body = [linear('x', 'q', 'int8'), linear('x', 'k', 'int8'), linear('y', 'o', 'int8')]
    const graph = {
      architecture: 'llama', vocab: 10, context: 8, layers: 1, kvHeads: 1, headDim: 8,
      buffers: { x: 8, q: 16, k: 4, y: 16, o: 8, logits: 10 },
      body, head: [linear('o', 'logits', 'float')],
    } // biome-ignore format: a graph in a few lines
    expect(inputsOf(graph)).toEqual([
      [
        { rows: 16, cols: 8 },
        { rows: 4, cols: 8 },
      ],
      [{ rows: 8, cols: 16 }],
    ])
  })
})
