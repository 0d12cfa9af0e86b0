/** Known answers: whole models in every format, and 200 tokens of a trained one, on each back end. */
import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Backend, Engine } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import { wishOf } from '../../hal/wish.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { nativeBackend, tsBackend, wasmBackend } from '../../kernels/index.js'
import { lutCoreOver } from '../../kernels/lut-core/backend.js'
import { buildGraph } from '../../sdk/model/arch/index.js'
import { openGguf } from '../../sdk/model/gguf.js'
import { distance } from './conformance.js'

interface Golden {
  readonly file: string
  readonly ids: readonly number[]
  readonly oracle_last: readonly number[]
  readonly oracle_argmax: readonly number[]
  readonly reference_runtime_max_rel: number
}

const data = '../shared/data'
const absent = existsSync(data) ? undefined : `the test data is not at ${data}`
if (absent) console.log(`known answers: skipped: ${absent}`)

const goldens: Golden[] = absent
  ? []
  : ['golden', 'golden-bitnet']
      .flatMap((name) => JSON.parse(readFileSync(`${data}/golden/${name}.json`, 'utf8')) as Golden[])
      .filter(({ file }) => existsSync(`${data}/golden/${file}`)) // F16 and BF16 are answers without a file

/**
 * `within`: how far logits may be from the oracle's. ts sums as the oracle does; the core rounds a token's activations to 16
 * bits, which is off by 1.5e-5 of the largest in each linear. Others: no farther than the reference runtime is.
 */
const subjects: readonly { readonly title: string; readonly backend: Backend<Graph>; readonly within?: number }[] = [
  { title: 'ts', backend: tsBackend, within: 1e-4 },
  { title: 'lut-core (simulated)', backend: lutCoreOver(tsBackend, 'activation=i16'), within: 5e-4 },
  { title: 'wasm', backend: wasmBackend },
  { title: 'native', backend: nativeBackend },
]

const device = { os: process.platform, arch: process.arch, cpus: 2, features: [], luts: [] } as unknown as Device

for (const { title, backend, within } of subjects) {
  // LUTRA_ISA chooses the tier; without it the engine takes this CPU's best.
  const { isa } = wishOf(process.env)
  const opened = await backend.open(device, title === 'native' && isa ? { isa } : {})
  const why = absent ?? ('absent' in opened ? opened.absent : undefined)
  if (why && !absent) console.log(`known answers on ${title}: skipped: ${why}`)
  const engine = opened as Engine<Graph>

  describe.skipIf(why !== undefined)(`known answers on ${[title, engine.isa].join(' ').trim()}`, () => {
    it('covers every format', () => {
      expect(goldens).toHaveLength(19)
    })

    it.each(goldens)('$file', async (golden) => {
      const file = await openGguf(`${data}/golden/${golden.file}`)
      const program = await engine.compile(buildGraph(file), file.tensors)
      const { vocab } = program
      const logits = await program.run(program.createState(), Int32Array.from(golden.ids), 'all')
      await program.close()
      const bound = within ?? golden.reference_runtime_max_rel
      const last = logits.subarray(-vocab)
      expect(distance(last, golden.oracle_last)).toBeLessThan(bound)
      for (let t = 0; t < golden.ids.length; t++) {
        const row = logits.subarray(t * vocab, (t + 1) * vocab)
        const [best, second] = leaders(row)
        const largest = Math.max(...row.map(Math.abs))
        // Where the first two are closer than the bound, either may lead.
        const expected = row[golden.oracle_argmax[t]]
        if (row[best] - row[second] > bound * largest) expect([t, best]).toEqual([t, golden.oracle_argmax[t]])
        else expect(row[best] - expected).toBeLessThanOrEqual(bound * largest)
      }
    })

    it('stories260K: 200 tokens, the most likely each time', async () => {
      const file = await openGguf(`${data}/tinyllamas/stories260Ktok512.gguf`)
      const golden = JSON.parse(readFileSync(`${data}/tinyllamas/golden_stories260K.json`, 'utf8')) as {
        greedy_ids: number[]
      }
      // The file says 128 tokens of context; the model was trained with 512.
      const program = await engine.compile({ ...buildGraph(file), context: 512 }, file.tensors)
      const state = program.createState()
      const ids = [golden.greedy_ids[0]]
      while (ids.length <= 200) {
        const logits = await program.run(state, Int32Array.of(ids[ids.length - 1]), 'last')
        ids.push(leaders(logits)[0])
      }
      await program.close()
      expect(ids).toEqual(golden.greedy_ids.slice(0, 201))
    })
  })
}

/** The positions of the largest and the second largest. */
function leaders(row: Float32Array): [number, number] {
  let [best, second] = row[1] > row[0] ? [1, 0] : [0, 1]
  for (let i = 2; i < row.length; i++) {
    if (row[i] > row[best]) [best, second] = [i, best]
    else if (row[i] > row[second]) second = i
  }
  return [best, second]
}
