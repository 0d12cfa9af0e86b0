/** Every scheme of quantization in training, against automatic differentiation with a straight-through estimator. */
import { describe, expect, it } from 'vitest'
import { loadNative } from '../../kernels/native/load.js'
import {
  createTrainer,
  type TrainBatch,
  type Trainer,
  type TrainerConfig,
  type WeightScheme,
} from '../../kernels/native/train.js'
import { blockLossAndGradients, lossAndGradients, type Model, type Named, readyJax } from './trainer-jax.js'

const absent = loadNative().reason
if (absent !== undefined) console.log(`training tests skipped: ${absent}`)

const model = {
  ...{ architecture: 'llama', head: 'own', rope: 'pairs', vocab: 13, dim: 16, hidden: 24, layers: 1, heads: 4 },
  ...{ kvHeads: 2, eps: 1e-5, theta: 10000, quantizeWeights: false, quantizeActivations: false },
} as const satisfies Model
const made = { seed: 5, initStd: 0.2, isa: 'generic', threads: 2 } satisfies Partial<TrainerConfig>

/** Scales of mixed size, so that some weights lie beyond the grid and some within. */
function spread(trainer: Trainer, scheme: WeightScheme): void {
  for (const { name, rows, cols, kind } of trainer.parameters()) {
    const values = (f: (i: number) => number) =>
      trainer.set(
        name,
        Float32Array.from({ length: rows * cols }, (_, i) => f(i)),
      )
    const one =
      scheme.grid === 'seq'
        ? 0.35
        : scheme.grid === 'fixed'
          ? 0.1
          : scheme.bits === 1.58
            ? 0.2
            : 0.5 / 2 ** (scheme.bits ?? 1)
    if (kind === 'scale') values((i) => one * (0.7 + 0.05 * (i % 13)))
    if (kind === 'zero') values((i) => 2 ** ((scheme.bits ?? 1) - 1) + ((i % 5) - 2) * 0.37)
    if (kind === 'low-rank') values((i) => 0.4 * Math.sin(1.7 * i + 0.3))
    if (kind !== 'linear') continue
    if (scheme.grid === 'fixed') values((i) => ((i * 7) % 4) - 2)
    if (scheme.rank) values((i) => (scheme.grid === 'seq' ? 1.1 : 2.3) * Math.sin(2.1 * i + 0.1))
  }
}

function namedOf(trainer: Trainer): Named {
  const named: Named = {}
  for (const { name, rows, cols, kind } of trainer.parameters())
    named[name] = { shape: kind === 'gain' ? [cols] : [rows, cols], data: trainer.get(name) }
  return named
}

function batchOf(lengths: number[], vocab: number): TrainBatch {
  const tokens = lengths.flatMap((length, s) => [...Array(length)].map((_, i) => (s * 13 + i * i * 7 + i * 3) % vocab))
  const seqStarts = [0]
  for (const length of lengths) seqStarts.push(seqStarts[seqStarts.length - 1] + length)
  return {
    tokens: Int32Array.from(tokens),
    targets: Int32Array.from(tokens, (id, i) => (i % 4 === 1 ? -1 : (id * 5 + i) % vocab)),
    seqStarts: Int32Array.from(seqStarts),
    weights: Float32Array.from(tokens, (_, i) => 0.25 + (i % 3)),
  }
}

/** Largest difference over the largest magnitude. */
function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = 0
  let scale = 1e-12
  for (let i = 0; i < a.length; i++) {
    most = Math.max(most, Math.abs(a[i] - b[i]))
    scale = Math.max(scale, Math.abs(b[i]))
  }
  return most / scale
}

function expectSame(trainer: Trainer, truth: Record<string, Float32Array>): void {
  let moved = 0
  for (const { name, trained } of trainer.parameters()) {
    const gradient = trainer.gradient(name)
    if (!trained) {
      expect(
        gradient.every((g) => g === 0),
        name,
      ).toBe(true)
      continue
    }
    expect(distance(gradient, truth[name]), name).toBeLessThan(2e-3)
    if (gradient.some((g) => g !== 0)) moved++
  }
  expect(moved).toBeGreaterThan(3)
}

/** All of them in ./train-schemes.long.test.ts; else each grid by rows, in groups and with a low rank once. */
const full = process.env.LUTRA_LONG_TESTS !== undefined
const more: WeightScheme[] = [
  { grid: 'lsq', bits: 2, group: 8 },
  { grid: 'lsq', bits: 4, group: 4 },
  { grid: 'lsq', bits: 8 },
]
const schemes: WeightScheme[] = [
  { grid: 'seq', bits: 1.58 },
  { grid: 'seq', bits: 2, group: 8 },
  { grid: 'lsq', bits: 1.58, group: 4 },
  { grid: 'lsq', bits: 3 },
  { grid: 'affine', bits: 2, group: 8 },
  { grid: 'affine', bits: 4 },
  { grid: 'fixed', group: 4 },
  { grid: 'lsq', bits: 3, group: 8, rank: 3, alpha: 1.5 },
  { grid: 'seq', bits: 2, rank: 2 },
  ...(full ? more : []),
]
const title = ({ grid, bits, group, rank }: WeightScheme) =>
  `${grid} ${bits ?? 'as set'} group ${group ?? 'row'}${rank ? ` rank ${rank}` : ''}`

describe.skipIf(absent !== undefined)('schemes of quantization in training', () => {
  it.each(schemes.map((scheme) => [title(scheme), scheme] as const))(
    'gradients agree with automatic differentiation: %s',
    async (_, scheme) => {
      await readyJax()
      const trainer = createTrainer({ ...model, ...made, scheme })
      spread(trainer, scheme)
      const batch = batchOf([6, 3], model.vocab)
      const { loss } = await trainer.backward(batch)
      const truth = lossAndGradients({ ...model, scheme }, namedOf(trainer), batch)
      expect(loss).toBeCloseTo(truth.loss, 4)
      expectSame(trainer, truth.gradients)
    },
  )

  it('levels are on the grid, and weights are levels times scales', async () => {
    for (const scheme of schemes) {
      const { grid, bits = 0, group } = scheme
      const trainer = createTrainer({ ...model, ...made, scheme })
      spread(trainer, scheme)
      const name = 'blk.0.ffn_down.weight'
      const [levels, weights, scales] = [
        trainer.levels(name),
        trainer.weights(name),
        trainer.get('blk.0.ffn_down.scale'),
      ]
      const found = [...new Set(levels)].sort((a, b) => a - b)
      if (grid === 'seq')
        expect(found).toEqual(bits === 2 ? [-0.75, -0.25, 0.25, 0.75] : [-2 / 3, 0, 2 / 3].map(Math.fround))
      else expect(found.every(Number.isInteger)).toBe(true)
      const low = bits === 1.58 ? -1 : -(2 ** (bits - 1))
      if (grid === 'lsq') expect(found[0] >= low && found[found.length - 1] <= (low === -1 ? 1 : -low - 1)).toBe(true)
      expect(found.length).toBeGreaterThan(2)
      const size = group ?? model.hidden
      expect(
        distance(
          weights,
          levels.map((q, i) => q * scales[Math.floor(i / size)]),
        ),
      ).toBeLessThan(1e-6)
    }
  })

  it('distillation: loss and gradients agree with automatic differentiation', async () => {
    await readyJax()
    const scheme: WeightScheme = { grid: 'lsq', bits: 3 }
    const student = createTrainer({ ...model, ...made, scheme })
    spread(student, scheme)
    const wide = { ...model, dim: 24 }
    const teacher = createTrainer({ ...wide, ...made, seed: 9, initStd: 0.4 })
    const before = teacher.save()
    const batch = batchOf([6, 3], model.vocab)
    for (const [share, temperature] of [
      [0.5, 1],
      [1, 2],
    ] as const) {
      const { loss } = await student.backward(batch, { teacher, share, temperature })
      const teaching = { config: wide, named: namedOf(teacher), share, temperature }
      const truth = lossAndGradients({ ...model, scheme }, namedOf(student), batch, teaching)
      expect(loss).toBeCloseTo(truth.loss, 4)
      expectSame(student, truth.gradients)
    }
    expect(teacher.save()).toEqual(before)
    const twin = createTrainer({ ...wide, ...made, seed: 9, initStd: 0.4 })
    expect((await twin.evaluate(batch, { teacher, share: 1 })).loss).toBeCloseTo(0, 5)
    const { losses } = await student.evaluate(batch, { teacher, share: 1 })
    const cross = await student.evaluate(batch)
    expect(losses).toEqual(cross.losses)
  })

  it('one block alone: output, loss and gradients agree with automatic differentiation', async () => {
    await readyJax()
    const scheme: WeightScheme = { grid: 'affine', bits: 3, group: 8 }
    const two = { ...model, layers: 2 }
    for (const [layer, config] of [
      [0, two],
      [1, two],
    ] as const) {
      const trainer = createTrainer({ ...config, ...made, scheme })
      spread(trainer, scheme)
      const rows = 11
      const wave = (k: number) =>
        Float32Array.from({ length: rows * model.dim }, (_, i) => Math.sin(k * i + 0.2 * i * i))
      const batch = { input: wave(0.7), wanted: wave(1.3), seqStarts: Int32Array.of(0, 4, rows) }
      const { loss } = await trainer.backwardBlock(layer, batch)
      const truth = blockLossAndGradients({ ...config, scheme }, namedOf(trainer), layer, batch)
      expect(loss).toBeCloseTo(truth.loss, 4)
      expectSame(trainer, truth.gradients)
      const out = await trainer.block(layer, batch)
      expect(out.reduce((sum, x, i) => sum + (x - batch.wanted[i]) ** 2, 0) / out.length).toBeCloseTo(loss, 4)
      const options = { lr: 1e-2, rates: { scale: 0.1 } }
      for (let i = 0; i < 60; i++) await trainer.stepBlock(layer, batch, options)
      expect((await trainer.backwardBlock(layer, batch)).loss).toBeLessThan(0.9 * loss)
    }
  })

  it('what is frozen keeps its values and has no moments', async () => {
    const freeze = ['embedding', 'gain', 'head', 'linear'] as const
    const trainer = createTrainer({ ...model, ...made, scheme: { grid: 'fixed', group: 8 }, freeze })
    spread(trainer, { grid: 'fixed' })
    const scales = trainer.parameters().filter(({ kind }) => kind === 'scale')
    const floats = scales.reduce((sum, { rows, cols }) => sum + rows * cols, 0)
    expect(trainer.size.trained).toBe(floats)
    expect(trainer.parameters().filter(({ trained }) => trained)).toEqual(scales)
    expect(trainer.save().length).toBeLessThan(4 * (trainer.size.parameters + 3 * floats))
    const before = namedOf(trainer)
    const batch = batchOf([6, 9, 4], model.vocab)
    const first = (await trainer.evaluate(batch)).loss
    for (let i = 0; i < 40; i++) await trainer.step(batch, { lr: 1e-2, weightDecay: 0.1, rates: { scale: 0.5 } })
    expect((await trainer.evaluate(batch)).loss).toBeLessThan(first)
    for (const { name, trained } of trainer.parameters())
      expect(distance(trainer.get(name), before[name].data) > 0, name).toBe(trained)
  })

  it.each(schemes.map((scheme) => [title(scheme), scheme] as const))(
    'learns, and a saved run goes on bit by bit: %s',
    async (_, scheme) => {
      const config = { ...model, vocab: 30, dim: 32, hidden: 32, ...made, scheme, initStd: 0.1, isa: undefined }
      const options = { lr: 4e-3, clip: 1, rates: { scale: scheme.grid === 'fixed' ? 1 : 0.3 } }
      const batch = batchOf([12, 9], 30)
      const a = createTrainer(config)
      spread(a, scheme)
      const first = await a.evaluate(batch)
      for (let i = 0; i < 60; i++) await a.step(batch, options)
      const b = createTrainer({ ...config, seed: 77 })
      b.load(a.save())
      for (let i = 0; i < 5; i++) expect(await b.step(batch, options)).toEqual(await a.step(batch, options))
      expect(b.save()).toEqual(a.save())
      expect((await a.evaluate(batch)).loss).toBeLessThan(0.7 * first.loss)
    },
  )

  it('every instruction set here gives the same gradients within rounding', async () => {
    const scheme: WeightScheme = { grid: 'lsq', bits: 4, group: 4, rank: 3 }
    const batch = batchOf([30, 5, 21], model.vocab)
    const truth = createTrainer({ ...model, ...made, scheme })
    spread(truth, scheme)
    const { loss } = await truth.backward(batch)
    const found = new Set<string>()
    for (const isa of ['amx', 'avx512bf16', 'avx512', 'avx2', 'neon', undefined])
      for (const precision of ['f32', 'bf16'] as const) {
        let trainer: Trainer
        try {
          trainer = createTrainer({ ...model, ...made, scheme, isa, threads: 3, precision })
        } catch (error) {
          console.log(`${isa} skipped: ${(error as Error).message}`)
          continue
        }
        spread(trainer, scheme)
        const half = precision === 'bf16'
        expect(Math.abs((await trainer.backward(batch)).loss - loss)).toBeLessThan(half ? 0.02 : 1e-4)
        for (const { name } of truth.parameters())
          expect(distance(trainer.gradient(name), truth.gradient(name)), `${isa} ${precision} ${name}`).toBeLessThan(
            half ? 0.05 : 1e-3,
          )
        found.add(trainer.isa)
      }
    expect(found.size).toBeGreaterThanOrEqual(1)
  })

  it('refuses schemes, teachers and blocks that do not fit', async () => {
    const scheme = (s: object) => () => createTrainer({ ...model, ...made, scheme: s as WeightScheme })
    expect(scheme({ grid: 'cubic' })).toThrow(/cubic/)
    expect(scheme({ grid: 'lsq' })).toThrow(/bits/)
    expect(scheme({ grid: 'lsq', bits: 9 })).toThrow(/9/)
    expect(scheme({ grid: 'affine', bits: 1.58 })).toThrow(/1.58/)
    expect(scheme({ grid: 'lsq', bits: 4, group: 5 })).toThrow(/does not fit/)
    expect(scheme({ grid: 'affine', bits: 4, rank: 2 })).toThrow(/low rank/)
    const lsq: WeightScheme = { grid: 'lsq', bits: 4 }
    expect(() => createTrainer({ ...model, ...made, schemes: { 'blk.9.attn_q.weight': lsq } })).toThrow(/blk.9/)
    expect(() => createTrainer({ ...model, head: 'tied', ...made, schemes: { 'output.weight': lsq } })).toThrow(/fit/)
    const trainer = createTrainer({ ...model, ...made, schemes: { 'output.weight': lsq } })
    expect(
      trainer
        .parameters()
        .filter(({ kind }) => kind === 'scale')
        .map(({ name }) => name),
    ).toEqual(['output.scale'])
    expect(() => trainer.levels('blk.0.attn_q.weight')).toThrow(/no learned scales/)
    const batch = batchOf([6], model.vocab)
    const other = createTrainer({ ...model, ...made, vocab: 17 })
    for (const teacher of [trainer, other, {} as Trainer])
      await expect(trainer.step(batch, { lr: 1e-3 }, { teacher })).rejects.toThrow(/same vocabulary/)
    const plain = createTrainer({ ...model, ...made })
    await expect(trainer.backward(batch, { teacher: plain, share: 2 })).rejects.toThrow(/share/)
    expect(() => plain.load(trainer.save())).toThrow(/another/)
    const rows = new Float32Array(model.dim * 3)
    await expect(plain.block(1, { input: rows, seqStarts: Int32Array.of(0, 3) })).rejects.toThrow(/layer 1/)
    await expect(plain.block(0, { input: rows.subarray(1), seqStarts: Int32Array.of(0, 3) })).rejects.toThrow(
      /rows of 16/,
    )
    await expect(plain.block(0, { input: rows, seqStarts: Int32Array.of(0, 4) })).rejects.toThrow(/seqStarts/)
  })
})
