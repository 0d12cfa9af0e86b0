/** The tables as a document: complete, consistent, and with the like-for-like rows beside the headlines. */
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { makeTables } from '../../../../kernels/lut-core/tables/all.js'
import { measuredOverheads } from '../../../../kernels/lut-core/tables/measured.js'
import { table1, table2 } from '../../../../kernels/lut-core/tables/paper.js'
import { renderMarkdown, renderText } from '../../../../kernels/lut-core/tables/render.js'
import { tableIds } from '../../../../kernels/lut-core/tables/table.js'

const tables = makeTables()
const rowsOf = (id: string) => tables.find((table) => table.id === id)?.rows ?? []

describe('lut-core tables', () => {
  it('has every table, and every row has a figure or a reason', () => {
    expect(tables.map(({ id }) => id)).toEqual([...tableIds])
    for (const { rows } of tables)
      for (const row of rows) {
        expect(row.paper ?? row.ours, row.name).toBeTypeOf('number')
        expect(row.ours === undefined, row.name).toBe(row.reason !== undefined)
        if (row.deviation !== undefined) expect(row.deviation).toBeCloseTo((row.ours ?? 0) / (row.paper ?? 1) - 1, 12)
      }
    expect(JSON.parse(JSON.stringify(tables))).toEqual(tables)
  })

  it('table 1 has both latencies of every row, and INT8 beside FP16 wherever LUT is compared', () => {
    const rows = rowsOf('1')
    for (const { name } of table1)
      expect(rows.filter((row) => row.name === name && row.unit.startsWith('ms'))).toHaveLength(2)
    for (const quantity of ['compute density', 'energy efficiency']) {
      const heads = rows.filter((row) => row.quantity === quantity).map(({ name }) => name)
      expect(heads.some((name) => name.startsWith('headline'))).toBe(true)
      expect(heads.some((name) => name.startsWith('like for like'))).toBe(true)
    }
    const like = rows.filter(({ name }) => name.startsWith('like for like')).map(({ paper }) => paper?.toFixed(2))
    expect(like).toEqual(['3.49', '1.67'])
  })

  it("the paper's own figures agree with each other", () => {
    const [first] = table2
    for (const { area, intensity, power, efficiency } of table2) {
      expect(first.area / area).toBeCloseTo(intensity, 2)
      expect(first.power / power).toBeCloseTo(efficiency, 2)
    }
    const [fp16, , , lut8] = table1
    expect((lut8?.density ?? 0) / (fp16?.density ?? 1)).toBeCloseTo(20.9, 1)
    expect((fp16?.milliseconds[1] ?? 0) / (lut8?.milliseconds[1] ?? 1)).toBeCloseTo(5.51, 2)
  })

  it('what was measured on an H100 is what bench/gpu/h100.json says', () => {
    const bench = JSON.parse(readFileSync(new URL('../../../../bench/gpu/h100.json', import.meta.url), 'utf8'))
    expect(measuredOverheads).toHaveLength(bench.cases.length)
    for (const [i, { overheadMs, layerMs }] of bench.cases.entries()) {
      expect(measuredOverheads[i]?.separate).toBeCloseTo(overheadMs.naive8PerLinear / layerMs, 4)
      expect(measuredOverheads[i]?.fused).toBeCloseTo(overheadMs.fused / layerMs, 5)
    }
  })

  it('only what was asked for, as text and as Markdown', () => {
    const [two] = makeTables(['2'])
    expect(makeTables(['2'])).toHaveLength(1)
    if (!two) return
    expect(renderText(two)).toMatch(/^Table 2: [^\n]+\n\n/)
    expect(
      renderMarkdown(two)
        .split('\n')
        .filter((line) => line.startsWith('|')),
    ).toHaveLength(2 + two.rows.length)
  })

  it('what is synthesized takes the place of its reason', () => {
    const chain = { areas: [2, 1.6, 1.5, 1.25] }
    const rows = makeTables(['2'], { chain })[0]?.rows.filter(({ origin }) => origin === 'synthesized') ?? []
    expect(rows.map(({ ours }) => ours)).toEqual([1, 1.25, 2 / 1.5, 1.6])
  })
})
