/** The addon's loops of error feedback and descent against the plain ones: every array the same to the last bit. */
import { describe, expect, it } from 'vitest'
import { loadNative } from '../../../../kernels/native/load.js'
import { nativeRows, nativeRowTiers, wishedRows } from '../../../../kernels/native/quantize-rows.js'
import { tsLinearAlgebra } from '../../../../kernels/ts/linear-algebra.js'
import { type Descend, descend } from '../../../../sdk/quantize/feedback/descend.js'
import { type FeedBack, feedBack } from '../../../../sdk/quantize/feedback/feed-back.js'
import { gptq, prepare, type Tools } from '../../../../sdk/quantize/feedback/gptq.js'
import { nativeDescend, nativeFeedBack, nativeTakes } from '../../../../sdk/quantize/feedback/native.js'
import type { OrderName } from '../../../../sdk/quantize/feedback/order.js'
import { emptyBlocks } from '../../../../sdk/quantize/feedback/state.js'
import { gridOf, grids } from '../../../../sdk/quantize/grid/index.js'
import { layer } from './problems.js'

const absent = loadNative().reason
if (absent !== undefined) console.log(`native error feedback skipped: ${absent}`)

const algebra = tsLinearAlgebra()
const taken = grids.filter((grid) =>
  nativeTakes(emptyBlocks(grid, 0, grid.block, new Float32Array(0), new Int32Array(0))),
)

/** The order of columns is the same to all grids of a block's size. */
const bothOrders = ['Q4_0', 'Q2_K']

const problems = new Map<string, ReturnType<typeof makeProblem>>()

function problemOf(block: number, order: OrderName) {
  const key = `${block} ${order}`
  const made = problems.get(key) ?? makeProblem(block, order)
  problems.set(key, made)
  return made
}

/** More than one stretch of columns; one row of zeros, which has no scale. */
async function makeProblem(block: number, order: OrderName) {
  const { cols, weights, hessian } = layer(5, Math.ceil(320 / block) * block)
  weights.fill(0, 3 * cols, 4 * cols)
  const prepared = await prepare(algebra, 'layer', hessian, block, { order })
  if (!prepared) throw new Error('H could not be factored')
  return { weights, prepared }
}

/** Rows in two uneven parts. */
function toolsOf(isa?: string): Tools {
  const native = isa === undefined ? undefined : nativeRows(isa)
  const feedBackOf = (given: FeedBack, from: number, to: number) =>
    native ? nativeFeedBack(native, given, from, to) : feedBack(given, from, to)
  const descendOf = (given: Descend, from: number, to: number) =>
    native ? nativeDescend(native, given, from, to) : descend(given, from, to)
  return {
    algebra,
    pool: {
      async run(name, given, rows) {
        for (const [from, to] of [
          [0, 2],
          [2, rows],
        ])
          if (name === 'feedBack') feedBackOf(given as FeedBack, from, to)
          else descendOf(given as Descend, from, to)
      },
    },
  }
}

describe.skipIf(absent !== undefined)('native error feedback', () => {
  it('has loops for this CPU, a plain one at least, and takes most grids', () => {
    expect(nativeRowTiers()).toContain('plain')
    expect(taken.map(({ dtype }) => dtype.name)).toEqual(
      expect.arrayContaining(['Q4_0', 'IQ4_NL', 'Q2_K', 'Q3_K', 'Q6_K']),
    )
  })

  it.each(taken.map((grid) => [grid.dtype.name, grid] as const))(
    'gives the bytes of the plain one: %s',
    async (_, grid) => {
      for (const order of bothOrders.includes(grid.dtype.name)
        ? (['activation', 'file'] as const)
        : (['activation'] as const)) {
        const { weights, prepared } = await problemOf(grid.block, order)
        const expected = await gptq(toolsOf(), prepared, weights, grid, { passes: 2 })
        expect(expected.codes.some((code) => code !== expected.codes[0]) || grid.levels.length === 1).toBe(true)
        for (const isa of nativeRowTiers()) {
          const found = await gptq(toolsOf(isa), prepared, weights, grid, { passes: 2 })
          for (const name of ['bytes', 'codes', 'quantized', 'scales', 'minima', 'weights'] as const)
            expect(Buffer.from(found[name].buffer).equals(Buffer.from(expected[name].buffer)), `${isa} ${name}`).toBe(
              true,
            )
        }
      }
    },
  )

  it('is left where another back end is asked for', () => {
    expect(wishedRows({ LUTRA_BACKEND: 'ts' })).toBeUndefined()
    expect(wishedRows({})).toBeDefined()
  })

  it('refuses arrays and stretches that do not fit', () => {
    const grid = gridOf('Q4_0')
    const rows = nativeRows()
    const order = Int32Array.from({ length: 64 }, (_, i) => i)
    const blocks = { ...emptyBlocks(grid, 2, 64, new Float32Array(128), order), levels: grid.levels }
    const stretch = {
      ...{ cols: 64, block: 32, segment: 32, minima: false },
      ...{ start: 0, width: 64, place: 32, from: 0, to: 2 },
    }
    const upper = new Float32Array(64 * 64).fill(1)
    const errors = new Float32Array(128)
    rows?.round(blocks, stretch, upper, errors)
    const refusals: [() => void, string][] = [
      [() => rows?.round(blocks, { ...stretch, to: 3 }, upper, errors), 'for weights'],
      [() => rows?.round(blocks, { ...stretch, place: 16 }, upper, errors), 'block inside its stretch'],
      [() => rows?.round(blocks, { ...stretch, width: 32 }, upper, errors), 'block inside its stretch'],
      [() => rows?.round(blocks, stretch, upper.subarray(1), errors), 'for upper'],
      [() => rows?.round(blocks, stretch, upper, errors.subarray(1)), 'for errors'],
      [() => rows?.round({ ...blocks, order: order.slice().fill(3, 32) }, stretch, upper, errors), 'blocks whole'],
      [() => rows?.round({ ...blocks, order: new Int32Array(64).fill(9) }, stretch, upper, errors), 'blocks whole'],
      [() => nativeRows('abacus')?.round(blocks, stretch, upper, errors), 'abacus is not here'],
    ]
    for (const [call, message] of refusals) expect(call).toThrow(message)
    const problem = { hessian: upper, gradient: errors, scales: new Float32Array(2), minima: new Float32Array(2) }
    blocks.codes.fill(16)
    expect(() => rows?.wanted(blocks, stretch, problem)).toThrow("codes of the grid's levels")
    blocks.codes.fill(15)
    rows?.wanted(blocks, stretch, problem)
    expect(() => rows?.wanted(blocks, stretch, { ...problem, scales: new Float32Array(1) })).toThrow('for scales')
  })
})
