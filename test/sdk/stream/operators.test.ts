import * as fc from 'fast-check'
import {
  concat,
  EMPTY,
  from,
  lastValueFrom,
  map,
  type OperatorFunction,
  of,
  range,
  take,
  throwError,
  toArray,
} from 'rxjs'
import { describe, expect, it } from 'vitest'
import { actions, createGuard, guarded, skillSet } from '../../../sdk/action/index.js'
import { cancelOn, json, lines, meter, paced, sentences, shared, tee, text, until } from '../../../sdk/stream/index.js'
import { robotSkills } from '../action/robot-skills.js'
import { marbles, token } from './marbles.js'

describe('text', () => {
  it('gives the text of tokens that have any', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-|', { a: token('he'), b: token(''), c: token('llo') })
      expectObservable(source.pipe(text())).toBe('a---c-|', { a: 'he', c: 'llo' })
    })
  })
})

describe('lines', () => {
  it('cuts at line ends of either kind, keeps empty lines', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-|', { a: 'one\r', b: '\n\ntw', c: 'o' })
      expectObservable(source.pipe(lines())).toBe('--(xy)(z|)', { x: 'one', y: '', z: 'two' })
    })
  })
})

describe('until', () => {
  it('ends before the stop word, also where tokens cut it, and stops the source', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const source = cold('a-b-c-d-e-|', { a: 'ab</', b: 'x</s', c: 't', d: 'op>z', e: 'never' })
      expectObservable(source.pipe(until('</stop>', '###'))).toBe('a-b---|', { a: 'ab', b: '</x' })
      expectSubscriptions(source.subscriptions).toBe('^-----!')
    })
  })

  it('gives what it kept back when nothing came of it', () => {
    marbles(({ cold, expectObservable }) => {
      expectObservable(cold('a-b|', { a: 'a#', b: '#' }).pipe(until('###'))).toBe('a--(b|)', { a: 'a', b: '##' })
    })
  })
})

describe('json', () => {
  it('gives each element of an array as soon as it closes', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-d--------|', { a: '[{"a":"}]', b: '\\""}', c: ' ,12', d: ',[[]],"x",true]' })
      expectObservable(source.pipe(json())).toBe('--x---(ypqr)---|', {
        x: { a: '}]"' },
        y: 12,
        p: [[]],
        q: 'x',
        r: true,
      })
    })
  })

  it('gives other values when they are whole, one after the other', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-|', { a: '{"a":[1', b: ',2]}', c: ' null -1' })
      expectObservable(source.pipe(json())).toBe('--x-y-(z|)', { x: { a: [1, 2] }, y: null, z: -1 })
    })
  })

  it.each([
    '[1',
    '[1 2]',
    '[,1]',
    '[1,,2]',
    '{"a":1',
    '[{]}]',
    '[nul]',
    '01',
    '"a',
    '[1]]',
    'hello',
    '[01]',
    '{"a" 1}',
    '[1,]',
  ])('refuses %s', (piece) => {
    let seen: unknown
    of(...piece)
      .pipe(json())
      .subscribe({ error: (error) => (seen = error) })
    expect(seen).toMatchObject({ name: 'LutraError', kind: 'format' })
  })

  it.each(['['.repeat(1000), `["${'x'.repeat(2 << 20)}"]`])('has limits', (piece) => {
    let seen: unknown
    of(piece)
      .pipe(json())
      .subscribe({ error: (error) => (seen = error) })
    expect(seen).toMatchObject({ kind: 'limit' })
  })

  it('does not depend on how the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue({ maxDepth: 2 }), { maxLength: 4 }),
        fc.nat(2),
        fc.array(fc.nat(9)),
        (values, indent, cuts) => {
          const all = JSON.stringify(values, undefined, indent)
          const pieces: string[] = []
          let at = 0
          for (const n of cuts) {
            pieces.push(all.slice(at, at + n))
            at += n
          }
          pieces.push(all.slice(at))
          const seen: unknown[] = []
          of(...pieces)
            .pipe(json())
            .subscribe((value) => seen.push(value))
          expect(seen).toEqual(JSON.parse(all))
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('lines of any length', () => {
  it('come in time that grows with their length alone', () => {
    // Half a million single letters without one line end: quadratic work would take minutes.
    let length = 0
    range(0, 1 << 19)
      .pipe(
        map(() => 'x'),
        lines(),
      )
      .subscribe((line) => {
        length = line.length
      })
    expect(length).toBe(1 << 19)
  }, 20_000)
})

const guard = () => createGuard(skillSet(robotSkills))
const action = '[{"skill":"drive","metres":1}]'

/** Each with what goes in at least once, and comes out as one or more. */
const operators: readonly (readonly [string, OperatorFunction<never, unknown>, readonly unknown[]])[] = [
  ['text', text(), [token('a')]],
  ['sentences', sentences(), ['a. ']],
  ['lines', lines(), ['a\n']],
  ['json', json(), ['[1,2]']],
  ['until', until('x'), ['a']],
  ['meter', meter(() => {}), [token('a')]],
  ['paced', paced((value: unknown) => of(value)), [1]],
  ['tee', tee(() => {}), [1]],
  ['cancelOn', cancelOn(new AbortController().signal), [1]],
  ['shared', shared(), [1]],
  ['actions', actions(), [token(action)]],
  ['guarded', guarded(guard()), [{ skill: 'drive', metres: 1 }]],
] as never

describe.each(operators)('%s', (_, operator, values) => {
  const source = from(values as never[])

  it('passes an error on, behind what came before it, and no more', async () => {
    const seen: unknown[] = []
    const failing = concat(
      source,
      throwError(() => new Error('broken')),
    )
    await new Promise<void>((done) =>
      failing.pipe(operator).subscribe({
        next: (value) => seen.push(value),
        error: (error) => {
          seen.push(error.message)
          done()
        },
      }),
    )
    expect(seen.length).toBeGreaterThan(1)
    expect(seen.at(-1)).toBe('broken')
  })

  it('has nothing to say of nothing', async () => {
    expect(await lastValueFrom(EMPTY.pipe(operator, toArray()))).toEqual([])
  })

  it('lets an endless source go within the value that was the last one wanted', () => {
    let made = 0
    const endless = from(
      (function* () {
        for (;;) {
          made++
          yield* values as never[]
        }
      })(),
    )
    const seen: unknown[] = []
    endless.pipe(operator, take(1)).subscribe((value) => seen.push(value))
    expect(seen).toHaveLength(1)
    expect(made).toBe(1)
  })
})
