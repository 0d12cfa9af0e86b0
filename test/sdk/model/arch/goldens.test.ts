/**
 * Every architecture and variant against a reference runtime: random models from a seed, of which ./goldens holds the
 * logits (how they are made: ./make-goldens.mjs).
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Backend, Engine, Program } from '../../../../hal/backend.js'
import type { Device } from '../../../../hal/device.js'
import type { Tensor } from '../../../../hal/tensor.js'
import type { Graph, Op } from '../../../../kernels/graph/graph.js'
import { nativeBackend, tsBackend, wasmBackend } from '../../../../kernels/index.js'
import { nativeTiers } from '../../../../kernels/native/index.js'
import { buildGraph } from '../../../../sdk/model/arch/index.js'
import { openGguf } from '../../../../sdk/model/gguf.js'
import { writeGguf } from '../../../../sdk/model/gguf-writer.js'
import { distance } from '../../../kernels/conformance.js'
import { type Draft, graphOf, ids, randomArchitecture, sortColumns, variants } from './random-model.js'

interface Golden {
  readonly reference: string
  readonly argmax: readonly number[]
  readonly last: readonly number[]
}

const golden = (name: string): Golden =>
  JSON.parse(readFileSync(fileURLToPath(new URL(`./goldens/${name}.json`, import.meta.url)), 'utf8'))

/**
 * How far from the reference the last logits may be, of the largest of them. Usually both compute in float32 and differ
 * by 1e-6 to 5e-6, in the order of sums and in angles.
 */
const usual = 5e-5
const bounds: Readonly<Record<string, number>> = {
  // llama.cpp looks gelu up in a table of float16; with such a table here the distance was 5e-6.
  gemma3: 5e-4,
  'gemma3-27b': 5e-4,
  // ik_llama.cpp keeps values in float16.
  'phi3-window': 2e-3,
  'bitnet-b1.58': 2e-3,
}

const device = { os: process.platform, arch: process.arch, cpus: 2, features: [], luts: [] } as unknown as Device
const tiers = nativeTiers().filter(({ missing }) => missing === '')
const all = Object.keys(variants)
const subjects: readonly {
  readonly title: string
  readonly backend: Backend<Graph>
  readonly isa?: string
  readonly names: readonly string[]
}[] = [
  { title: 'ts', backend: tsBackend, names: all },
  { title: 'wasm', backend: wasmBackend, names: all },
  // Tiers differ in attention and linears only.
  ...tiers.map(({ name }, i) => ({
    title: `native ${name}`,
    backend: nativeBackend,
    isa: name,
    names: i === 0 ? all : ['llama-head-dim', 'gemma3', 'phi3-window'],
  })),
]
if (tiers.length === 0) console.log('goldens of architectures on native: skipped: there is no addon here')

/** BitNet's activations are int8, but the reference computes a file of floats in floats. */
function inFloat(graph: Graph): Graph {
  const body = graph.body.map((op): Op => (op.op === 'linear' ? { ...op, mode: 'float' } : op))
  return { ...graph, body }
}

/** Made once for all engines. */
const drafts = new Map<string, Draft>()

function draftOf(name: string): Draft {
  const { metadata, tensors } = drafts.get(name) ?? randomArchitecture(variants[name])
  drafts.set(name, { metadata, tensors })
  return { metadata: new Map(metadata), tensors: new Map(tensors) }
}

/** What the graph does, and not how fast: once on each engine, on every tier in ./goldens.long.test.ts. */
const once = (names: readonly string[]) => names.length === all.length || process.env.LUTRA_LONG_TESTS !== undefined

for (const { title, backend, isa, names } of subjects)
  describe(`goldens of architectures on ${title}`, () => {
    let engine: Engine<Graph>
    beforeAll(async () => {
      engine = (await backend.open(device, { threads: 2, isa })) as Engine<Graph>
    })
    afterAll(() => engine.close())

    const compiled = async (
      graph: Graph,
      tensors: ReadonlyMap<string, Tensor>,
      use: (program: Program) => Promise<void>,
    ): Promise<void> => {
      const program = await engine.compile(graph, tensors, { cache: 'f32' })
      await use(program).finally(() => program.close())
    }
    const agrees = async (program: Program, name: string): Promise<void> => {
      const { argmax, last } = golden(name)
      const logits = await program.run(program.createState(), ids, 'all')
      const rows = argmax.map((_, t) => logits.subarray(t * program.vocab, (t + 1) * program.vocab))
      expect(rows.map((row) => row.indexOf(Math.max(...row)))).toEqual(argmax)
      expect(distance(rows[ids.length - 1], last)).toBeLessThan(bounds[name] ?? usual)

      // The same in parts: a part begins within a window, and a token sees what earlier parts left.
      const state = program.createState()
      for (const [from, to] of [
        [0, 7],
        [7, 8],
        [8, 30],
        [30, ids.length - 1],
      ])
        await program.run(state, ids.subarray(from, to), 'none')
      const end = await program.run(state, ids.subarray(-1), 'last')
      expect(distance(end, last)).toBeLessThan(bounds[name] ?? usual)
    }

    it.each(names)('%s', async (name) => {
      const draft = draftOf(name)
      const graph = graphOf(draft, variants[name].context)
      await compiled(name.startsWith('bitnet') ? inFloat(graph) : graph, draft.tensors, (program) =>
        agrees(program, name),
      )
    })

    it('several sequences in one pass keep to their own windows', async () => {
      const draft = draftOf('phi3-window')
      await compiled(graphOf(draft), draft.tensors, async (program) => {
        const [one, other] = [program.createState(), program.createState()]
        await program.run(one, ids.subarray(0, 12), 'none')
        const [, last] = await program.runBatch([
          { state: one, ids: ids.subarray(0, 20), wanted: 'last' },
          { state: other, ids, wanted: 'last' },
        ])
        expect(distance(last, golden('phi3-window').last)).toBeLessThan(bounds['phi3-window'])
      })
    })

    // A window that is one token off moves these logits by 0.4 (phi3) and 0.1 (gemma3) of the largest.
    it.each([
      ['phi3-window', 'f16', 2e-3],
      ['phi3-window', 'q8', 0.05],
      ['gemma3', 'f16', 2e-3],
      ['gemma3', 'q8', 0.02],
    ] as const)('%s with keys and values in %s', async (name, cache, bound) => {
      const draft = draftOf(name)
      const program = await engine.compile(graphOf(draft), draft.tensors, { cache })
      const last = await program.run(program.createState(), ids, 'last')
      await program.close()
      expect(distance(last, golden(name).last)).toBeLessThan(bound)
    })

    it.runIf(once(names))('llama with a window and rotary halves is phi3 with separate matrices', async () => {
      const draft = asLlama(draftOf('phi3-window'))
      await compiled(graphOf(draft), draft.tensors, (program) => agrees(program, 'phi3-window'))
    })

    it.runIf(once(names))('reads inputs in the order of sorted columns', async () => {
      const draft = draftOf('llama')
      sortColumns(draft.tensors, [
        ...(['attn_q', 'attn_k', 'attn_v'] as const).map((name) => [`blk.0.${name}`, 7] as const),
        ['blk.0.attn_output', 8],
        ['blk.1.attn_k', 9],
        ['blk.1.attn_v', 10],
        ['blk.1.ffn_down', 11],
        ['blk.2.ffn_gate', 12],
        ['blk.2.ffn_up', 12],
      ])
      const graph = graphOf(draft)
      const gathers = graph.body.flatMap((op) => (op.op === 'gather' ? [op.weight] : []))
      const shared = ['blk.0.attn_q', 'blk.0.attn_output', 'blk.1.attn_k', 'blk.1.attn_v', 'blk.1.ffn_down']
      expect(gathers).toEqual([...shared, 'blk.2.ffn_gate'].map((name) => `${name}.perm`))
      await compiled(graph, draft.tensors, (program) => agrees(program, 'llama'))
    })

    it.runIf(once(names))('takes slices of a file', async () => {
      const { metadata, tensors } = draftOf('phi3')
      const folder = mkdtempSync(join(tmpdir(), 'lutra-phi3-'))
      try {
        const path = join(folder, 'phi3.gguf')
        writeFileSync(path, writeGguf(metadata, [...tensors.values()]))
        const file = await openGguf(path)
        await compiled(buildGraph(file), file.tensors, (program) => agrees(program, 'phi3'))
      } finally {
        rmSync(folder, { recursive: true })
      }
    })
  })

/** The weights of a phi3, its fused matrices cut, as a llama whose queries and keys nobody reordered. */
function asLlama({ metadata, tensors }: Draft): Draft {
  const renamed = new Map([...metadata].map(([key, value]) => [key.replace(/^phi3\./, 'llama.'), value]))
  renamed.set('general.architecture', 'llama').set('lutra.rope_style', 'halves')
  const separate = new Map(tensors)
  const cut = (name: string, parts: readonly (readonly [string, number])[]) => {
    const { dtype, shape, bytes } = tensors.get(`${name}.weight`) as Tensor
    let at = 0
    for (const [suffix, rows] of parts) {
      const to = name.replace(/[^.]+$/, suffix)
      const part = bytes.slice(at * shape[0] * 4, (at + rows) * shape[0] * 4)
      separate.set(`${to}.weight`, { name: `${to}.weight`, dtype, shape: [shape[0], rows], bytes: part })
      at += rows
    }
    expect(at).toBe(shape[1])
  }
  for (let layer = 0; layer < 3; layer++) {
    const blk = `blk.${layer}`
    separate.delete(`${blk}.attn_qkv.weight`)
    cut(`${blk}.attn_qkv`, [
      ['attn_q', 128],
      ['attn_k', 64],
      ['attn_v', 64],
    ])
    cut(`${blk}.ffn_up`, [
      ['ffn_gate', 192],
      ['ffn_up', 192],
    ])
  }
  return { metadata: renamed, tensors: separate }
}
