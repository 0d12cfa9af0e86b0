/** Vector-quantized types in every engine: products within their rounding, many tokens as one, rows looked up, whole models. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend, Engine } from '../../hal/backend.js'
import { F32, vqType } from '../../hal/dtypes/index.js'
import { detectDevice } from '../../hal/index.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { nativeBackend, nativeTiers } from '../../kernels/native/index.js'
import { tsBackend } from '../../kernels/ts/index.js'
import { wasmBackend } from '../../kernels/wasm/index.js'
import { kernelOf } from '../../kernels/wasm/linear/kernel.js'
import { vqFor } from '../../sdk/quantize/method/vq/geometry.js'
import { distance } from './conformance.js'
import { naiveFloat } from './naive.js'
import { type Model, normal, random, randomModel } from './random.js'
import { randomVq, vqTypes } from './random-vq.js'

const tiers = nativeTiers().filter(({ missing }) => !missing)
if (tiers.length === 0) console.log('vector-quantized types on native: skipped: no native addon here')
const engines: readonly (readonly [string, Backend<Graph>, object])[] = [
  ['ts', tsBackend, {}],
  ['wasm', wasmBackend, { threads: 2 }],
  ...tiers.map(({ name: isa }) => [`native ${isa}`, nativeBackend, { isa, threads: 2 }] as const),
]

const small = { architecture: 'llama', vocab: 56, width: 64, hidden: 96, heads: 4, kvHeads: 2, layers: 2 } as const
const dtypeOf = (cols: number, rows: number) => vqFor(rows, cols, { bits: 2, lanes: 2, overhead: 0.5 })
const plain = { ...small, context: 128, dtype: F32, dtypeOf }
/** Linears; and the embedding too, which is the head as well. */
const models: readonly Model[] = [
  randomModel({ ...plain, outer: F32, tied: false }, 4),
  randomModel({ ...plain, outer: vqType({ codeBits: 4, lanes: 2, rows: 8, span: 32, cols: 64 }), tied: true }, 5),
]
const ids = Int32Array.from({ length: 40 }, (_, i) => (i * 7) % 56)

describe('in WebAssembly', () => {
  it('codes of four bits at most stay codes; others are bytes', () => {
    for (const dtype of vqTypes) {
      const { codeBits = 0, lanes = 1, rows = 1, cols = 1, span = 1 } = dtype.codebooks ?? {}
      const kernel = kernelOf({ dtype: dtype.name, rows: 16 * rows, cols }, 'float', [])
      const bytes = kernel.packedBytes(16 * rows, cols) / (16 * rows * cols)
      const small = codeBits <= 4 && rows >= 4
      expect([dtype.name, kernel.name.includes('codebook')]).toEqual([dtype.name, small])
      if (small) expect(bytes).toBeCloseTo(0.5 / lanes + (16 + 16 * lanes) / (4 * span), 6)
      else expect(bytes).toBeGreaterThanOrEqual(1)
    }
  })
})

describe.each(engines)('%s', (name, backend, options) => {
  let engine: Engine<Graph>
  beforeAll(async () => {
    engine = (await backend.open(detectDevice(), options)) as Engine<Graph>
  })
  afterAll(() => engine.close())

  it.each(vqTypes)('multiplies by $name within the rounding of its input', async (dtype) => {
    const { rows = 1, cols = 1 } = dtype.codebooks ?? {}
    const next = random(2)
    const wrong: string[] = []
    for (const groups of [1, 3])
      for (const n of [1, 5]) {
        const weight = randomVq('w', dtype, [cols, groups * rows], next)
        const x = Float32Array.from({ length: n * cols }, () => normal(next))
        const y = await engine.linear(weight, x, n, 'float')
        const { y: exact, size, reach } = naiveFloat(weight, x, n, 32)
        y.forEach((value, i) => {
          const bound = 2e-6 * size[i] + (name === 'ts' ? 0 : (1.001 * reach[i]) / 254) + 1e-30
          if (!(Math.abs(value - exact[i]) <= bound))
            wrong.push(`${groups}, ${n} tokens, ${i}: ${value} for ${exact[i]}`)
        })
      }
    expect(wrong).toEqual([])
  })

  it('multiplies whole numbers exactly in int8 mode', async () => {
    for (const dtype of vqTypes) {
      const { rows = 1, cols = 1 } = dtype.codebooks ?? {}
      const next = random(3)
      const weight = randomVq('w', dtype, [cols, 2 * rows], next)
      // Whole numbers up to 127: the rounding of the input changes nothing.
      const x = Float32Array.from({ length: 2 * cols }, (_, i) =>
        i % cols === 0 ? 127 : Math.round(next() * 254 - 127),
      )
      const y = await engine.linear(weight, x, 2, 'int8')
      const { y: exact, size } = naiveFloat(weight, x, 2, cols)
      const far = y.findIndex((value, i) => !(Math.abs(value - exact[i]) <= 1e-5 * size[i]))
      expect([dtype.name, far]).toEqual([dtype.name, -1])
    }
  })

  it('multiplies many tokens as it does one', async () => {
    for (const dtype of vqTypes) {
      const { rows = 1, cols = 1 } = dtype.codebooks ?? {}
      const next = random(5)
      const weight = randomVq('w', dtype, [cols, 3 * rows], next)
      const x = Float32Array.from({ length: 71 * cols }, () => normal(next))
      const many = await engine.linear(weight, x, 71, 'float')
      for (const t of [0, 31, 64, 70]) {
        const one = await engine.linear(weight, x.subarray(t * cols, (t + 1) * cols), 1, 'float')
        expect([dtype.name, t, ...many.subarray(t * 3 * rows, (t + 1) * 3 * rows)]).toEqual([dtype.name, t, ...one])
      }
    }
  })

  it.each([0, 1])('gives the logits of the ts engine, whole and token by token: model %i', async (which) => {
    const { graph, tensors } = models[which]
    const truth = (await tsBackend.open(detectDevice(), {})) as Engine<Graph>
    const [mine, other] = [await engine.compile(graph, tensors), await truth.compile(graph, tensors)]
    const expected = await other.run(other.createState(), ids, 'all')
    expect(distance(await mine.run(mine.createState(), ids, 'all'), expected)).toBeLessThan(0.03)
    const state = mine.createState()
    for (let t = 0; t < 5; t++) {
      const logits = await mine.run(state, ids.subarray(t, t + 1), 'last')
      expect(distance(logits, expected.subarray(t * 56, (t + 1) * 56))).toBeLessThan(0.03)
    }
    await mine.close()
    await truth.close()
  })

  it('says what it will hold', async () => {
    const told = await backend.footprint?.(models[0].graph, models[0].tensors, {})
    expect(told?.weights).toBeGreaterThan(10_000)
  })
})
