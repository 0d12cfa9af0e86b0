import { describe, expect, it } from 'vitest'
import { loadNative } from '../../kernels/native/load.js'
import { createTrainer, type TrainBatch, type Trainer, type TrainerConfig } from '../../kernels/native/train.js'
import { lossAndGradients, type Named, readyJax } from './trainer-jax.js'

const absent = loadNative().reason
if (absent !== undefined) console.log(`training tests skipped: ${absent}`)

const tiny: TrainerConfig = { vocab: 23, dim: 16, hidden: 24, layers: 2, heads: 4, kvHeads: 2, seed: 5, initStd: 0.2 }
const plain = { quantizeWeights: false, quantizeActivations: false }
const bitnet = { architecture: 'bitnet', head: 'tied', rope: 'halves' } as const
const llama = { architecture: 'llama', head: 'own', rope: 'pairs' } as const

/** Sequences of the given lengths; targets are the next token, every third position without one. */
function batchOf(lengths: number[], vocab: number, weighted = false): TrainBatch {
  const tokens: number[] = []
  const targets: number[] = []
  const seqStarts = [0]
  lengths.forEach((length, s) => {
    const id = (i: number) => (s * 13 + i * i * 7 + i * 3) % vocab
    for (let i = 0; i < length; i++) {
      tokens.push(id(i))
      targets.push(i % 3 === 1 ? -1 : id(i + 1))
    }
    seqStarts.push(tokens.length)
  })
  const batch = {
    tokens: Int32Array.from(tokens),
    seqStarts: Int32Array.from(seqStarts),
    targets: Int32Array.from(targets),
  }
  return weighted ? { ...batch, weights: Float32Array.from(tokens, (_, i) => 0.25 + (i % 5)) } : batch
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

/** Moves a tensor along its own gradient, both ways, and holds the loss's slope against the gradient's norm. */
async function slope(trainer: Trainer, batch: TrainBatch, name: string): Promise<{ found: number; expected: number }> {
  const at = trainer.get(name)
  const gradient = trainer.gradient(name)
  const norm = Math.hypot(...gradient)
  const h = 0.01
  const losses: number[] = []
  for (const sign of [1, -1]) {
    trainer.set(
      name,
      at.map((p, i) => p + (sign * h * gradient[i]) / norm),
    )
    losses.push((await trainer.evaluate(batch)).loss)
  }
  trainer.set(name, at)
  return { found: (losses[0] - losses[1]) / (2 * h), expected: norm }
}

describe.skipIf(absent !== undefined)('training graph', () => {
  it.each([
    ['bitnet', bitnet],
    ['llama', llama],
  ])('gradients agree with finite differences for every tensor: %s', async (_, model) => {
    const batch = batchOf([9, 1, 17, 40], 23, true)
    const trainer = createTrainer({ ...tiny, ...plain, ...model })
    await trainer.backward(batch)
    for (const { name } of trainer.parameters()) {
      const { found, expected } = await slope(trainer, batch, name)
      expect(expected, name).toBeGreaterThan(1e-4)
      expect(Math.abs(found - expected) / expected, `${name}: slope ${found}, gradient ${expected}`).toBeLessThan(0.01)
    }
  })

  it.each([
    ['plain', { ...bitnet, ...plain }],
    ['ternary weights', { ...bitnet, quantizeWeights: true, quantizeActivations: false }],
    ['ternary weights and int8 activations', { ...bitnet, quantizeWeights: true, quantizeActivations: true }],
    ['llama', { ...llama, ...plain }],
    ['llama with a tied head and halves', { ...llama, ...plain, head: 'tied' as const, rope: 'halves' as const }],
    ['llama in ternary weights', { ...llama, quantizeWeights: true, quantizeActivations: false }],
  ])('gradients agree with automatic differentiation: %s', async (_, quantize) => {
    await readyJax()
    const batch = batchOf([7, 12], 23, true)
    const config = { ...tiny, ...quantize, kvHeads: 2, eps: 1e-5, theta: 10000 }
    // In bf16 only gradients are rounded: the loss holds as closely, the gradients to a percent.
    const [f32, half] = [createTrainer({ ...config, isa: 'generic' }), createTrainer(config)]
    const [result, halfResult] = [await f32.backward(batch), await half.backward(batch)]
    const named: Named = {}
    for (const { name, rows, cols, kind } of f32.parameters())
      named[name] = { shape: kind === 'gain' ? [cols] : [rows, cols], data: f32.get(name) }
    const truth = lossAndGradients(config, named, batch)
    expect(result.loss).toBeCloseTo(truth.loss, 4)
    expect(halfResult.loss).toBeCloseTo(truth.loss, 4)
    for (const name of Object.keys(named)) {
      expect(distance(f32.gradient(name), truth.gradients[name]), name).toBeLessThan(1e-3)
      expect(distance(half.gradient(name), truth.gradients[name]), name).toBeLessThan(1e-2)
    }
  })

  it('single entries agree with finite differences', async () => {
    const batch = batchOf([11, 6], 23)
    const trainer = createTrainer({ ...tiny, ...plain })
    await trainer.backward(batch)
    for (const { name, rows, cols } of trainer.parameters()) {
      const gradient = trainer.gradient(name)
      const at = trainer.get(name)
      const scale = Math.max(...gradient.map(Math.abs))
      for (const i of [0, (rows * cols) >> 1, rows * cols - 1]) {
        const losses: number[] = []
        for (const sign of [1, -1]) {
          const moved = at.slice()
          moved[i] += sign * 0.02
          trainer.set(name, moved)
          losses.push((await trainer.evaluate(batch)).loss)
        }
        const found = (losses[0] - losses[1]) / 0.04
        expect(Math.abs(found - gradient[i]), `${name}[${i}]`).toBeLessThan(0.03 * scale + 2e-4)
      }
      trainer.set(name, at)
    }
  })

  it('every instruction set here, and every thread count, gives the same gradients within rounding', async () => {
    const batch = batchOf([30, 5, 64, 1, 21, 33, 50], 23, true)
    const truth = createTrainer({ ...tiny, ...plain, isa: 'generic', threads: 1 })
    const { loss } = await truth.backward(batch)
    const names = truth.parameters().map((p) => p.name)
    let compared = 0
    for (const isa of ['amx', 'avx512bf16', 'avx512', 'avx2', 'neon', 'generic'])
      for (const threads of [1, 3]) {
        let trainer: Trainer
        try {
          trainer = createTrainer({ ...tiny, ...plain, isa, threads })
        } catch (error) {
          console.log(`${isa} skipped: ${(error as Error).message}`)
          continue
        }
        expect((await trainer.backward(batch)).loss).toBeCloseTo(loss, 5)
        for (const name of names)
          expect(distance(trainer.gradient(name), truth.gradient(name)), `${isa} ${name}`).toBeLessThan(1e-4)
        compared++
      }
    expect(compared).toBeGreaterThanOrEqual(2)
  })

  it('odd widths give the same quantized gradients on every instruction set', async () => {
    const odd = { ...tiny, dim: 44, heads: 2, kvHeads: 1, hidden: 77 }
    const batch = batchOf([31, 12, 1], 23)
    const truth = createTrainer({ ...odd, isa: 'generic' })
    const { loss } = await truth.backward(batch)
    const names = truth.parameters().map((p) => p.name)
    for (const isa of ['amx', 'avx512bf16', undefined]) {
      let trainer: Trainer
      try {
        trainer = createTrainer({ ...odd, isa })
      } catch (error) {
        console.log(`${isa} skipped: ${(error as Error).message}`)
        continue
      }
      expect((await trainer.backward(batch)).loss).toBeCloseTo(loss, 4)
      for (const name of names)
        expect(distance(trainer.gradient(name), truth.gradient(name)), `${trainer.isa} ${name}`).toBeLessThan(0.02)
    }
  })

  it('sequences do not see each other, nor what comes later', async () => {
    const trainer = createTrainer({ ...tiny, threads: 1 })
    const both = batchOf([12, 20], 23)
    const alone = {
      tokens: both.tokens.slice(0, 12),
      seqStarts: Int32Array.of(0, 12),
      targets: both.targets.slice(0, 12),
    }
    const short = { tokens: both.tokens.slice(0, 7), seqStarts: Int32Array.of(0, 7), targets: both.targets.slice(0, 7) }
    const all = [...(await trainer.evaluate(both)).argmax]
    const one = [...(await trainer.evaluate(alone)).argmax]
    const few = [...(await trainer.evaluate(short)).argmax]
    expect(all.slice(0, one.length)).toEqual(one)
    expect(one.slice(0, few.length)).toEqual(few)
    expect(new Set(all).size).toBeGreaterThan(1)
  })

  it('learns a small batch by heart with ternary weights and int8 activations', async () => {
    const trainer = createTrainer({ vocab: 40, dim: 64, hidden: 96, layers: 2, heads: 4, seed: 3 })
    const batch = batchOf([16, 25, 9], 40)
    const first = await trainer.evaluate(batch)
    expect(first.loss).toBeGreaterThan(3)
    for (let i = 0; i < 250; i++) await trainer.step(batch, { lr: 3e-3, clip: 1, weightDecay: 0.01 })
    const last = await trainer.evaluate(batch)
    expect(last.loss).toBeLessThan(0.15)
    expect([...last.argmax]).toEqual([...batch.targets].filter((t) => t >= 0))
    expect(last.losses.length).toBe(last.argmax.length)
    expect(last.losses.reduce((sum, x) => sum + x, 0) / last.losses.length).toBeCloseTo(last.loss, 5)
  })

  it('a saved run goes on bit by bit, and the same seed gives the same run', async () => {
    const config = { ...tiny, threads: 2 }
    const batch = batchOf([16, 25, 9, 30, 12], 23)
    const options = { lr: 1e-2, clip: 1, weightDecay: 0.1 }
    const a = createTrainer(config)
    for (let i = 0; i < 5; i++) await a.step(batch, options)
    const saved = a.save()
    const b = createTrainer({ ...config, seed: 99 })
    expect(b.save()).not.toEqual(createTrainer(config).save())
    b.load(saved)
    const c = createTrainer(config)
    for (let i = 0; i < 5; i++) await c.step(batch, options)
    expect(c.save()).toEqual(saved)
    for (let i = 0; i < 5; i++) expect(await b.step(batch, options)).toEqual(await a.step(batch, options))
    expect(b.steps).toBe(10)
    expect(b.save()).toEqual(a.save())
  })

  it('clipping bounds the update, weights scale the loss, and decay spares the gains', async () => {
    const batch = batchOf([14], 23)
    const trainer = createTrainer({ ...tiny })
    const gain = trainer.get('output_norm.weight')
    await trainer.step({ ...batch, weights: new Float32Array(14) }, { lr: 0.5, weightDecay: 0.5 })
    expect(trainer.get('output_norm.weight')).toEqual(gain)
    const fresh = createTrainer({ ...tiny })
    const ratio = trainer.get('token_embd.weight')[3] / fresh.get('token_embd.weight')[3]
    expect(ratio).toBeCloseTo(0.75, 5)
    const even = await fresh.evaluate(batch)
    const doubled = await fresh.evaluate({ ...batch, weights: new Float32Array(14).fill(2) })
    expect(doubled.loss).toBeCloseTo(even.loss, 6)
  })

  it('a step that is not finite changes nothing', async () => {
    const trainer = createTrainer(tiny)
    const batch = batchOf([14], 23)
    trainer.set('output_norm.weight', new Float32Array(16).fill(Number.NaN))
    const before = trainer.save()
    const result = await trainer.step(batch, { lr: 1e-3, clip: 1 })
    expect(result.loss).toBeNaN()
    expect(result.steps).toBe(0)
    expect(trainer.save()).toEqual(before)
  })

  it('steps leave the event loop free', async () => {
    const trainer = createTrainer({ vocab: 64, dim: 128, hidden: 256, layers: 4, heads: 4 })
    const batch = batchOf(Array(30).fill(60), 64)
    let ticks = 0
    const timer = setInterval(() => ticks++, 1)
    await Promise.all([1, 2, 3].map(() => trainer.step(batch, { lr: 1e-3 })))
    clearInterval(timer)
    expect(trainer.steps).toBe(3)
    expect(ticks).toBeGreaterThan(3)
  })

  it('a llama lists its own tensors and learns a small batch by heart', async () => {
    const trainer = createTrainer({ ...tiny, ...llama, vocab: 40, dim: 32, initStd: 0.02 })
    const names = trainer.parameters().map(({ name }) => name)
    expect(names.filter((name) => name.includes('sub_norm'))).toEqual([])
    expect(trainer.parameters().at(-1)).toEqual({ name: 'output.weight', rows: 40, cols: 32, kind: 'head' })
    const batch = batchOf([16, 25, 9], 40)
    for (let i = 0; i < 200; i++) await trainer.step(batch, { lr: 5e-3, clip: 1 })
    expect((await trainer.evaluate(batch)).loss).toBeLessThan(0.1)
  })

  it('refuses what does not fit, and does not crash', async () => {
    expect(() => createTrainer({ ...tiny, dim: 17 })).toThrow(/multiple of 2 \* heads/)
    expect(() => createTrainer({ ...tiny, kvHeads: 3 })).toThrow(/kvHeads/)
    expect(() => createTrainer({ ...tiny, layers: 0 })).toThrow(/layers/)
    expect(() => createTrainer({ ...tiny, isa: 'mmx' })).toThrow(/mmx/)
    const trainer = createTrainer(tiny)
    const good = batchOf([5, 4], 23)
    const bad: [Partial<TrainBatch>, RegExp][] = [
      [{ tokens: new Int32Array(0) }, /no tokens/],
      [{ tokens: good.tokens.map((t, i) => (i === 2 ? 23 : t)) }, /token 23 at 2/],
      [{ targets: good.targets.map((t, i) => (i === 2 ? 23 : t)) }, /target 23 at 2/],
      [{ targets: good.targets.slice(1) }, /8 targets/],
      [{ seqStarts: Int32Array.of(0, 5) }, /seqStarts/],
      [{ seqStarts: Int32Array.of(0, 7, 5, 9) }, /rise/],
      [{ weights: new Float32Array(3) }, /3 weights/],
      [{ weights: new Float32Array(9).fill(Number.NaN) }, /finite/],
    ]
    for (const [change, expected] of bad)
      await expect(trainer.step({ ...good, ...change }, { lr: 1e-3 })).rejects.toThrow(expected)
    await expect(trainer.step(good, { lr: Number.NaN })).rejects.toThrow(/finite/)
    expect(() => trainer.get('nope')).toThrow(/nope/)
    expect(() => trainer.set('output_norm.weight', new Float32Array(3))).toThrow(/16 values/)
    expect(() => trainer.load(new Uint8Array(10))).toThrow(/header/)
    expect(() => trainer.load(trainer.save().slice(0, -4))).toThrow(/bytes/)
    const other = createTrainer({ ...tiny, hidden: 32 })
    expect(() => trainer.load(other.save())).toThrow(/another model/)
    const running = trainer.step(good, { lr: 1e-3 })
    await new Promise((resolve) => process.nextTick(resolve))
    expect(() => trainer.get('output_norm.weight')).toThrow(/running/)
    await running
    expect(trainer.steps).toBe(1)
  })
})
