/** Every number format on every instruction set here: rows looked up bit for bit, products within their rounding. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../hal/backend.js'
import { dtypes, F32, I32 } from '../../hal/dtypes/index.js'
import { detectDevice } from '../../hal/index.js'
import type { Tensor } from '../../hal/tensor.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { nativeBackend, nativeTiers } from '../../kernels/native/index.js'
import { decoded } from './naive.js'
import { normal, random, randomTensor } from './random.js'

const tiers = nativeTiers().filter(({ missing }) => !missing)
if (tiers.length === 0) console.log('number formats on native: skipped: no native addon here')
const formats = dtypes.filter((dtype) => dtype !== I32)

describe.each(tiers)('$name', ({ name: isa }) => {
  let engine: Engine<Graph>
  beforeAll(async () => {
    engine = (await nativeBackend.open(detectDevice(), { isa, threads: 2 })) as Engine<Graph>
  })
  afterAll(() => engine.close())

  it.each(formats)('looks up rows of $name', async (dtype) => {
    const size = Math.max(2 * dtype.block, 32)
    const table = randomTensor('table', dtype, [size, size], random(3))
    const identity = new Float32Array(size * size)
    for (let i = 0; i < size; i++) identity[i * size + i] = 1
    const one: Tensor = { name: 'one', dtype: F32, shape: [size, size], bytes: new Uint8Array(identity.buffer) }
    const graph: Graph = {
      ...{ architecture: 'none', vocab: size, context: 8, layers: 0, kvHeads: 1, headDim: 2 },
      buffers: { x: size, logits: size },
      body: [{ op: 'embed', weight: 'table', out: 'x' }],
      head: [{ op: 'linear', weight: 'one', in: 'x', out: 'logits', mode: 'float' }],
    }
    const tensors = new Map([table, one].map((tensor) => [tensor.name, tensor]))
    const program = await engine.compile(graph, tensors)
    const ids = Int32Array.of(0, 1, size - 1)
    const rows = await program.run(program.createState(), ids, 'all')
    await program.close()
    const values = decoded(table)
    const expected = [...ids].flatMap((id) => [...values.subarray(id * size, (id + 1) * size)])
    expect([...rows]).toEqual(expected.map((value) => value + 0)) // a sum with zeros has no -0
  })

  // 71 tokens: two groups of 32 side by side, and seven that pad a vector.
  it.each(formats)('multiplies many tokens by $name as it does one', async (dtype) => {
    const [cols, rows, n] = [dtype.block * Math.max(2, Math.ceil(160 / dtype.block)), 43, 71]
    const next = random(5)
    const weight = randomTensor('w', dtype, [cols, rows], next)
    const x = Float32Array.from({ length: n * cols }, () => normal(next))
    const many = await engine.linear(weight, x, n, 'float')
    for (const t of [0, 31, 32, 64, 70]) {
      const single = await engine.linear(weight, x.subarray(t * cols, (t + 1) * cols), 1, 'float')
      expect([t, ...many.subarray(t * rows, (t + 1) * rows)]).toEqual([t, ...single])
    }
  })
})
