import { describe, expect, it } from 'vitest'
import { type GenerateOptions, type Generation, generate, Session } from '../../../sdk/decoder/index.js'
import { likeliest } from '../../../sdk/decoder/likeliest.js'
import type { Constraint } from '../../../sdk/grammar/constraint.js'
import { createSampler } from '../../../sdk/sampler/index.js'
import type { Token } from '../../../sdk/stream/token.js'
import { createTokenizer } from '../../../sdk/tokenizer/index.js'
import { random } from '../../kernels/random.js'
import { tinyVocabulary } from '../tokenizer/tiny-vocabulary.js'
import { EchoProgram } from './echo-program.js'

const letters = [...'abcdefghijklmnopqrstuvwxyz'].map((letter) => [letter, 1] as const)
const tokenizer = createTokenizer(tinyVocabulary(letters, { 'tokenizer.ggml.add_space_prefix': false }))
const eos = 2
const encode = (text: string) => tokenizer.encode(text, { bos: false })

/** Says `text` after a prompt of `from` tokens, then eos. */
const saying = (text: string, from = 1, context = 64, delay = 0) => {
  const script = encode(text)
  return new EchoProgram(tokenizer.size, context, (ids) => script[ids.length - from] ?? eos, delay)
}

async function collect(options: Partial<GenerateOptions> & Pick<GenerateOptions, 'program'>) {
  const run = generate({ tokenizer, ids: [1], sampler: createSampler(), maxTokens: 50, ...options })
  const tokens: Token[] = []
  for (;;) {
    const { value, done } = await run.next()
    if (done) return { tokens, text: tokens.map((token) => token.text).join(''), end: value as Generation }
    tokens.push(value as Token)
  }
}

describe('generate', () => {
  it('ends with eos', async () => {
    const program = saying('hello')
    const { tokens, text, end } = await collect({ program })
    expect(text).toBe('hello')
    expect(tokens.map((token) => token.id)).toEqual([...encode('hello'), eos])
    expect(tokens.map((token) => token.index)).toEqual([0, 1, 2, 3, 4, 5])
    expect(end).toMatchObject({ stopReason: 'eos', promptTokens: 1, reusedTokens: 0, generatedTokens: 6 })
    expect(end.ttftMs).toBeGreaterThan(0)
    expect(end.tokensPerSecond).toBeGreaterThan(0)
    expect(program.open).toBe(0)
  })

  it('never takes a row beyond the vocabulary, likely as it may be', async () => {
    const beyond = new EchoProgram(tokenizer.size + 8, 64, () => tokenizer.size + 3)
    const { tokens } = await collect({
      program: beyond,
      maxTokens: 4,
      sampler: createSampler({ temperature: 1, seed: 7 }),
    })
    expect(tokens.length).toBeGreaterThan(0)
    for (const { id } of tokens) expect(id).toBeLessThan(tokenizer.size)
  })

  it('tells the probability of each token', async () => {
    const { tokens } = await collect({ program: saying('a'), maxTokens: 1 })
    expect(tokens[0].logprob).toBeCloseTo(2 - Math.log(Math.E ** 2 + tokenizer.size - 1), 5)
  })

  it('tells the likeliest in each place, from the logits before constraint and biases', async () => {
    const constraint: Constraint = {
      mask: (logits) => logits.fill(Number.NEGATIVE_INFINITY, 6),
      accept: () => {},
      done: false,
    }
    const sampler = createSampler({ logitBias: { 5: 9 } })
    const { tokens } = await collect({ program: saying('z'), maxTokens: 1, constraint, sampler, logprobs: 3 })
    const total = Math.log(Math.E ** 2 + tokenizer.size - 1)
    expect(tokens[0].id).toBe(5)
    expect(tokens[0].logprob).toBeCloseTo(-total, 5)
    expect(tokens[0].top?.map(({ id }) => id)).toEqual([encode('z')[0], 0, 1])
    expect(tokens[0].top?.[0].logprob).toBeCloseTo(2 - total, 5)
    expect((await collect({ program: saying('a') })).tokens[0]).not.toHaveProperty('top')
    for (const logprobs of [-1, 1.5, 101])
      await expect(collect({ program: saying('a'), logprobs })).rejects.toMatchObject({ kind: 'limit' })
  })

  it('finds the likeliest as sorting does', () => {
    const next = random(4)
    for (let round = 0; round < 200; round++) {
      const logits = Float32Array.from({ length: 1 + Math.floor(next() * 40) }, () =>
        next() < 0.1 ? [Number.NEGATIVE_INFINITY, Number.NaN][Math.floor(next() * 2)] : Math.floor(next() * 9),
      )
      const usable = [...logits.keys()].filter((id) => logits[id] > Number.NEGATIVE_INFINITY)
      const n = Math.floor(next() * 12)
      const expected = usable.toSorted((a, b) => logits[b] - logits[a] || a - b).slice(0, n)
      expect(n === 0 ? [] : likeliest(logits, n)).toEqual(expected)
    }
  })

  it('ends at maxTokens and where the context is full', async () => {
    expect((await collect({ program: saying('hello'), maxTokens: 2 })).text).toBe('he')
    expect((await collect({ program: saying('hello'), maxTokens: 0 })).end.stopReason).toBe('length')
    const full = await collect({ program: saying('hello', 1, 3) })
    expect(full.text).toBe('hel')
    expect(full.end.stopReason).toBe('length')
  })

  it('ends at a stop string and shows nothing of it', async () => {
    const { text, tokens, end } = await collect({ program: saying('abcabdxyz'), stopStrings: ['abd', 'zzz'] })
    expect(text).toBe('abc')
    expect(end.stopReason).toBe('stop')
    expect(tokens.map((token) => token.text)).toEqual(['', '', 'abc', '', '', ''])
  })

  it('gives back what a stop string had held', async () => {
    expect((await collect({ program: saying('xab'), stopStrings: ['abd'] })).text).toBe('xab')
    expect((await collect({ program: saying('xab'), stopStrings: ['abd'], maxTokens: 3 })).text).toBe('xab')
  })

  it('never splits a character, and closes an unfinished one', async () => {
    const { tokens } = await collect({ program: saying('ä😀') })
    expect(tokens.map((token) => token.text)).toEqual(['', 'ä', '', '', '', '😀', ''])
    expect((await collect({ program: saying('😀'), maxTokens: 2 })).text).toBe('\ufffd')
  })

  it('follows a constraint to its end', async () => {
    const allowed = encode('xy')
    const accepted: number[] = []
    const constraint: Constraint = {
      mask: (logits) => {
        for (let id = 0; id < logits.length; id++)
          if (id !== allowed[accepted.length]) logits[id] = Number.NEGATIVE_INFINITY
      },
      accept: (id) => void accepted.push(id),
      get done() {
        return accepted.length === allowed.length
      },
    }
    const { text, tokens, end } = await collect({ program: saying('hello'), constraint })
    expect(text).toBe('xy')
    expect(end.stopReason).toBe('constraint')
    // What the model thought of it, not that nothing else was allowed.
    expect(tokens[0].logprob).toBeCloseTo(-Math.log(Math.E ** 2 + tokenizer.size - 1), 5)
  })

  it('computes a long prompt in parts and only the last one for its logits', async () => {
    const program = saying('ok', 300, 400)
    const { text } = await collect({ program, ids: Array(300).fill(5) })
    expect(text).toBe('ok')
    expect(program.runs.slice(0, 3).map((run) => run.length)).toEqual([128, 128, 44])
  })

  it('computes again only what is new', async () => {
    const program = saying('ok', 3)
    const session = new Session(program)
    await collect({ program, session, ids: [1, 10, 11] })
    expect(program.runs.flat()).toHaveLength(5)
    const { end } = await collect({ program, session, ids: [1, 10, 12] })
    expect(end.reusedTokens).toBe(2)
    expect(program.runs.flat()).toHaveLength(8)
    expect((await collect({ program, session, ids: [1, 10, 12] })).end.reusedTokens).toBe(2)
    session.close()
    expect(program.open).toBe(0)
  })

  it('is cancelled within a token', async () => {
    const program = saying('hello', 1, 64, 20)
    const stop = new AbortController()
    setTimeout(() => stop.abort(), 30)
    const { text, end } = await collect({ program, signal: stop.signal })
    expect(end.stopReason).toBe('cancelled')
    expect(text).toBe('h')
    expect(program.open).toBe(0)
    const before = await collect({ program: saying('hello'), signal: AbortSignal.abort() })
    expect(before.end).toMatchObject({ stopReason: 'cancelled', generatedTokens: 0 })
  })

  it('closes its state when the reader leaves', async () => {
    const program = saying('hello')
    for await (const token of generate({ program, tokenizer, ids: [1], sampler: createSampler(), maxTokens: 9 }))
      if (token.text === 'e') break
    expect(program.open).toBe(0)
    expect(program.runs).toHaveLength(2)
  })

  it('refuses what cannot be run', async () => {
    const program = saying('hello', 1, 4)
    await expect(collect({ program, ids: [] })).rejects.toMatchObject({ kind: 'mismatch' })
    await expect(collect({ program, ids: [1, 1, 1, 1, 1] })).rejects.toMatchObject({ kind: 'limit' })
    await expect(collect({ program, session: new Session(saying('x')) })).rejects.toMatchObject({ kind: 'mismatch' })
    await expect(collect({ program, maxTokens: Number.NaN })).rejects.toMatchObject({ kind: 'limit' })
    const slow = saying('hello', 1, 64, 20)
    const session = new Session(slow)
    const both = [collect({ program: slow, session }), collect({ program: slow, session })]
    const kinds = (await Promise.allSettled(both)).map((result) => result.status)
    expect(kinds).toEqual(['fulfilled', 'rejected'])
  })
})
