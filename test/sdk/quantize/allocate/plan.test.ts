import { describe, expect, it } from 'vitest'
import { dtypeByName, tensorBytes } from '../../../../hal/dtypes/index.js'
import { writeGguf } from '../../../../sdk/model/gguf-writer.js'
import { type AllocateOptions, allocatePlan, mixturePlan } from '../../../../sdk/quantize/allocate/plan.js'
import { floatWeights } from '../../../../sdk/quantize/source/weights.js'
import { variants } from '../../model/arch/random-model.js'
import { randomWeights, written } from '../transform/models.js'
import { plainAlgebra as algebra } from './plain-algebra.js'

const windows = [Int32Array.from({ length: 12 }, (_, i) => 3 + ((i * 37) % 300))]

async function asked(more: Partial<AllocateOptions> & Pick<AllocateOptions, 'budget'>) {
  const file = await written(randomWeights({ ...variants.llama, width: 64, headDim: 16, hidden: 96 }))
  const bytes = writeGguf(file.metadata, [...file.tensors.values()]).length
  const whole = { ...file, bytes }
  const options = { file: whole, model: floatWeights(whole), algebra, windows, types: ['Q4_0', 'Q5_0', 'Q8_0'] }
  return { file: whole, ...(await allocatePlan({ ...options, method: 'gptq', ...more })) }
}

function fileSize({ file, plan }: Awaited<ReturnType<typeof asked>>): number {
  const tensors = [...file.tensors.values()].map((tensor) => {
    const dtype = dtypeByName(plan.get(tensor.name)?.type ?? tensor.dtype.name)
    const count = tensor.shape.reduce((a, b) => a * b, 1)
    return { ...tensor, dtype, bytes: new Uint8Array(tensorBytes(dtype, count)) }
  })
  return writeGguf(file.metadata, tensors).length
}

describe('a plan', () => {
  it('of bits a weight', { timeout: 120_000 }, async () => {
    const { plan, allocation, surveyed, klds } = await asked({ budget: { bits: 6 } })
    const weights = surveyed.reduce((sum, { rows, cols }) => sum + rows * cols, 0)
    expect((8 * allocation.bytes) / weights).toBeLessThanOrEqual(6)
    expect((8 * allocation.bytes) / weights).toBeGreaterThan(5.5)
    expect([...plan.keys()].sort()).toEqual(surveyed.map(({ name }) => name).sort())
    // Measured as a probe, never chosen.
    for (const { type, method } of plan.values()) expect(`${type} ${method}`).toMatch(/^Q[458]_0 gptq$/)
    // One divergence a kind, said of each matrix of it.
    expect(klds.size).toBe(surveyed.length)
    expect(klds.get('blk.0.attn_v.weight')).toBe(klds.get('blk.1.attn_v.weight'))
    expect(Math.min(...klds.values())).toBeGreaterThan(0)
  })

  it('of a file is met by the file', async () => {
    const large = await asked({ budget: { bits: 7 }, windows: [] })
    // What a file of that plan takes, and a little less than that.
    const size = fileSize(large)
    for (const share of [1, 0.93]) {
      const found = await asked({ budget: { bytes: share * size }, windows: [] })
      expect(fileSize(found)).toBeLessThanOrEqual(share * size)
      expect(fileSize(found)).toBeGreaterThan(0.9 * share * size)
    }
  })

  it('of a board', async () => {
    const { plan } = await asked({ budget: { board: 'raspberry-pi-zero-2w', context: 64, engine: 'ts' }, windows: [] })
    // A small model is at its best there.
    for (const { type } of plan.values()) expect(type).toBe('Q8_0')
    await expect(asked({ budget: { board: 'amiga', context: 64 }, windows: [] })).rejects.toMatchObject({
      kind: 'unsupported',
    })
  })

  it('needs windows where divergence is asked for, and a budget that formats can meet', async () => {
    await expect(asked({ budget: { bits: 6 }, windows: [], sensitivity: 'layer' })).rejects.toMatchObject({
      kind: 'mismatch',
    })
    await expect(asked({ budget: { bits: 3 }, windows: [] })).rejects.toMatchObject({ kind: 'limit' })
  })

  it('of a mixture has its formats', () => {
    const { metadata, shapes } = randomWeights({ ...variants.llama, width: 256, hidden: 256 })
    const plan = mixturePlan(metadata, shapes, 'Q4_K_M', 'gptq')
    expect(plan.get('output.weight')).toEqual({ type: 'Q6_K', method: 'gptq' })
    expect(plan.get('blk.0.attn_q.weight')).toEqual({ type: 'Q4_K', method: 'gptq' })
    expect(mixturePlan(metadata, shapes, 'F16', 'gptq').get('output.weight')).toEqual({ type: 'F16', method: 'rtn' })
    // Its rules differ with an importance matrix, which every method but rtn stands on.
    expect(mixturePlan(metadata, shapes, 'Q4_0', 'rtn').get('token_embd.weight')?.type).toBe('Q4_0')
  })
})
