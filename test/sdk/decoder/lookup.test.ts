/** Speculation by looking up what was said before: sooner, and never another output. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine, Program } from '../../../hal/backend.js'
import { detectDevice } from '../../../hal/detect/detect.js'
import { F32, Q8_0 } from '../../../hal/dtypes/index.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { nativeBackend } from '../../../kernels/native/index.js'
import { tsBackend } from '../../../kernels/ts/index.js'
import { type GenerateOptions, type Generation, generate } from '../../../sdk/decoder/index.js'
import { PromptLookup } from '../../../sdk/decoder/lookup.js'
import { prepareConstraint } from '../../../sdk/grammar/constrain.js'
import { grammarOf } from '../../../sdk/grammar/grammar-of.js'
import { createSampler, type SamplerOptions } from '../../../sdk/sampler/index.js'
import type { Token } from '../../../sdk/stream/token.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { random, randomModel } from '../../kernels/random.js'
import { tinyVocabulary } from '../tokenizer/tiny-vocabulary.js'
import { EchoProgram } from './echo-program.js'

const letters = [...'abcdefghijklmnopqrstuvwxyz[]",0123456789'].map((letter) => [letter, 1] as const)
const tokenizer = createTokenizer(tinyVocabulary(letters, { 'tokenizer.ggml.add_space_prefix': false }))

type Trial = Partial<GenerateOptions> & Pick<GenerateOptions, 'program' | 'ids'> & { sampling?: SamplerOptions }
async function collect({ sampling, ...options }: Trial) {
  const run = generate({ tokenizer, sampler: createSampler(sampling), maxTokens: 40, ...options })
  const tokens: Omit<Token, 'ms'>[] = []
  for (;;) {
    const { value, done } = await run.next()
    if (done) return { tokens, reason: (value as Generation).stopReason }
    const { ms: _, ...token } = value as Token
    tokens.push(token)
  }
}

describe('prompt lookup', () => {
  it('drafts what followed the last ids before, and grows while it is right', () => {
    const lookup = new PromptLookup({ ngram: 3, draft: 8 })
    const ids = [1, 2, 3, 4, 5, 6, 7, 8, 9, 1, 2, 3]
    expect(lookup.draft(ids, 100)).toEqual([4, 5])
    ids.push(4, 5)
    expect(lookup.draft(ids, 100)).toEqual([6, 7, 8, 9])
    expect(new PromptLookup().draft(ids, 1)).toEqual([6])
    expect(new PromptLookup().draft([1, 2, 3], 9)).toEqual([])
    // A loop goes on past its own end.
    const loop = new PromptLookup({ draft: 5 })
    loop.draft([7, 8, 7, 8], 9)
    expect(loop.draft([7, 8, 7, 8, 7, 8], 9)).toEqual([7, 8, 7, 8])
  })

  it('rests after failures', () => {
    const lookup = new PromptLookup()
    const ids = [1, 2, 1, 2]
    let drafts = 0
    for (let step = 0; step < 200; step++) {
      if (lookup.draft(ids, 9).length > 0) drafts++
      ids.push(100 + step, 1, 2) // never what was drafted
    }
    expect(drafts).toBeGreaterThan(3)
    expect(drafts).toBeLessThan(15)
  })

  it('takes fewer runs for a text that repeats itself, and the same tokens', async () => {
    const saying = [...'abcdefgabcdefgabcdefgabcdefgabcdefg'].map(
      (letter) => tokenizer.encode(letter, { bos: false })[0],
    )
    const program = () => new EchoProgram(tokenizer.size, 64, (ids) => saying[ids.length - 1] ?? 2)
    const [plain, drafted] = [program(), program()]
    const expected = await collect({ program: plain, ids: [1] })
    const found = await collect({ program: drafted, ids: [1], speculate: {} })
    expect(found).toEqual(expected)
    expect(expected.reason).toBe('eos')
    expect(plain.runs).toHaveLength(36)
    expect(drafted.runs.length).toBeLessThan(20)
    expect(drafted.open).toBe(0)
  })

  it('refuses what makes no sense', async () => {
    const program = new EchoProgram(tokenizer.size, 64, () => 5)
    for (const speculate of [{ ngram: 0 }, { draft: 65 }, { draft: 1.5 }])
      await expect(collect({ program, ids: [1], speculate })).rejects.toMatchObject({ kind: 'limit' })
  })
})

for (const backend of [tsBackend, nativeBackend]) {
  const engine = await backend.open(detectDevice(), { threads: 1 })
  const missing = 'absent' in engine ? ` (skipped: ${engine.absent})` : ''
  describe.skipIf(missing !== '')(`speculation on ${backend.name}${missing}`, () => {
    const programs: Program[] = []
    beforeAll(async () => {
      const shape = {
        architecture: 'llama',
        outer: F32,
        width: 64,
        hidden: 96,
        heads: 4,
        kvHeads: 2,
        layers: 2,
      } as const
      for (const [seed, dtype] of [F32, Q8_0].entries()) {
        const model = randomModel({ ...shape, dtype, vocab: tokenizer.size, context: 96, tied: true }, seed + 1)
        programs.push(await (engine as Engine<Graph>).compile(model.graph, model.tensors))
      }
    })
    afterAll(async () => {
      for (const program of programs) await program.close()
      await (engine as Engine<Graph>).close()
    })

    it('never changes the output', async () => {
      const next = random(9)
      const some = <T>(...of: T[]) => of[Math.floor(next() * of.length)]
      const schema = { type: 'array', items: { enum: ['abc', 'abd', 'xyz'] }, maxItems: 6 }
      let drafted = 0
      for (let round = 0; round < 60; round++) {
        const program = programs[round % programs.length]
        // Few different ids, so that drafts are found, and prompts up to nearly the whole context.
        const ids = Array.from({ length: 1 + Math.floor(next() * some(8, 90)) }, () => 3 + Math.floor(next() * 4))
        const sampling: SamplerOptions = {
          temperature: some(0, 0, 0.3, 1.5),
          topK: some(0, 2, 10),
          topP: some(1, 0.8),
          repetitionPenalty: some(1, 1.3),
          frequencyPenalty: some(0, 0.3),
          seed: round,
        }
        const constrained = next() < 0.3
        const options = async () => ({
          ...{ program, ids, sampling, logprobs: some(0, 3), maxTokens: some(1, 5, 40) },
          stopStrings: some<string[]>([], ['ab', 'q'], ['a', 'zz']),
          constraint: constrained ? await prepareConstraint(grammarOf(schema), tokenizer, { prompt: '' }) : undefined,
        })
        const plain = await options()
        const expected = await collect(plain)
        const { constraint } = await options()
        const runs = { count: 0 }
        const counting: Program = {
          ...{ vocab: program.vocab, context: program.context, residentBytes: 0 },
          createState: () => program.createState(),
          runBatch: (...args) => program.runBatch(...args),
          close: async () => {},
          run: (...args) => {
            if (args[1].length > 1 && args[2] === 'all') runs.count++
            return program.run(...args)
          },
        }
        const speculate = { ngram: some(1, 2, 3), draft: some(1, 3, 8) }
        expect(await collect({ ...plain, program: counting, constraint, speculate })).toEqual(expected)
        drafted += runs.count
      }
      expect(drafted).toBeGreaterThan(50)
    })
  })
}
