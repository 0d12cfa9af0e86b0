/** Quantization by training: text into batches, formats into bytes, runs that are cut off and go on. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { dtypeByName, F32 } from '../../../../hal/dtypes/index.js'
import { f32ToF16 } from '../../../../hal/half.js'
import { loadNative } from '../../../../kernels/native/load.js'
import { createTrainer } from '../../../../kernels/native/train.js'
import { GgufFloat, writeGguf } from '../../../../sdk/model/gguf-writer.js'
import { openModelFile } from '../../../../sdk/model/open-model-file.js'
import { quantize } from '../../../../sdk/quantize/quantize.js'
import { halfFields, putScales, takeScales } from '../../../../sdk/quantize/train/block-scales.js'
import { readCheckpoint, writeCheckpoint } from '../../../../sdk/quantize/train/checkpoint.js'
import { Examples } from '../../../../sdk/quantize/train/examples.js'
import { trainedFormat, trainedFormats } from '../../../../sdk/quantize/train/formats.js'
import type { TrainOptions } from '../../../../sdk/quantize/train/options.js'
import { pack } from '../../../../sdk/quantize/train/pack.js'
import { firstScales, fixedPoint } from '../../../../sdk/quantize/train/scales.js'
import { ownText } from '../../../../sdk/quantize/train/self-text.js'
import { Text } from '../../../../sdk/quantize/train/text.js'
import { trainQuantized } from '../../../../sdk/quantize/train/train.js'
import { closeEngine, logitsOf } from '../../model/same-logits.js'

const absent = loadNative().reason
if (absent !== undefined) console.log(`training tests skipped: ${absent}`)

const folder = mkdtempSync(join(tmpdir(), 'lutra-train-'))
afterAll(async () => {
  await closeEngine()
  rmSync(folder, { recursive: true, force: true })
})

/** Words that follow each other by a rule: a model of two layers learns them in a moment. */
const words = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight']
const sentence = (n: number) => words.map((_, i) => words[(n * (i + 1) + i * i) % words.length]).join(' ')
const corpus = Array.from({ length: 1500 }, (_, n) => sentence(n % 23)).join(' . ')
const input = join(folder, 'float.gguf')

/** A vocabulary of bytes and the words, as SentencePiece has them. */
const pieces = [
  ...['<unk>', '<s>', '</s>'],
  ...Array.from({ length: 256 }, (_, b) => `<0x${b.toString(16).toUpperCase().padStart(2, '0')}>`),
  ...['▁', '.', '▁.', ...words.flatMap((word) => [...word].map((_, i) => `▁${word.slice(0, i + 1)}`))],
].filter((piece, i, all) => all.indexOf(piece) === i)
const size = { dim: 64, hidden: 256, layers: 2, heads: 2 }

async function writeFloat(path: string, architecture: 'llama' | 'bitnet' = 'llama', dim = size.dim): Promise<void> {
  const vocab = Math.ceil(pieces.length / 8) * 8
  const head = architecture === 'llama' ? 'own' : 'tied'
  const trainer = createTrainer({
    ...{ architecture, head, vocab, ...size, dim, seed: 4, threads: 1 },
    quantizeWeights: false,
  })
  const names = [...pieces, ...Array.from({ length: vocab - pieces.length }, (_, i) => `unused${i}`)]
  const metadata = new Map<string, string | number | string[] | Float32Array | Int32Array | GgufFloat>([
    ['general.architecture', architecture],
    [`${architecture}.context_length`, 32],
    [`${architecture}.embedding_length`, dim],
    [`${architecture}.block_count`, size.layers],
    [`${architecture}.feed_forward_length`, size.hidden],
    [`${architecture}.attention.head_count`, size.heads],
    [`${architecture}.attention.head_count_kv`, size.heads],
    [`${architecture}.attention.layer_norm_rms_epsilon`, new GgufFloat(1e-5)],
    [`${architecture}.rope.dimension_count`, dim / size.heads],
    [`${architecture}.vocab_size`, vocab],
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', names],
    ['tokenizer.ggml.scores', Float32Array.from(names, (piece) => piece.length)],
    ['tokenizer.ggml.token_type', Int32Array.from(names, (_, i) => (i === 0 ? 2 : i < 3 ? 3 : i < 259 ? 6 : 1))],
    ['tokenizer.ggml.bos_token_id', 1],
    ['tokenizer.ggml.eos_token_id', 2],
  ])
  const write = () =>
    writeFileSync(
      path,
      writeGguf(
        metadata,
        trainer.parameters().map(({ name, rows, cols, kind }) => ({
          ...{ name, dtype: F32, shape: kind === 'gain' ? [cols] : [cols, rows] },
          bytes: new Uint8Array(trainer.get(name).buffer),
        })),
      ),
    )
  write()
  const { createTokenizer } = await import('../../../../sdk/tokenizer/create.js')
  const ids = Int32Array.from(createTokenizer(await openModelFile(path)).encode(corpus, { bos: false }))
  const text = new Text(ids, { context: 32, windows: 8, seed: 1, bos: 1 })
  for (let step = 0; step < (dim > size.dim ? 12 : 60); step++)
    await trainer.step(text.batch(step), { lr: 5e-3, clip: 1 })
  write()
}

describe('text as batches', () => {
  const ids = Int32Array.from({ length: 1000 }, (_, i) => i)

  it('every token has the next as target, windows begin with the mark, and step and seed alone choose them', () => {
    const text = new Text(ids, { context: 16, windows: 4, seed: 3, bos: 7777 })
    const { tokens, targets, seqStarts } = text.batch(5)
    expect([...seqStarts]).toEqual([0, 16, 32, 48, 64])
    for (let t = 0; t < 64; t++) {
      if (t % 16 === 0) expect(tokens[t]).toBe(7777)
      else expect([1, 18]).toContain(targets[t] - tokens[t]) // 18 over a held-out window of 17
      if (t % 16 > 0) expect(tokens[t]).toBe(targets[t - 1])
    }
    expect(new Text(ids, { context: 16, windows: 4, seed: 3, bos: 7777 }).batch(5)).toEqual(text.batch(5))
    expect(text.batch(6).tokens).not.toEqual(tokens)
    expect(new Text(ids, { context: 16, windows: 4, seed: 4 }).batch(5).tokens).not.toEqual(tokens)
  })

  it('the held-out tenth is never trained on, and is of all the text', () => {
    for (const bos of [undefined, 7777]) {
      const text = new Text(ids, { context: 16, windows: 4, seed: 3, bos })
      const held = text.heldOut.flatMap((batch) => [...batch.targets])
      expect(held.length).toBe(96)
      const trained = new Set<number>()
      for (let step = 0; step < 300; step++)
        for (const id of [...text.batch(step).targets, ...text.batch(step).tokens]) trained.add(id)
      for (const id of text.spread(9).targets) trained.add(id)
      expect(held.some((id) => trained.has(id))).toBe(false)
      expect(trained.size).toBeGreaterThan(700)
      expect([Math.min(...held) < 200, Math.max(...held) >= 998]).toEqual([true, true])
    }
    expect(() => new Text(ids, { context: 128, windows: 4, seed: 3 })).toThrow(/1280 tokens/)
  })
})

describe('examples as batches', () => {
  const pair = (n: number) => ({ prompt: [1, 10 + (n % 50), 3], answer: [60 + (n % 30), 60 + (n % 7), 2] })
  const set = { train: Array.from({ length: 40 }, (_, n) => pair(n)), heldOut: [pair(45), pair(47)] }

  it('the loss stands on answers alone, a step has no more tokens than it may, and what is held out is not trained on', () => {
    const lessons = new Examples(set, { tokens: 23, seed: 1 })
    const { tokens, targets, seqStarts } = lessons.batch(3)
    expect([...seqStarts]).toEqual([0, 5, 10, 15, 20])
    for (let at = 0; at < 20; at += 5) {
      expect([...targets.subarray(at, at + 2)]).toEqual([-1, -1])
      expect([...targets.subarray(at + 2, at + 5)]).toEqual([...tokens.subarray(at + 3, at + 5), 2])
    }
    expect(lessons.batch(3)).toEqual(lessons.batch(3))
    expect(lessons.batch(4).tokens).not.toEqual(tokens)
    const held = [...lessons.heldOut[0].tokens].filter((_, i) => i % 5 === 1)
    expect(held).toEqual([55, 57])
    const seen = new Set(Array.from({ length: 200 }, (_, step) => [...lessons.batch(step).tokens]).flat())
    expect([seen.has(55), seen.has(57), seen.has(10), seen.has(49)]).toEqual([false, false, true, true])
    expect(new Examples(set, { tokens: 2, seed: 1 }).batch(0).tokens.length).toBe(5)
    expect([...lessons.spread(2).tokens].filter((_, i) => i % 5 === 1)).toEqual([10, 49])
    expect(() => new Examples({ ...set, heldOut: [] }, { tokens: 9, seed: 1 })).toThrow(/heldOut/)
  })
})

describe('what is trained as a format holds it', () => {
  it.each(Object.keys(halfFields))('a factor on the halves of %s is one on its blocks', (name) => {
    const dtype = dtypeByName(name)
    const bytes = Uint8Array.from({ length: 4 * dtype.blockBytes }, (_, i) => (i * 89 + (i >> 2)) % 241)
    const view = new DataView(bytes.buffer)
    for (let g = 0; g < 4; g++)
      for (const field of halfFields[name]) view.setUint16(g * dtype.blockBytes + field, f32ToF16(0.01 * (g + 1)), true)
    const tensor = { name, dtype, shape: [2 * dtype.block, 2], bytes }
    const decode = (from: Uint8Array) => {
      const values = new Float32Array(4 * dtype.block)
      dtype.decode(from, values.length, 0, values.length, values)
      return values
    }
    const found = takeScales(tensor)
    if (!found) return expect.unreachable()
    const before = decode(bytes)
    const grown = decode(
      putScales(
        tensor,
        found.scales,
        found.scales.map((scale, g) => scale * 2 ** (g - 1)),
      ),
    )
    before.forEach((w, i) => {
      const g = Math.floor(i / dtype.block)
      expect(found.levels[i] * found.scales[g]).toBeCloseTo(w, 4)
      expect(grown[i]).toBeCloseTo(w * 2 ** (g - 1), 5)
    })
    expect(found.scales.every((scale) => scale > 1e-4)).toBe(true)
  })

  it.each(trainedFormats.map((format) => [format.name, format] as const))(
    '%s decodes to level times scale',
    (_, format) => {
      const { scheme } = format
      const [rows, cols] = [3, 512]
      const count = scheme.bits === 1.58 ? 3 : 2 ** scheme.bits
      const zeros =
        scheme.grid === 'affine'
          ? Float32Array.from({ length: (rows * cols) / scheme.group }, (_, g) => 1 + (g % (count - 1)) + 0.2)
          : undefined
      const scales = Float32Array.from({ length: (rows * cols) / scheme.group }, (_, g) => 0.01 * (1 + (g % 7)))
      const levels = Float32Array.from({ length: rows * cols }, (_, i) => {
        const code = (i * 7 + (i >> 3)) % count
        if (zeros) return code - Math.round(zeros[Math.floor(i / scheme.group)])
        if (scheme.grid === 'lsq') return code - Math.floor(count / 2)
        return (code - (count - 1) / 2) / (count / 2)
      })
      const bytes = pack('w', { rows, cols, levels, scales, zeros }, format)
      const decoded = new Float32Array(rows * cols)
      dtypeByName(format.name).decode(bytes, rows * cols, 0, rows * cols, decoded)
      decoded.forEach((w, i) => {
        const scale = scales[Math.floor(i / scheme.group)]
        expect(Math.abs(w - levels[i] * scale)).toBeLessThan(scale * Math.max(count, 4) * 2 ** -10)
      })
    },
  )

  it('refuses levels, scales and widths that the format has not', () => {
    const linear = { rows: 1, cols: 32, levels: new Float32Array(32), scales: Float32Array.of(1) }
    const q4 = trainedFormat('q4_0')
    expect(pack('w', linear, q4).length).toBe(18)
    expect(() => pack('w', { ...linear, levels: new Float32Array(32).fill(0.5) }, q4)).toThrow(/level/)
    expect(() => pack('w', { ...linear, levels: new Float32Array(32).fill(8) }, q4)).toThrow(/level/)
    expect(() => pack('w', { ...linear, scales: Float32Array.of(1e6) }, q4)).toThrow(/hold/)
    expect(() => pack('w', linear, trainedFormat('TQ2_0'))).toThrow(/multiple of 256/)
    expect(() => trainedFormat('Q6_K')).toThrow(/Q6_K/)
  })

  it('first scales have less error than the full range, and a fixed-point base lies within half a step', () => {
    const weights = Float32Array.from({ length: 256 }, (_, i) => (i === 7 ? 0.1 : 0.02 * Math.sin(i * i)))
    const error = (scale: number) =>
      weights.reduce((sum, w) => sum + (w - scale * Math.max(-4, Math.min(3, Math.round(w / scale)))) ** 2, 0)
    const scheme = { grid: 'lsq', bits: 3, group: 256 } as const
    const [scale] = firstScales(weights, scheme).scales
    expect(error(scale)).toBeLessThan(error(0.1 / 4))
    const base = fixedPoint(weights, Float32Array.of(scale), scheme)
    base.forEach((u, i) => {
      expect(Number.isInteger(u * 32)).toBe(true)
      expect(u >= -4 && u <= 4 - 1 / 32).toBe(true)
      if (Math.abs(weights[i] / scale) < 3.9)
        expect(Math.abs(u - weights[i] / scale)).toBeLessThanOrEqual(1 / 64 + 1e-6)
    })
    expect([...firstScales(new Float32Array(64), { grid: 'affine', bits: 2, group: 32 }).scales]).toEqual(
      [1e-5, 1e-5].map(Math.fround),
    )
  })

  it('a checkpoint comes back whole, of the same wish only, and a cut one is refused', () => {
    const path = join(folder, 'checkpoint')
    const states = [Uint8Array.of(1, 10, 3), new Uint8Array(0), Uint8Array.of(9)]
    writeCheckpoint(path, 'a', { progress: { step: 4 }, states })
    expect(readCheckpoint(path, 'a')).toEqual({ progress: { step: 4 }, states })
    expect(readCheckpoint(path, 'b')).toBeUndefined()
    expect(readCheckpoint(join(folder, 'none'), 'a')).toBeUndefined()
    writeFileSync(path, readFileSync(path).subarray(0, -1))
    expect(() => readCheckpoint(path, 'a')).toThrow(/bytes/)
  })
})

describe.skipIf(absent !== undefined)('quantization by training', () => {
  beforeAll(() => writeFloat(input), 60_000)
  const base = { text: corpus, context: 32, windows: 4, steps: 60, every: 20, threads: 1, samples: 16 } as const
  const run = (name: string, options: Partial<TrainOptions>) =>
    trainQuantized(input, join(folder, name), { method: 'qat', type: 'Q4_0', ...base, ...options })

  it.each([
    ['qat', 'Q2_0', {}],
    ['qat', 'Q4_0', { kd: { share: 0.5, temperature: 2 } }],
    ['lr-qat', 'Q2_0', { rank: 4 }],
    ['e2e-qp', 'Q4_1', {}],
    ['block-ap', 'Q4_0', { lr: 1e-3 }],
    ['efficient', 'Q4_1', {}],
  ] as const)('%s in %s: the file gives the loss that training ended with', async (method, type, options) => {
    const out = join(folder, `${method}-${type}.gguf`)
    const report = await trainQuantized(input, out, { ...base, method, type, ...options })
    expect(report.floatLoss).toBeLessThan(1.5)
    expect(report.loss).toBeLessThan(report.floatLoss + 0.7)
    const file = await openModelFile(out)
    expect(file.tensors.get('blk.1.ffn_down.weight')?.dtype.name).toBe(type)
    const { shapeOf, trainerOf } = await import('../../../../sdk/quantize/train/model.js')
    const { floatWeights } = await import('../../../../sdk/quantize/source/weights.js')
    const made = floatWeights(file)
    const trainer = await trainerOf(made, shapeOf(made), { threads: 1 })
    const { createTokenizer } = await import('../../../../sdk/tokenizer/create.js')
    const ids = Int32Array.from(createTokenizer(file).encode(corpus, { bos: false }))
    const { heldOutLoss } = await import('../../../../sdk/quantize/train/loop.js')
    const found = await heldOutLoss(trainer, new Text(ids, { context: 32, windows: 4, seed: 1, bos: 1 }))
    expect(Math.abs(found - report.loss)).toBeLessThan(0.01)
    expect(existsSync(`${out}.svg`)).toBe(method !== 'block-ap')
    expect(existsSync(`${out}.training.end`)).toBe(false)
    const full = size.layers * (4 * size.dim ** 2 + 3 * size.dim * size.hidden)
    if (method === 'lr-qat') expect(report.state).toBeLessThan((3 * full) / 3)
    if (method === 'qat') expect(report.trained).toBeGreaterThan(full)
  })

  it('a bitnet learns from examples, and an engine gives the file the loss that training ended with', async () => {
    const bitnet = join(folder, 'bitnet.gguf')
    await writeFloat(bitnet, 'bitnet')
    const { createTokenizer } = await import('../../../../sdk/tokenizer/create.js')
    const tokenizer = createTokenizer(await openModelFile(bitnet))
    const ids = tokenizer.encode(corpus, { bos: false })
    const of = (n: number) => {
      const at = 40 + n * 11
      return { prompt: [1, ...ids.slice(at, at + 4 + (n % 3))], answer: ids.slice(at + 4 + (n % 3), at + 12) }
    }
    const examples = { train: Array.from({ length: 90 }, (_, n) => of(n)), heldOut: [of(95), of(96), of(97)] }
    const { text, ...rest } = base
    for (const method of ['qat', 'block-ap'] as const) {
      const out = join(folder, `bitnet-${method}.gguf`)
      const options = { ...rest, examples, type: 'Q4_0', embedding: 'Q8_0' }
      const { loss, floatLoss } = await trainQuantized(bitnet, out, { ...options, method })
      expect(loss).toBeLessThan(floatLoss + 0.5)
      const made = await openModelFile(out)
      expect(made.tensors.get('token_embd.weight')?.dtype.name).toBe('Q8_0')
      let [sum, count] = [0, 0]
      for (const { prompt, answer } of examples.heldOut) {
        const all = [...prompt, ...answer]
        const logits = await logitsOf(made, all.slice(0, -1))
        const vocab = logits.length / (all.length - 1)
        for (let t = prompt.length - 1; t + 1 < all.length; t++, count++) {
          const row = logits.subarray(t * vocab, (t + 1) * vocab)
          const most = Math.max(...row)
          sum += most + Math.log(row.reduce((total, x) => total + Math.exp(x - most), 0)) - row[all[t + 1]]
        }
      }
      // The embedding was rounded after training, scales to half precision.
      expect(Math.abs(sum / count - loss), method).toBeLessThan(0.03)
    }
    const wrong = (part: object) =>
      trainQuantized(bitnet, join(folder, 'x.gguf'), { ...rest, method: 'qat', type: 'Q4_0', ...part })
    await expect(wrong({ examples, text: 'one' })).rejects.toThrow(/both/)
    const odd = { train: [{ prompt: [1], answer: [99_999] }], heldOut: [of(1)] }
    await expect(wrong({ examples: odd })).rejects.toThrow(/99999/)
    await expect(wrong({ examples: { ...odd, train: [{ prompt: new Int32Array(40), answer: [1] }] } })).rejects.toThrow(
      /41/,
    )
  })

  it.each(['Q2_K', 'IQ4_NL'])(
    'scales of a file in %s that another method made are trained, its codes stay',
    async (type) => {
      const [from, out] = [join(folder, 'from.gguf'), join(folder, 'scales.gguf')]
      const wide = join(folder, 'wide.gguf')
      const source = type === 'Q2_K' ? wide : input
      if (type === 'Q2_K') await writeFloat(wide, 'llama', 256)
      await quantize(source, from, { type, calibration: corpus, context: 32, windows: 8, passes: 0, threads: 1 })
      const options = { ...base, steps: 30, every: 15, method: 'e2e-qp', from } as const
      const report = await trainQuantized(source, out, options)
      // The first point of the curve is the file as it was.
      expect(report.loss).toBeLessThan(report.curve?.heldOut[0][1] ?? 0)
      const [before, after] = [await openModelFile(from), await openModelFile(out)]
      let changed = 0
      for (const [name, { dtype, bytes }] of before.tensors) {
        const other = after.tensors.get(name)
        expect(other?.dtype.name).toBe(dtype.name)
        bytes.forEach((byte, i) => {
          if (byte === other?.bytes[i]) return
          changed++
          const field = i % dtype.blockBytes
          expect(halfFields[dtype.name].some((at) => field === at || field === at + 1)).toBe(true)
        })
      }
      expect(changed).toBeGreaterThan(100)
      await expect(trainQuantized(source, out, { ...options, type: 'Q4_0' })).rejects.toMatchObject({
        kind: 'mismatch',
      })
      await expect(trainQuantized(source, out, { ...options, method: 'qat' })).rejects.toMatchObject({
        kind: 'mismatch',
      })
      await expect(trainQuantized(source, out, { ...options, from: source })).rejects.toThrow(/none to train/)
      if (source === wide) await expect(trainQuantized(input, out, options)).rejects.toThrow(/same model/)
    },
  )

  it('a run that is cut off goes on bit by bit, and another wish does not take its place', async () => {
    await run('whole.gguf', {})
    const stop = new AbortController()
    const cut = run('cut.gguf', { signal: stop.signal, onProgress: ({ step }) => step >= 20 && stop.abort() })
    await expect(cut).rejects.toMatchObject({ kind: 'cancelled' })
    expect(existsSync(join(folder, 'cut.gguf'))).toBe(false)
    const steps: number[] = []
    await run('cut.gguf', { onProgress: ({ step }) => steps.push(step) })
    expect(steps[0]).toBe(40)
    expect(readFileSync(join(folder, 'cut.gguf')).equals(readFileSync(join(folder, 'whole.gguf')))).toBe(true)
  })

  it('layers that are done are not trained again', async () => {
    const options = { method: 'block-ap', type: 'Q4_1' } as const
    await run('blocks.gguf', options)
    const stop = new AbortController()
    const cut = run('half.gguf', { ...options, signal: stop.signal, onLayer: () => stop.abort() })
    await expect(cut).rejects.toMatchObject({ kind: 'cancelled' })
    const layers: number[] = []
    await run('half.gguf', {
      ...options,
      onLayer: (layer, before, after) => layers.push(layer) && expect(after).toBeLessThan(before),
    })
    expect(layers).toEqual([1])
    expect(readFileSync(join(folder, 'half.gguf')).equals(readFileSync(join(folder, 'blocks.gguf')))).toBe(true)
  })

  it('ends early where the held-out loss grows no better, and gives the best', async () => {
    const looks: number[] = []
    const report = await run('early.gguf', {
      lr: 0,
      steps: 400,
      every: 5,
      patience: 3,
      onProgress: ({ step }) => looks.push(step),
    })
    expect(looks).toEqual([5, 10, 15])
    expect(report.curve?.heldOut.length).toBe(4)
  })

  it('writes its own text where there is none, the same for the same seed', async () => {
    const own = { tokens: 600, context: 32, seed: 2 }
    const ids = await ownText(input, own)
    expect(ids).toEqual(await ownText(input, own))
    expect(ids).not.toEqual(await ownText(input, { ...own, seed: 3 }))
    expect(new Set(ids).size).toBeGreaterThan(20)
    const report = await run('own.gguf', { text: undefined, ownTokens: 2000, steps: 20, type: 'Q4_0' })
    expect(report.loss).toBeLessThan(report.floatLoss + 0.5)
  })

  it('refuses what cannot be: methods, formats, texts, models and losses', async () => {
    await expect(run('x.gguf', { method: 'magic' as 'qat' })).rejects.toThrow(/magic/)
    await expect(run('x.gguf', { type: 'Q6_K' })).rejects.toThrow(/Q6_K/)
    await expect(run('x.gguf', { text: 'one two' })).rejects.toThrow(/tokens to train on/)
    await expect(run('x.gguf', { type: 'TQ2_0' })).rejects.toThrow(/fit|256/)
    await expect(run('x.gguf', { steps: undefined })).rejects.toThrow(/steps or minutes/)
    await expect(run('x.gguf', { lr: 1e30 })).rejects.toMatchObject({ kind: 'unsafe' })
    expect(existsSync(join(folder, 'x.gguf'))).toBe(false)
  })
})
