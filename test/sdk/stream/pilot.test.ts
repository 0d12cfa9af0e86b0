/** The streams over a real decoder, the embedded pilot: how often it really runs, and when it stops. */
import { setTimeout as sleep } from 'node:timers/promises'
import { filter, firstValueFrom, lastValueFrom, map, type Observable, take, tap, toArray } from 'rxjs'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { actions } from '../../../sdk/action/index.js'
import { type Model, open } from '../../../sdk/open.js'
import { cancelOn, fromGenerator, iterate, paced, shared, type Token, tee, text } from '../../../sdk/stream/index.js'

let model: Model
/** Runs of the program since the test began: one for the prompt, one for each token after its first. */
let runs = 0

beforeAll(async () => {
  model = await open('pilot', { threads: 1 })
  const run = model.program.run.bind(model.program)
  model.program.run = (...args) => {
    runs++
    return run(...args)
  }
})
afterAll(() => model.close())
beforeEach(() => {
  runs = 0
})

const prompt = 'drive two metres and then turn left'
/** So many tokens of no particular sense: what counts is when they are made. */
const tokens = (maxTokens: number, signal?: AbortSignal) =>
  model.tokens(prompt, { maxTokens, temperature: 1, seed: 7, signal })

/** How many runs the decoder is ahead of a consumer that needs 50 ms for each value. */
async function ahead(stream: (slow: (n: number) => Promise<number>) => Observable<number>): Promise<number[]> {
  const seen: number[] = []
  let taken = 0
  await lastValueFrom(
    stream(async () => {
      await sleep(50)
      seen.push(runs - ++taken)
      return taken
    }).pipe(toArray()),
  )
  return seen
}

describe('a consumer of 50 ms a token', () => {
  it.each([
    [
      'paced',
      (slow) =>
        tokens(8).pipe(
          map(({ index }) => index),
          paced(slow),
        ),
    ],
    [
      'paced behind map, filter, tee and tap',
      (slow) =>
        tokens(8).pipe(
          tee(() => {}),
          map(({ index }) => index),
          filter((n) => n >= 0),
          tap(),
          paced(slow),
        ),
    ],
    [
      'two paced in a row',
      (slow) =>
        tokens(8).pipe(
          map(({ index }) => index),
          paced(async (n) => n),
          paced(slow),
        ),
    ],
    [
      'shared',
      (slow) => {
        const source = tokens(8).pipe(shared())
        source.subscribe()
        return source.pipe(
          map(({ index }) => index),
          paced(slow),
        )
      },
    ],
    [
      'a for await loop',
      (slow) => {
        const loop = async function* () {
          for await (const { index } of iterate(tokens(8))) yield await slow(index)
        }
        return tokens(0).pipe(toArray(), paced(loop))
      },
    ],
  ] as readonly (readonly [string, (slow: (n: number) => Promise<number>) => Observable<number>])[])(
    '%s: keeps the decoder no more than one token ahead',
    async (_, stream) => {
      const seen = await ahead(stream)
      expect(seen).toHaveLength(8)
      expect(Math.max(...seen)).toBeLessThanOrEqual(1)
    },
  )
})

describe('the decoder stops', () => {
  /** The runs no longer grow. */
  async function settled(): Promise<number> {
    await sleep(100)
    const before = runs
    await sleep(100)
    expect(runs).toBe(before)
    return before
  }

  it('within a token of an unsubscription', async () => {
    await firstValueFrom(tokens(200).pipe(take(3), toArray()))
    expect(await settled()).toBeLessThanOrEqual(4)
  })

  it('with the last of its shared subscribers', async () => {
    const source = tokens(200).pipe(shared())
    const two = [lastValueFrom(source.pipe(take(2))), lastValueFrom(source.pipe(take(5)))]
    await Promise.all(two)
    expect(await settled()).toBeLessThanOrEqual(6)
    expect(runs).toBeGreaterThanOrEqual(5)
  })

  it('when a signal says so: before, within and between tokens, at every door', async () => {
    const doors: readonly ((signal: AbortSignal) => AsyncIterable<Token>)[] = [
      (signal) => iterate(tokens(200), signal),
      (signal) => iterate(tokens(200).pipe(cancelOn(signal))),
      // These two end without an error: the signal is the generation's own, and its reason is `cancelled`.
      (signal) => iterate(tokens(200, signal)),
      (signal) => model.generate(prompt, { maxTokens: 200, temperature: 1, seed: 7, signal }),
    ]
    for (const [i, door] of doors.entries()) {
      runs = 0
      const kinds: unknown[] = []
      const take = async (signal: AbortSignal, each: (index: number) => unknown) => {
        try {
          for await (const { index } of door(signal)) await each(index)
          kinds.push('ended')
        } catch (error) {
          kinds.push((error as { kind?: string }).kind)
        }
      }
      await take(AbortSignal.abort(), () => {})
      expect(runs, `door ${i}`).toBe(0)
      const within = new AbortController()
      await take(within.signal, (index) => index === 2 && within.abort())
      const between = new AbortController()
      await take(between.signal, (index) => index === 1 && setImmediate(() => between.abort()))
      const after = new AbortController()
      await take(after.signal, () => {})
      after.abort()
      await settled()
      expect(kinds, `door ${i}`).toEqual([...new Array(3).fill(i < 2 ? 'cancelled' : 'ended'), 'ended'])
    }
  })
})

describe('real tokens', () => {
  it('have text, id, logarithm of the probability and time, anew for each subscription', async () => {
    const greedy = model.tokens('turn left', { maxTokens: 12, temperature: 0 })
    expect(runs).toBe(0)
    const [once, again] = [await lastValueFrom(greedy.pipe(toArray())), await lastValueFrom(greedy.pipe(toArray()))]
    expect(once.map(({ id }) => id)).toEqual(again.map(({ id }) => id))
    for (const [i, { index, id, logprob, ms }] of once.entries()) {
      expect(index).toBe(i)
      expect(Number.isInteger(id)).toBe(true)
      expect(logprob).toBeLessThanOrEqual(0)
      expect(ms).toBeGreaterThanOrEqual(once[Math.max(0, i - 1)].ms)
    }
    expect(await lastValueFrom(greedy.pipe(text(), toArray()))).toEqual(once.map((t) => t.text).filter((t) => t !== ''))
  })

  it('become actions while the list is still written, and the decoder waits for each', async () => {
    const seen: [string, boolean][] = []
    const raw: Token[] = []
    await model.interpret('drive two metres, turn left and then wait for 3 seconds', { onToken: (t) => raw.push(t) })
    const whole = raw.map((t) => t.text).join('')
    let written = ''
    const again = fromGenerator(async function* () {
      for (const token of raw) {
        written += token.text
        yield token
      }
    })
    await lastValueFrom(
      again.pipe(
        actions(),
        paced(async ({ skill }) => {
          await sleep(5)
          seen.push([skill, written.length < whole.length])
        }),
      ),
    )
    expect(seen).toEqual([
      ['drive', true],
      ['turn', true],
      // Its own end and the list's are one token.
      ['wait', false],
    ])
  })
})
