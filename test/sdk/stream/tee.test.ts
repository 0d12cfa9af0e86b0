import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough, Writable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { concat, from, lastValueFrom, NEVER, of, Subject, take, toArray } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { fromGenerator, tee } from '../../../sdk/stream/index.js'
import { marbles } from './marbles.js'

function counted(limit: number) {
  const log = { made: 0 }
  const source = fromGenerator(async function* () {
    while (log.made < limit) yield log.made++
  })
  return { source, log }
}

describe('tee', () => {
  it('lets values pass in the same moment and gives each to a function', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const seen: string[] = []
      const source = cold('a-b-c-d')
      expectObservable(source.pipe(tee((value) => seen.push(value))), '^---!').toBe('a-b')
      expectSubscriptions(source.subscriptions).toBe('^---!')
    })
  })

  it('writes a file, a line a value, and completes when it is whole', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'lutra-tee-'))
    const path = join(folder, 'log')
    const values = [{ a: 1 }, 'two\nlines', undefined, 3]
    expect(await lastValueFrom(from(values).pipe(tee(path), toArray()))).toEqual(values)
    expect(await readFile(path, 'utf8')).toBe('{"a":1}\n"two\\nlines"\nnull\n3\n')
    // Appends; and what was written arrives also when nobody wants more.
    await lastValueFrom(of('a', 'b', 'c').pipe(tee(path, { format: 'text' }), take(2)))
    await expect.poll(() => readFile(path, 'utf8')).toBe('{"a":1}\n"two\\nlines"\nnull\n3\na\nb\n')
    await lastValueFrom(of(5).pipe(tee(path, { format: (n) => `<${n}>` })))
    expect((await readFile(path, 'utf8')).endsWith('b\n<5>')).toBe(true)
    await rm(folder, { recursive: true })
  })

  it('holds the source while a Node stream is full, and leaves it open', async () => {
    const { source, log } = counted(6)
    const ahead: number[] = []
    let written = 0
    const slow = new Writable({
      highWaterMark: 1,
      write(_, __, done) {
        ahead.push(log.made - written++ - 1)
        setTimeout(done, 5)
      },
    })
    expect(await lastValueFrom(source.pipe(tee(slow), toArray()))).toHaveLength(6)
    expect(ahead).toEqual([0, 0, 0, 0, 0, 0])
    expect(slow.writableEnded).toBe(false)
    expect(slow.listenerCount('error')).toBe(0)
  })

  it('holds the source for a web stream and for a promise', async () => {
    for (const target of [
      (work: () => Promise<void>) => new WritableStream({ write: work }, { highWaterMark: 1 }),
      (work: () => Promise<void>) => work,
    ]) {
      const { source, log } = counted(5)
      const ahead: number[] = []
      let written = 0
      const work = async () => {
        await sleep(5)
        ahead.push(log.made - written++ - 1)
      }
      const sink = target(work)
      expect(await lastValueFrom(source.pipe(tee(sink), toArray()))).toHaveLength(5)
      expect(Math.max(...ahead)).toBe(0)
      expect(ahead).toHaveLength(5)
      if (typeof sink !== 'function') expect(sink.locked).toBe(false)
    }
  })

  const failing = [
    ['a file that cannot be opened', () => join(tmpdir(), 'lutra-none', 'log')],
    ['a Node stream', () => new Writable({ write: (_, __, done) => done(new Error('full')) })],
    ['a Node stream that was closed', () => new PassThrough().destroy()],
    ['a web stream', () => new WritableStream({ write: () => Promise.reject(new Error('full')) })],
    ['a function that throws', () => () => { throw new Error('full') }], // biome-ignore format: a table
    ['a function that rejects', () => () => Promise.reject(new Error('full'))],
  ] as const

  it.each(failing)('ends the stream when %s fails', async (_, target) => {
    const open = concat(of(1), NEVER)
    await expect(lastValueFrom(open.pipe(tee(target() as never)))).rejects.toMatchObject({ kind: 'io' })
    await sleep(5)
  })

  it.each(failing)('goes on without %s where that is wished', async (_, target) => {
    const { source } = counted(5)
    expect(await lastValueFrom(source.pipe(tee(target() as never, { failing: 'ignore' }), toArray()))).toHaveLength(5)
    await sleep(5)
  })

  it('ends the stream for a value that cannot be written', async () => {
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const sink = new PassThrough()
    await expect(lastValueFrom(concat(of(cyclic), NEVER).pipe(tee(sink)))).rejects.toMatchObject({ kind: 'io' })
  })

  it('does not let values pile up before a target that never takes them', async () => {
    const subject = new Subject<number>()
    let error: unknown
    subject.pipe(tee(() => new Promise(() => {}))).subscribe({ error: (e) => (error = e) })
    for (let i = 0; i <= 10_000; i++) subject.next(i)
    expect(error).toMatchObject({ kind: 'limit' })
  })

  it('lets the source go when it is unsubscribed in the middle of a pause', async () => {
    let left = false
    const source = fromGenerator(async function* () {
      try {
        for (;;) yield 1
      } finally {
        left = true
      }
    })
    const stuck = new Writable({ highWaterMark: 1, write() {} })
    const going = source.pipe(tee(stuck)).subscribe()
    await sleep(5)
    expect(stuck.writableLength).toBe(2)
    going.unsubscribe()
    await expect.poll(() => left).toBe(true)
    stuck.destroy()
    await once(stuck, 'close')
  })
})
