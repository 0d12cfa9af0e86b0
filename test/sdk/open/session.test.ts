/** A text that goes on: prefix reuse, truncate, fork, save and restore, on every engine and cache format. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadNative } from '../../../kernels/native/load.js'
import { readSaved, writeSaved } from '../../../sdk/decoder/index.js'
import { type GenerateOptions, type Model, open, type Session } from '../../../sdk/open.js'
import type { Token } from '../../../sdk/stream/token.js'
import { random } from '../../kernels/random.js'

const native = loadNative().reason
const subjects = [
  { backend: 'ts', cache: undefined },
  { backend: 'wasm', cache: undefined },
  { backend: 'native', cache: 'f32' },
  { backend: 'native', cache: 'f16' },
  { backend: 'native', cache: 'q8' },
] as const
const prompt = 'drive two metres, then '

async function all(tokens: AsyncIterable<Token>): Promise<number[]> {
  const ids: number[] = []
  for await (const { id } of tokens) ids.push(id)
  return ids
}

for (const { backend, cache } of subjects) {
  const missing = backend === 'native' && native ? ` (skipped: ${native})` : ''
  describe.skipIf(missing !== '')(`a session on ${backend} ${cache ?? ''}${missing}`, () => {
    const options: GenerateOptions = { maxTokens: 6, temperature: 1, seed: 5 }
    let model: Model
    let session: Session
    beforeAll(async () => {
      model = await open('pilot', { backend, cache, threads: 1, context: 128 })
    })
    beforeEach(() => {
      session = model.session()
    })
    afterEach(() => session.close())
    afterAll(() => model?.close())

    it('says what the model says, and computes only what is new', async () => {
      const expected = await all(model.generate(prompt, options))
      const encoded = model.tokenizer.encode(prompt)
      expect(await all(session.generate(prompt, options))).toEqual(expected)
      expect(session.ids).toEqual([...encoded, ...expected])
      expect(session.text).toBe(model.tokenizer.decode(session.ids))
      const again = session.generate(prompt, options)
      const ids: number[] = []
      for (;;) {
        const step = await again.next()
        if (step.done) {
          expect(step.value).toMatchObject({ reusedTokens: encoded.length - 1, promptTokens: encoded.length })
          break
        }
        ids.push(step.value.id)
      }
      expect(ids).toEqual(expected)
    })

    it('goes on from where it was', async () => {
      const first = await all(session.generate(prompt, { ...options, maxTokens: 3 }))
      const said = [...session.ids]
      const more = [...model.tokenizer.encode('turn left', { bos: false })]
      const expected = await all(model.generate([...said, ...more], options))
      expect(await all(session.append(more, options))).toEqual(expected)
      expect(session.ids).toEqual([...said, ...more, ...expected])
      session.truncate(said.length)
      expect(session.ids).toEqual(said)
      expect(await all(session.append('turn left', options))).toEqual(expected)
      expect(first).toHaveLength(3)
    })

    it('forks, saves and restores', async () => {
      await all(session.generate(prompt, options))
      const bytes = await session.save()
      const said = [...session.ids]
      const fork = await session.fork()
      const expected = await all(session.append('', options))
      expect(await all(fork.append('', options))).toEqual(expected)
      expect(fork.ids).toEqual(session.ids)
      session.truncate(2)
      await all(session.append('look up', options))
      await session.restore(bytes)
      expect(session.ids).toEqual(said)
      const run = session.append('', options)
      expect((await run.next()).value).toMatchObject({ id: expected[0] })
      await expect(session.save()).rejects.toMatchObject({ kind: 'mismatch' })
      expect(() => session.truncate(0)).toThrow(expect.objectContaining({ kind: 'mismatch' }))
      await run.return(undefined as never)
      // What was truncated after a draft or an answer is not in the bytes either.
      session.truncate(said.length - 2)
      const shorter = await session.save()
      expect(shorter.length).toBeLessThan(bytes.length)
      await fork.restore(shorter)
      expect(fork.ids).toEqual(said.slice(0, -2))
      expect(await all(fork.append([7], options))).toEqual(await all(session.append([7], options)))
      fork.close()
    })

    it('refuses bytes that are damaged or of another', async () => {
      await all(session.generate(prompt, options))
      const bytes = await session.save()
      const said = [...session.ids]
      const refused = async (bytes: Uint8Array, kind: string, by = session) => {
        await expect(by.restore(bytes)).rejects.toMatchObject({ name: 'LutraError', kind })
        if (by === session) expect(session.ids).toEqual(said)
      }
      const next = random(3)
      for (const at of [
        0,
        4,
        8,
        11,
        12,
        43,
        44,
        60,
        bytes.length - 1,
        ...Array.from({ length: 40 }, () => next() * bytes.length),
      ]) {
        const damaged = bytes.slice()
        damaged[Math.floor(at)] ^= 1 + Math.floor(next() * 255)
        await refused(damaged, 'format')
      }
      for (const length of [0, 3, 43, 44, 200, bytes.length - 1]) await refused(bytes.subarray(0, length), 'format')
      await refused(Uint8Array.of(...bytes, 0), 'format')
      await refused('bytes' as never, 'mismatch')
      // Whole and signed by the right model, yet wrong within: another length, foreign ids, a state that is none.
      const by = JSON.parse(
        Buffer.from(bytes)
          .toString('latin1')
          .match(/\{"model".*?\}/)?.[0] as string,
      )
      const saved = await readSaved(bytes, by, model.program.vocab)
      const { state, held } = saved
      await refused(await writeSaved({ by, ids: saved.ids, held: held - 1, state }), 'mismatch')
      session.truncate(0)
      said.length = 0
      await refused(await writeSaved({ by, ids: saved.ids, held: saved.ids.length + 1, state }), 'format')
      await refused(await writeSaved({ by, ids: [1, model.program.vocab], held: 2, state }), 'format')
      await refused(await writeSaved({ by, ids: Array(200).fill(1), held: 200, state }), 'format')
      await refused(await writeSaved({ by, ids: saved.ids, held, state: state.slice(0, -1) }), 'format')
      await refused(await writeSaved({ by: { ...by, model: 'other' }, ids: saved.ids, held, state }), 'mismatch')
      await refused(await writeSaved({ by: { ...by, engine: 'other' }, ids: saved.ids, held, state }), 'mismatch')
      await refused(await writeSaved({ by: { ...by, context: 127 }, ids: saved.ids, held, state }), 'mismatch')
      await session.restore(await writeSaved({ by, ids: saved.ids, held, state }))
      expect(session.ids).toEqual(saved.ids)
    })

    it('is one thing at a time, also after an error or a break', async () => {
      await expect(all(session.generate([1, -3], options))).rejects.toMatchObject({ kind: 'mismatch' })
      await expect(all(session.append([], options))).rejects.toMatchObject({ kind: 'mismatch' }) // nothing was said
      await expect(all(session.generate(prompt.repeat(99), options))).rejects.toMatchObject({ kind: 'limit' })
      expect(session.ids).toEqual([])
      for await (const _ of session.generate(prompt, options)) break
      expect(session.ids).toHaveLength(model.tokenizer.encode(prompt).length + 1)
      const stopped = session.generate('look up', { ...options, signal: AbortSignal.abort() })
      expect((await stopped.next()).value).toMatchObject({ stopReason: 'cancelled' })
      expect(await all(session.append('', options))).not.toEqual([])
    })
  })
}

it('refuses a session of another cache format, engine or context', async (context) => {
  if (native !== undefined) return context.skip(native)
  const saved = async (options: object) => {
    const model = await open('pilot', { threads: 1, context: 128, ...options })
    const session = model.session()
    await all(session.generate(prompt, { maxTokens: 2 }))
    const bytes = await session.save()
    await model.close()
    await expect(session.save()).rejects.toMatchObject({ kind: 'closed' })
    return bytes
  }
  const model = await open('pilot', { backend: 'native', cache: 'q8', context: 128 })
  for (const options of [
    { backend: 'native', cache: 'f16' },
    { backend: 'ts' },
    { backend: 'native', cache: 'q8', context: 120 },
  ])
    await expect(model.session().restore(await saved(options))).rejects.toMatchObject({ kind: 'mismatch' })
  await model.session().restore(await saved({ backend: 'native', cache: 'q8' }))
  await model.close()
})
