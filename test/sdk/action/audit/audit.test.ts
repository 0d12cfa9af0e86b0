import { existsSync } from 'node:fs'
import { appendFile, type FileHandle, open, readdir, readFile, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Audit } from '../../../../sdk/action/index.js'
import { logFolder, numbers, readAll, readDamaged } from './log.js'

/** A log of so many entries, each about 100 bytes, in files of `bytes`. */
async function fill(path: string, count: number, bytes: number, keep?: number): Promise<void> {
  const audit = await Audit.open(path, { sync: false, rotate: { bytes, keep } })
  await Promise.all(numbers(0, count).map((i) => audit.record({ kind: i % 2 ? 'odd' : 'even', i })))
  await audit.close()
}

describe('writing', () => {
  it('numbers entries in the order of the calls and keeps them from line breaks and overlong texts', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path)
    const cyclic: Record<string, unknown> = {}
    cyclic.self = cyclic
    const many = numbers(0, 50).map((i) => audit.record({ kind: 'x', i, text: 'a\nb\u2028"\\' }))
    const strange = [
      audit.record({ kind: 'cyclic', cyclic }),
      audit.record({ kind: 'long', text: 'x'.repeat(1 << 20), short: 'y' }),
      audit.record({ kind: 'wide', list: new Array(200_000).fill(1) }),
      audit.record({ kind: 'error', error: new TypeError('bad') }),
      audit.record({ kind: 'mine', n: 99, at: 'never', crc: 'mine', big: 10n }),
    ]
    expect(await Promise.all([...many, ...strange])).toEqual(numbers(0, 55))
    await audit.close()
    await audit.close()
    const records = await readAll(log.path)
    expect(records.map(({ n }) => n)).toEqual(numbers(0, 55))
    expect(records[3]).toMatchObject({ i: 3, text: 'a\nb\u2028"\\' })
    expect(records[50]).toMatchObject({ kind: 'cyclic', unwritable: expect.stringContaining('circular') })
    expect(records[51].text).toHaveLength(1024 + '… (1048576 characters)'.length)
    expect(records[51].short).toBe('y')
    expect(records[52]).toMatchObject({ kind: 'wide', cut: expect.any(Number) })
    expect(records[53].error).toEqual({ name: 'TypeError', message: 'bad' })
    expect(records[54]).toEqual({ n: 54, at: records[54].at, kind: 'mine', big: '10' })
    expect(Date.parse(records[54].at)).toBeGreaterThan(Date.parse('2020-01-01'))
    await expect(audit.record({ kind: 'late' })).rejects.toMatchObject({ kind: 'closed' })
  })

  it('writes no password, key or access token', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path)
    await audit.record({
      kind: 'prompt',
      prompt:
        'log in with sk-abcdefghijklmnop1234 at mqtt://me:hunter2@broker, Authorization: Bearer abcdef0123456789xyz',
      options: { password: 'hunter3', apiKey: 'hunter4', access_token: 'hunter5', maxTokens: 7 },
      tokens: ['basic responsibilities'],
    })
    await audit.close()
    const text = await readFile(log.path, 'utf8')
    expect(text).not.toMatch(/hunter|abcdef/)
    expect(text.match(/\[redacted\]/g)).toHaveLength(6)
    expect(text).toContain('mqtt://me:[redacted]@broker')
    expect(text).toContain('"maxTokens":7')
    expect(text).toContain('basic responsibilities')
  })

  it('lets one writer in at a time', async ({ skip }) => {
    if (process.platform !== 'linux') skip('logs are locked on Linux only')
    await using log = await logFolder()
    const first = await Audit.open(log.path)
    await expect(Audit.open(log.path)).rejects.toMatchObject({ kind: 'io', message: /only writer/ })
    await first.close()
    await (await Audit.open(log.path)).close()
  })

  it('refuses sizes that make no sense, and a place that is not there', async () => {
    await using log = await logFolder()
    for (const rotate of [{ bytes: 10 }, { bytes: Number.NaN }, { bytes: 4096, keep: -1 }])
      await expect(Audit.open(log.path, { rotate })).rejects.toMatchObject({ kind: 'limit' })
    await expect(Audit.open(join(log.folder, 'none', 'x'))).rejects.toMatchObject({ kind: 'io' })
    await expect(readAll(join(log.folder, 'none', 'x'))).rejects.toMatchObject({ kind: 'io' })
    await expect(readAll(log.path)).rejects.toMatchObject({ kind: 'io' })
  })
})

describe('rotation', () => {
  it('puts full files aside, counts on across them, and keeps so many', async () => {
    await using log = await logFolder()
    await fill(log.path, 100, 2048)
    const files = (await readdir(log.folder)).sort()
    expect(files.length).toBeGreaterThan(3)
    for (const name of files) expect((await stat(join(log.folder, name))).size).toBeLessThanOrEqual(2048)
    expect((await readAll(log.path)).map(({ n }) => n)).toEqual(numbers(0, 100))
    // Opened again, fewer are kept.
    const audit = await Audit.open(log.path, { sync: false, rotate: { bytes: 2048, keep: 2 } })
    for (let i = 100; i < 200; i++) expect(await audit.record({ kind: 'more', i })).toBe(i)
    await audit.close()
    expect(await readdir(log.folder)).toHaveLength(3)
    const left = await readAll(log.path)
    expect(left.map(({ n }) => n)).toEqual(numbers(left[0].n, 200))
    expect(left[0].n).toBeGreaterThan(100)
  })

  it('cuts one batch into files too, and lets a line be larger than a file', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { sync: false, rotate: { bytes: 1024 } })
    await Promise.all(numbers(0, 40).map((i) => audit.record({ kind: 'x', text: i === 20 ? 'y'.repeat(5000) : '' })))
    await audit.close()
    expect((await readAll(log.path)).map(({ n }) => n)).toEqual(numbers(0, 40))
    const sizes = await Promise.all(
      (await readdir(log.folder)).map(async (f) => (await stat(join(log.folder, f))).size),
    )
    expect(sizes.filter((size) => size > 1024)).toHaveLength(1)
  })

  it('goes on where a crash came between putting aside and beginning anew', async () => {
    await using log = await logFolder()
    await fill(log.path, 30, 2048)
    const last = (await readdir(log.folder)).sort().at(-1) as string
    await truncate(log.path, 0)
    const next = Number(last.split('.').at(-1)) + 1
    const audit = await Audit.open(log.path)
    expect(await audit.record({ kind: 'x' })).toBe(next)
    await audit.close()
  })

  it('is read whole while it goes on', async () => {
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { sync: false, rotate: { bytes: 2048 } })
    const reads: Promise<unknown>[] = []
    for (let i = 0; i < 300; i++) {
      await audit.record({ kind: 'x', i })
      if (i % 20 === 0)
        reads.push(readAll(log.path).then((seen) => expect(seen.map(({ n }) => n)).toEqual(numbers(0, seen.length))))
    }
    await Promise.all(reads)
    await audit.close()
  })
})

describe('opening', () => {
  it('cuts off what a crash has torn, and what a power loss has left as zeros', async () => {
    await using log = await logFolder()
    await fill(log.path, 3, 1 << 20)
    for (const tail of ['{"n":3,"at":"2026', '\0'.repeat(300_000), 'é'.repeat(40_000)]) {
      await appendFile(log.path, tail)
      const { length } = await readAll(log.path)
      const audit = await Audit.open(log.path)
      expect(await audit.record({ kind: 'after' })).toBe(length)
      await audit.close()
    }
    expect((await readAll(log.path)).map(({ n }) => n)).toEqual(numbers(0, 6))
  })

  it('reads no more than the end of a huge log', async () => {
    await using log = await logFolder()
    await fill(log.path, 3000, 1 << 30)
    let read = 0
    const counting = async (path: string): Promise<FileHandle> => {
      const file = await open(path, 'a+', 0o600)
      const plain = file.read.bind(file) as (...args: unknown[]) => Promise<{ bytesRead: number; buffer: Buffer }>
      const counted = async (...args: unknown[]) => {
        const result = await plain(...args)
        read += result.bytesRead
        return result
      }
      return Object.assign(file, { read: counted })
    }
    const audit = await Audit.open(log.path, { open: counting })
    expect(await audit.record({ kind: 'x' })).toBe(3000)
    await audit.close()
    expect((await stat(log.path)).size).toBeGreaterThan(200_000)
    expect(read).toBeLessThanOrEqual(64 << 10)
  })

  it('counts on behind damaged lines, also where none is whole', async () => {
    await using log = await logFolder()
    await fill(log.path, 3, 1 << 20)
    await appendFile(log.path, 'no entry\n')
    const audit = await Audit.open(log.path)
    expect(await audit.record({ kind: 'x' })).toBe(4)
    await audit.close()
    await writeFile(log.path, 'no entry\nnone\n')
    const other = await Audit.open(log.path)
    expect(await other.record({ kind: 'x' })).toBe(2)
    await other.close()
  })
})

describe('reading', () => {
  it('gives kinds and times that were asked for', async () => {
    await using log = await logFolder()
    let minute = 0
    const now = () => new Date(Date.UTC(2026, 0, 1, 0, minute++))
    const audit = await Audit.open(log.path, { sync: false, now })
    for (let i = 0; i < 20; i++) await audit.record({ kind: i % 2 ? 'odd' : 'even', i })
    await audit.close()
    const at = (m: number) => new Date(Date.UTC(2026, 0, 1, 0, m))
    const some = await readAll(log.path, { kinds: ['odd'], since: at(5), until: at(11) })
    expect(some.map(({ i }) => i)).toEqual([5, 7, 9])
  })

  it('tells of a flipped bit, a missing line and a doubled one, and where', async () => {
    await using log = await logFolder()
    await fill(log.path, 10, 1 << 20)
    const lines = (await readFile(log.path, 'utf8')).split('\n')
    lines[2] = lines[2].replace('"i":2', '"i":3')
    lines.splice(5, 1)
    lines.splice(7, 0, lines[7])
    await writeFile(log.path, lines.join('\n'))
    await expect(readAll(log.path)).rejects.toMatchObject({ kind: 'format', message: /line 3 .*checksum/ })
    const { records, damage } = await readDamaged(log.path)
    expect(damage.map(({ line, why }) => [line, why])).toEqual([
      [3, 'its checksum does not fit'],
      [6, 'the number 6 stands where 5 should'],
      [9, 'the number 8 stands where 9 should'],
    ])
    expect(records.map(({ n }) => n)).toEqual([0, 1, 3, 4, 6, 7, 8, 8, 9])
  })

  it('finds any one changed byte', async () => {
    await using log = await logFolder()
    await fill(log.path, 3, 1 << 20)
    const whole = await readFile(log.path)
    const end = whole.indexOf('\n')
    for (let i = 0; i < end; i++) {
      const hurt = Buffer.from(whole)
      hurt[i] ^= 1
      await writeFile(log.path, hurt)
      expect((await readDamaged(log.path)).damage, `byte ${i}`).not.toEqual([])
    }
  })

  it('passes over a line without end', async () => {
    await using log = await logFolder()
    await fill(log.path, 2, 1 << 20)
    await appendFile(log.path, `${'x'.repeat(3 << 20)}\n`)
    const { records, damage } = await readDamaged(log.path)
    expect(records).toHaveLength(2)
    expect(damage).toMatchObject([{ line: 3, why: 'it is too long' }])
  })
})

describe('a full disk', () => {
  it('is an error to every entry from then on', async ({ skip }) => {
    if (!existsSync('/dev/full')) skip('there is no /dev/full here')
    await using log = await logFolder()
    const audit = await Audit.open(log.path, { open: () => open('/dev/full', 'a+') })
    const both = await Promise.allSettled([audit.record({ kind: 'a' }), audit.record({ kind: 'b' })])
    expect(both).toMatchObject([
      { status: 'rejected', reason: { kind: 'io', message: /ENOSPC/ } },
      { status: 'rejected', reason: { kind: 'io' } },
    ])
    await expect(audit.record({ kind: 'c' })).rejects.toMatchObject({ kind: 'io' })
    await audit.close()
  })

  it('leaves half a line, which the next start cuts off', async () => {
    await using log = await logFolder()
    await fill(log.path, 2, 1 << 20)
    const half = async (path: string) => {
      const file = await open(path, 'a+')
      const plain = file.appendFile.bind(file)
      const torn = async (text: string | Uint8Array) => {
        await plain(String(text).slice(0, text.length / 2))
        throw new Error('ENOSPC: no space left on device, write')
      }
      return Object.assign(file, { appendFile: torn })
    }
    const audit = await Audit.open(log.path, { open: half })
    await expect(audit.record({ kind: 'lost' })).rejects.toMatchObject({ kind: 'io', message: /ENOSPC/ })
    await audit.close()
    const next = await Audit.open(log.path)
    expect(await next.record({ kind: 'after' })).toBe(2)
    await next.close()
    expect((await readAll(log.path)).map(({ n, kind }) => [n, kind])).toEqual([[0, 'even'], [1, 'odd'], [2, 'after']]) // biome-ignore format: a table
  })

  it('that falls behind without end counts as failed, and memory stays bounded', async () => {
    await using log = await logFolder()
    const stuck = async (path: string) => {
      const file = await open(path, 'a+')
      return Object.assign(file, { appendFile: () => new Promise<void>((go) => setTimeout(go, 300)) })
    }
    const audit = await Audit.open(log.path, { open: stuck })
    const text = 'x'.repeat(200_000)
    let failed = 0
    for (let i = 0; i < 100; i++) audit.record({ kind: 'x', text }).catch(() => failed++)
    await expect(audit.record({ kind: 'y' })).rejects.toMatchObject({ kind: 'limit' })
    await audit.close()
    expect(failed).toBe(100)
  })
})
