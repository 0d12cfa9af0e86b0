/** Embeddings against plain sums over the logits' own input. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadNative } from '../../../kernels/native/load.js'
import { type Model, open } from '../../../sdk/open.js'
import { decoded } from '../../kernels/naive.js'

const native = loadNative().reason
for (const backend of ['ts', 'wasm', 'native']) {
  const missing = backend === 'native' && native ? ` (skipped: ${native})` : ''
  describe.skipIf(missing !== '')(`embeddings on ${backend}${missing}`, () => {
    let model: Model
    beforeAll(async () => {
      model = await open('pilot', { backend, threads: 1, context: 256 })
    })
    afterAll(() => model?.close())

    it('are the mean, or the last, of what the head turns into logits', async () => {
      const ids = model.tokenizer.encode('drive two metres, then turn left and say hello to everybody. '.repeat(9))
      expect(ids.length).toBeGreaterThan(130) // more than one run
      const raw = await model.embed(ids, { pooling: 'last', normalize: false })
      const logits = await model.logits(Int32Array.from(ids))
      const { tensors } = model.file
      const head = decoded((tensors.get('output.weight') ?? tensors.get('token_embd.weight')) as never)
      const scale = Math.max(...logits.map(Math.abs))
      for (let id = 0; id < model.program.vocab; id++) {
        let sum = 0
        for (let i = 0; i < raw.length; i++) sum += head[id * raw.length + i] * raw[i]
        // The native head may round its input to int8.
        expect(Math.abs(sum - logits[id])).toBeLessThan(0.03 * scale)
      }
      const rows = await model.program.run(model.program.createState(), Int32Array.from(ids), 'hidden')
      expect(rows.slice(-raw.length)).toEqual(raw)
      const mean = await model.embed(ids, { normalize: false })
      const size = Math.max(...mean.map(Math.abs))
      mean.forEach((value, i) => {
        let expected = 0
        for (let at = i; at < rows.length; at += raw.length) expected += rows[at] / ids.length
        expect(Math.abs(value - expected)).toBeLessThan(1e-5 * size)
      })
    })

    it('have length 1 unless they are wanted raw, and lie near for texts that are near', async () => {
      const of = (text: string) => model.embed(text)
      const cosine = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * b[i], 0)
      const [a, near, far] = [
        await of('drive two metres'),
        await of('drive three metres'),
        await of('say good morning'),
      ]
      expect(cosine(a, a)).toBeCloseTo(1, 5)
      expect(cosine(a, near)).toBeGreaterThan(cosine(a, far))
      const raw = await model.embed('drive two metres', { normalize: false })
      const length = Math.sqrt(cosine(raw, raw))
      for (const [i, value] of raw.entries()) expect(value / length).toBeCloseTo(a[i], 5)
    })

    it('refuse what cannot be', async () => {
      await expect(model.embed([])).rejects.toMatchObject({ kind: 'mismatch' })
      await expect(model.embed([-1])).rejects.toMatchObject({ kind: 'mismatch' })
      await expect(model.embed(Array(257).fill(1))).rejects.toMatchObject({ kind: 'limit' })
      await expect(model.embed('x', { pooling: 'max' as never })).rejects.toMatchObject({ kind: 'mismatch' })
      const cancelled = model.embed('x', { signal: AbortSignal.abort() })
      await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' })
    })
  })
}
