import { describe, expect, it } from 'vitest'
import { boards } from '../../../../boards/index.js'
import { detectDevice } from '../../../../hal/detect/detect.js'
import { dtypeByName, F32, tensorBytes } from '../../../../hal/dtypes/index.js'
import { identify } from '../../../../hal/identify.js'
import type { Tensor } from '../../../../hal/tensor.js'
import { backends } from '../../../../kernels/index.js'
import { buildGraph } from '../../../../sdk/model/arch/index.js'
import { boardMemory } from '../../../../sdk/quantize/allocate/board.js'
import type { Item } from '../../../../sdk/quantize/allocate/choose.js'
import { fitMemory } from '../../../../sdk/quantize/allocate/fit.js'
import { fakeNames, fakeRoot } from '../../../fakes/root.js'

/** A llama of about a billion weights: shapes only. */
function large() {
  const tensors = new Map<string, Tensor>()
  const add = (name: string, ...shape: number[]) =>
    tensors.set(name, {
      name,
      dtype: F32,
      shape,
      file: { path: '', offset: 0 },
      get bytes(): Uint8Array {
        throw new Error('nobody reads weights here')
      },
    })
  const [width, hidden, layers, vocab] = [2048, 5632, 22, 32_000]
  add('token_embd.weight', width, vocab)
  add('output.weight', width, vocab)
  add('output_norm.weight', width)
  for (let i = 0; i < layers; i++) {
    for (const name of ['attn_norm', 'ffn_norm']) add(`blk.${i}.${name}.weight`, width)
    for (const name of ['attn_q', 'attn_output']) add(`blk.${i}.${name}.weight`, width, width)
    for (const name of ['attn_k', 'attn_v']) add(`blk.${i}.${name}.weight`, width, 256)
    for (const name of ['ffn_gate', 'ffn_up']) add(`blk.${i}.${name}.weight`, width, hidden)
    add(`blk.${i}.ffn_down.weight`, hidden, width)
  }
  const metadata = new Map<string, string | number>([
    ['general.architecture', 'llama'],
    ['llama.context_length', 2048],
    ['llama.embedding_length', width],
    ['llama.block_count', layers],
    ['llama.feed_forward_length', hidden],
    ['llama.attention.head_count', 32],
    ['llama.attention.head_count_kv', 4],
    ['llama.attention.layer_norm_rms_epsilon', 1e-5],
  ])
  const graph = buildGraph({ metadata, tensors })
  const items: Item[] = [...tensors.values()]
    .filter(({ shape }) => shape.length === 2)
    .map(({ name, shape: [cols, rows] }) => ({
      name,
      choices: (
        [
          ['TQ2_0', 1],
          ['Q3_K', 0.3],
          ['Q4_K', 0.08],
          ['Q6_K', 0.005],
          ['Q8_0', 0.0005],
        ] as const
      ).map(([type, loss]) => ({ type, loss, bytes: tensorBytes(dtypeByName(type), cols * rows) })),
    }))
  return { graph, tensors, items }
}

describe('a model that must fit', () => {
  const { graph, tensors, items } = large()
  const question = { graph, tensors, context: 2048 }
  const engines = backends.filter(({ name }) => ['native', 'ts', 'wasm'].includes(name))

  it.each(engines.map((backend) => [backend.name, backend] as const))(
    'does, by the estimate of the %s engine itself, and nearly fills the memory',
    async (_, backend) => {
      const ask = { ...question, backend }
      const all = await fitMemory({ ...ask, usable: 64e9 }, items)
      expect(all.allocation.lambda).toBe(0)
      const smallest = items.map(({ name, choices: [first] }) => ({ name, choices: [first] }))
      const least = await fitMemory({ ...ask, usable: 64e9 }, smallest)
      let before = all.allocation.loss
      for (const share of [0.8, 0.4, 0.1]) {
        const usable = least.estimate.total + share * (all.estimate.total - least.estimate.total)
        const { allocation, estimate } = await fitMemory({ ...ask, usable }, items)
        expect(estimate.total).toBeLessThanOrEqual(usable)
        expect(estimate.total).toBeGreaterThan(0.95 * usable)
        expect(estimate.state).toBeGreaterThan(0)
        expect(allocation.loss).toBeGreaterThan(before)
        before = allocation.loss
      }
    },
  )

  it('is refused where the smallest formats do not', async () => {
    const [backend] = engines
    await expect(fitMemory({ ...question, backend, usable: 2e8 }, items)).rejects.toMatchObject({
      kind: 'limit',
      message: expect.stringMatching(/fit 200000000 bytes .*keys and values \d+.*shorter context/),
    })
  })
})

describe('the memory of boards', () => {
  it('leaves a margin that every machine we know has', () => {
    let compared = 0
    for (const name of fakeNames) {
      const reader = fakeRoot(name)
      const { board } = identify(reader, boards)
      const { os, memory } = detectDevice(reader, board.luts)
      // The variant that the machine is of: the smallest that holds what it has.
      const sold = board.memory?.find((size) => size >= memory.total)
      if (sold === undefined || os !== 'linux') continue
      expect(memory.available, name).toBeGreaterThan(boardMemory(`${board.name}:${sold}`).usable)
      compared++
    }
    expect(compared).toBeGreaterThan(12)
  })

  it('is the smallest that it is sold with, or the one that is named', () => {
    expect(boardMemory('Raspberry-Pi-5')).toMatchObject({ memory: 2 * 2 ** 30 })
    expect(boardMemory('raspberry-pi-5:8GB', 0.25)).toMatchObject({ memory: 8 * 2 ** 30, usable: 6 * 2 ** 30 })
    expect(boardMemory('generic:512m').memory).toBe(512 * 2 ** 20)
    for (const board of boards) expect([...(board.memory ?? [])].sort((a, b) => a - b)).toEqual(board.memory ?? [])
  })

  it('is asked for where it is not known', () => {
    expect(() => boardMemory('generic')).toThrow(/generic:8GB/)
    expect(() => boardMemory('amiga-500')).toThrow(/raspberry-pi-5.* but found "amiga-500"/)
    expect(() => boardMemory('raspberry-pi-5:lots')).toThrow(/size like/)
    expect(() => boardMemory('raspberry-pi-5', 1)).toThrow(/margin/)
    expect(() => boardMemory('generic:200MB')).toThrow(/found 209715200/)
  })
})
