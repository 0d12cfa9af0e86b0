import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { loadNative } from '../../../kernels/native/load.js'
import { createTrainer, type TrainBatch } from '../../../kernels/native/train.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { BatchMaker, type Sequence, toBatch } from '../../../sdk/pilot/train/batch.js'
import { readRun, readWeights } from '../../../sdk/pilot/train/checkpoint.js'
import { exactMatch } from '../../../sdk/pilot/train/exact-match.js'
import { exportPilot } from '../../../sdk/pilot/train/export.js'
import { trainOptions } from '../../../sdk/pilot/train/options.js'
import { type Task, trainPilot } from '../../../sdk/pilot/train/run.js'
import { learningRate, weightDecay } from '../../../sdk/pilot/train/schedule.js'
import { Selector } from '../../../sdk/pilot/train/selector.js'
import { pilotTask } from '../../../sdk/pilot/train/task.js'
import { warmStart } from '../../../sdk/pilot/train/warm-start.js'

const absent = loadNative().reason
if (absent !== undefined) console.log(`pilot training tests skipped: ${absent}`)
const folder = mkdtempSync(join(tmpdir(), 'lutra-train-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Prompt: begin 0, three letters, separator 1. Answer: the letters backwards, end 2. */
const backwards: Task = {
  vocab: 13,
  *sequences(seed, split) {
    for (let n = split === 'heldout' ? 1_000_000 : seed * 7919; ; n++) {
      const letters = [n * 7 + 1, n * 13 + (n >> 3), n * 29 + (n >> 5)].map((x) => 3 + (x % 10))
      yield { prompt: [0, ...letters, 1], answer: [...letters.reverse(), 2] }
    }
  },
  text: (ids) => ids.join(' '),
}

describe('pilot training recipe', () => {
  it('the loss stands on the answer and its end, and on the prompt only if wanted', () => {
    const two: Sequence[] = [
      { prompt: [0, 5, 1], answer: [6, 2] },
      { prompt: [0, 1], answer: [2] },
    ]
    const batch = toBatch(two)
    expect([...batch.tokens]).toEqual([0, 5, 1, 6, 0, 1])
    expect([...batch.targets]).toEqual([-1, -1, 6, 2, -1, 2])
    expect([...batch.seqStarts]).toEqual([0, 4, 6])
    const both = toBatch(two, 0.25)
    expect([...both.targets]).toEqual([5, 1, 6, 2, 1, 2])
    expect([...both.weights!]).toEqual([0.25, 0.25, 1, 1, 0.25, 1])
  })

  it('batches stay under their size, lose nothing, and let one long example pass alone', () => {
    const lengths = [3, 4, 2, 30, 5, 5]
    const source = lengths.map((n) => ({ prompt: [0], answer: Array(n).fill(3) }))
    const maker = new BatchMaker(source.values(), 10, 0)
    const sizes: number[][] = []
    for (let b = maker.next(); b; b = maker.next()) sizes.push([...b.seqStarts])
    expect(sizes).toEqual([
      [0, 3, 7, 9],
      [0, 30],
      [0, 5, 10],
    ])
  })

  it('the selector passes on what is not sure, and the wanted share of the rest', async () => {
    // Every third example is hard: its answer's tokens cost 0.1 nats each.
    const source = Array.from({ length: 600 }, (_, n) => ({ prompt: [0, n % 3, 1], answer: [5, 6, 7, 2] }))
    const judge = {
      async evaluate(batch: TrainBatch) {
        const losses: number[] = []
        for (let s = 0; s + 1 < batch.seqStarts.length; s++)
          losses.push(...Array(4).fill(batch.tokens[batch.seqStarts[s] + 1] === 0 ? 0.1 : 0.001))
        return { loss: 0, argmax: new Int32Array(losses.length), losses: Float32Array.from(losses) }
      },
    }
    for (const rest of [0, 0.25]) {
      const selector = new Selector(judge, new BatchMaker(source.values(), 60, 0), 120, rest, 1)
      const chosen: Sequence[] = []
      for (let batch = await selector.next(); batch; batch = await selector.next()) {
        expect(batch.length).toBe(20)
        chosen.push(...batch)
      }
      const hard = chosen.filter((s) => s.prompt[1] === 0).length
      expect(selector.judged).toBe(3600)
      if (rest === 0) expect(hard).toBe(chosen.length)
      // 200 hard ones and about 100 of 400 others; up to a batch stays behind.
      else expect(chosen.length - hard).toBeGreaterThan(60)
      expect(hard).toBeGreaterThan(180)
      expect(chosen.length - hard).toBeLessThan(140)
    }
  })

  it('the rate rises, peaks and falls; decay ends half-way', () => {
    expect(learningRate(1, 0, 0)).toBeLessThan(0.01)
    expect(learningRate(1, 1000, 0)).toBeCloseTo(1)
    expect(learningRate(1, 1000, 0.5)).toBeCloseTo(0.51)
    expect(learningRate(1, 1000, 1)).toBeCloseTo(0.02)
    expect([weightDecay(0.1, 0.4), weightDecay(0.1, 0.6)]).toEqual([0.1, 0])
  })

  it('options have defaults and refuse nonsense', () => {
    expect(trainOptions([])).toMatchObject({ minutes: 60, dim: 256, resume: false, out: '.cache/pilot-run' })
    expect(trainOptions(['--dim', '128', '--resume', '--lr', '1e-3'])).toMatchObject({
      dim: 128,
      resume: true,
      lr: 0.001,
    })
    expect(() => trainOptions(['--dim', 'wide'])).toThrow(/--dim/)
    expect(() => trainOptions(['--dim', '12.5'])).toThrow(/whole/)
    expect(() => trainOptions(['--nonsense', '1'])).toThrow(/nonsense/)
  })

  it.skipIf(absent !== undefined)(
    'learns to write three letters backwards, and goes on where it stopped',
    async () => {
      const sizes = [
        '--dim',
        '64',
        '--hidden',
        '96',
        '--layers',
        '2',
        '--heads',
        '4',
        '--batch',
        '512',
        '--held-out',
        '100',
      ]
      const options = trainOptions([...sizes, '--steps', '700', '--out', folder, '--lr', '0.004'])
      const lines: string[] = []
      const run = await trainPilot(options, backwards, (line) => lines.push(line))
      expect(run.heldOut!.exact).toBeGreaterThan(0.9)
      expect(lines.at(0)).toMatch(/parameters/)
      expect(readRun(folder)).toEqual(run)
      const again = await trainPilot({ ...options, resume: true, steps: 710 }, backwards, () => {})
      expect(run.steps).toBe(700)
      expect(again.steps).toBe(710)
      expect(again.minutes).toBeGreaterThan(run.minutes)

      const weights = readWeights(folder)
      const other = createTrainer({ vocab: 13, dim: 64, hidden: 96, layers: 2, heads: 4, seed: 9 })
      for (const { name, data } of weights) other.set(name, data)
      expect(weights.length).toBe(other.parameters().length)
      const source = backwards.sequences(1, 'heldout')
      const held = Array.from({ length: 100 }, () => source.next().value as Sequence)
      expect((await exactMatch(other, held)).exact).toBe(again.heldOut!.exact)
      writeFileSync(join(folder, 'weights.bin'), new Uint8Array(100))
      expect(() => readWeights(folder)).toThrow(/found 100/)
    },
    120_000,
  )

  it.skipIf(absent !== undefined)(
    'a float run starts from the folder of another, and is exported as it is',
    async () => {
      const [first, second] = [join(folder, 'first'), join(folder, 'second')]
      const common = ['--dim', '64', '--hidden', '96', '--layers', '1', '--batch', '64', '--held-out', '5']
      const options = (...more: string[]) => trainOptions([...common, '--threads', '1', ...more])
      await trainPilot(options('--steps', '2', '--out', first), backwards, () => {})
      const from = options(
        '--steps',
        '1',
        '--lr',
        '0',
        '--weight-decay',
        '0',
        '--float',
        '--from',
        first,
        '--out',
        second,
      )
      const run = await trainPilot(from, backwards, () => {})
      expect(run.float).toBe(true)
      expect(readWeights(second)).toEqual(readWeights(first))
      const path = join(folder, 'float.gguf')
      writeFileSync(path, exportPilot(run, readWeights(second)))
      const { tensors } = await openGguf(path)
      for (const { name, data } of readWeights(first)) {
        expect(tensors.get(name)?.dtype.name).toBe('F32')
        expect(tensors.get(name)?.bytes).toEqual(new Uint8Array(data.buffer))
      }
      const sizes = { vocab: 13, dim: 64, hidden: 96, layers: 2, heads: 4 }
      await expect(warmStart(first, sizes, 1)).rejects.toThrow(/Expected layers 2 .* found 1/)
    },
  )

  it.skipIf(absent !== undefined)('a model file starts another run as the same function', async () => {
    const task = pilotTask()
    const sizes = { vocab: task.vocab, dim: 128, hidden: 256, layers: 2, heads: 4 }
    const first = createTrainer({ ...sizes, seed: 3 })
    const weights = first.parameters().map(({ name, rows, cols }) => ({ name, rows, cols, data: first.get(name) }))
    const path = join(folder, 'start.gguf')
    writeFileSync(path, exportPilot({ ...sizes, seed: 3, steps: 0, tokens: 0, minutes: 0, loss: 0 }, weights))

    for (const { name, rows, data } of await warmStart(path, sizes, 4)) {
      if (rows === 1 || name === 'token_embd.weight') continue
      const [codes, again] = [first.get(name), data].map((w) => {
        const scale = w.reduce((sum, x) => sum + Math.abs(x), 0) / w.length
        return { scale, ternary: Int8Array.from(w, (x) => Math.max(-1, Math.min(1, Math.round(x / scale)))) }
      })
      expect(again.scale / codes.scale, name).toBeCloseTo(1, 5)
      expect(again.ternary, name).toEqual(codes.ternary)
      expect(new Set(data).size, name).toBeGreaterThan(0.9 * data.length)
    }
    await expect(warmStart(path, { ...sizes, dim: 64 }, 4)).rejects.toThrow(/Expected dim 64 .* found 128/)
    await expect(warmStart(path, { ...sizes, layers: 1 }, 4)).rejects.toThrow(/Expected up to 1 layers .* found 2/)

    const three = createTrainer({ ...sizes, layers: 3, seed: 5 })
    for (const { name, data } of await warmStart(path, { ...sizes, layers: 3 }, 4)) three.set(name, data)
    const two = createTrainer({ ...sizes, seed: 5 })
    for (const { name, data } of await warmStart(path, sizes, 4)) two.set(name, data)
    const source = task.sequences(6, 'train')
    const batch = toBatch(Array.from({ length: 20 }, () => source.next().value as Sequence))
    const [deeper, same] = [await three.evaluate(batch), await two.evaluate(batch)]
    expect(deeper.loss).toBeCloseTo(same.loss, 3)
    // The added layer can learn: its sub-norms have gradients, though they are zero.
    await three.backward(batch)
    const gained = three.parameters().filter(({ name }) => name.endsWith('sub_norm.weight'))
    for (const { name } of gained)
      expect(
        three.gradient(name).some((g) => g !== 0),
        name,
      ).toBe(true)
    expect(gained.filter(({ name }) => three.get(name).every((g) => g === 0))).toHaveLength(2)
  })

  it.each([
    [64, 'F16', 1, 1000],
    [256, 'Q6_K', 16, 31],
  ] as const)(
    'an embedding of width %i is exported as %s, near the trained one',
    async (cols, format, segment, steps) => {
      const rows = 3
      const data = Float32Array.from({ length: rows * cols }, (_, i) => Math.sin(i * 7) * (1 + (i % 5)))
      const run = {
        vocab: rows,
        dim: cols,
        hidden: 128,
        layers: 1,
        heads: 2,
        seed: 1,
        steps: 0,
        tokens: 0,
        minutes: 0,
        loss: 0,
      }
      const path = join(folder, 'embedding.gguf')
      writeFileSync(path, exportPilot(run, [{ name: 'token_embd.weight', rows, cols, data }]))
      const { dtype, bytes } = (await openGguf(path)).tensors.get('token_embd.weight')!
      expect(dtype.name).toBe(format)
      const read = new Float32Array(data.length)
      dtype.decode(bytes, data.length, 0, data.length, read)
      read.forEach((w, i) => {
        const from = segment * Math.floor(i / segment)
        const most = Math.max(...data.subarray(from, from + segment).map(Math.abs))
        expect(Math.abs(w - data[i]), String(i)).toBeLessThanOrEqual(most / steps)
      })
    },
  )
})
