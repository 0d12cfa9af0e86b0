import * as fc from 'fast-check'
import { of, throwError } from 'rxjs'
import { TestScheduler } from 'rxjs/testing'
import { describe, expect, it } from 'vitest'
import { json, lines, meter, type Speed, sentences, type Token, text, until } from '../../../sdk/stream/index.js'

const marbles = (work: Parameters<TestScheduler['run']>[0]) =>
  new TestScheduler((a, b) => expect(a).toEqual(b)).run(work)
const token = (piece: string, index = 0, ms = 0): Token => ({ id: index, text: piece, logprob: 0, index, ms })

describe('text', () => {
  it('gives the text of tokens that have any', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-|', { a: token('he'), b: token(''), c: token('llo') })
      expectObservable(source.pipe(text())).toBe('a---c-|', { a: 'he', c: 'llo' })
    })
  })
})

describe('sentences', () => {
  it('gives a sentence once white space shows its end, and the rest at the end', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-b-c-d-e-|', { a: 'Go 3.', b: '5 m. ', c: 'Then "stop', d: '!"\nNow? Ye', e: 's' })
      expectObservable(source.pipe(sentences())).toBe('--x---(yz)(w|)', {
        x: 'Go 3.5 m.',
        y: 'Then "stop!"',
        z: 'Now?',
        w: 'Yes',
      })
    })
  })

  it('needs no white space in Chinese and Japanese', () => {
    marbles(({ cold, expectObservable }) => {
      const source = cold('a-----|', { a: '行け。止まれ！はい' })
      expectObservable(source.pipe(sentences())).toBe('(xy)--(z|)', { x: '行け。', y: '止まれ！', z: 'はい' })
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

describe('meter', () => {
  it('tells speed by the tokens own clock', () => {
    const seen: Speed[] = []
    const passed: Token[] = []
    of(token('a', 0, 100), token('b', 1, 150), token('c', 2, 200))
      .pipe(meter((speed) => seen.push(speed)))
      .subscribe((t) => passed.push(t))
    expect(seen.map((s) => [s.tokens, s.ttftMs, s.tokensPerSecond])).toEqual([
      [1, 100, 0],
      [2, 100, 20],
      [3, 100, 20],
    ])
    expect(passed).toHaveLength(3)
  })
})

it('every operator passes errors on', () => {
  const failing = throwError(() => new Error('broken'))
  for (const operator of [sentences(), lines(), until('x'), json()]) {
    let seen: unknown
    failing.pipe(operator as never).subscribe({ error: (error) => (seen = error) })
    expect(seen).toMatchObject({ message: 'broken' })
  }
})
