/** Masks over large vocabularies are worked out in turns with others on the event loop. */
import { describe, expect, it } from 'vitest'
import { compileSchema, createConstraint, prepareConstraint } from '../../../sdk/grammar/index.js'
import { random } from '../../kernels/random.js'
import { byteTokenizer } from './fake-tokenizer.js'

/** As many pieces as real vocabularies have, of their lengths. */
function manyPieces(count: number): string[] {
  const next = random(1)
  const letter = () => String.fromCharCode(97 + Math.floor(next() * 26))
  const found = new Set<string>()
  while (found.size < count)
    found.add((next() < 0.5 ? ' ' : '') + Array.from({ length: 2 + next() * 8 }, letter).join(''))
  return [...found]
}
const pieces = manyPieces(60_000)

/** How often others got their turn meanwhile. */
async function turnsOf(work: () => Promise<unknown>): Promise<number> {
  let turns = 0
  let ended = false
  const count = () => {
    turns++
    if (!ended) setImmediate(count)
  }
  setImmediate(count)
  await work().finally(() => {
    ended = true
  })
  return turns
}

/** Many readings of every letter. */
const nasty = {
  anyOf: Array.from({ length: 400 }, (_, i) => ({ type: 'string', pattern: `^[a-z ]{1,${i + 1}}$` })),
}

describe('a constraint over 60 000 tokens', () => {
  it('is made, and masks are worked out, in turns; the masks are the same', async () => {
    const grammar = compileSchema(nasty)
    const tokenizer = byteTokenizer(pieces)
    let constraint = createConstraint(grammar, byteTokenizer(['a']))
    expect(
      await turnsOf(async () => {
        constraint = await prepareConstraint(grammar, tokenizer)
      }),
    ).toBeGreaterThan(5)
    constraint.accept(tokenizer.encode('"')[0])
    expect(await turnsOf(() => constraint.prepare!())).toBeGreaterThan(5)
    const atOnce = createConstraint(compileSchema(nasty), byteTokenizer(pieces))
    atOnce.accept(tokenizer.encode('"')[0])
    const [a, b] = [constraint, atOnce].map((each) => {
      const logits = new Float32Array(tokenizer.size)
      each.mask(logits)
      return logits
    })
    expect(a).toEqual(b)
    expect(a.filter((logit) => logit === 0).length).toBeGreaterThan(60_000)
  })

  it('can be cancelled meanwhile, and asked again', async () => {
    const tokenizer = byteTokenizer(pieces)
    const constraint = await prepareConstraint(compileSchema(nasty), tokenizer)
    constraint.accept(tokenizer.encode('"')[0])
    const control = new AbortController()
    const prepared = constraint.prepare!(control.signal)
    control.abort()
    await expect(prepared).rejects.toMatchObject({ name: 'LutraError', kind: 'cancelled' })
    await constraint.prepare!()
  })
})
