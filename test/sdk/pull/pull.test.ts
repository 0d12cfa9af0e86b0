import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { type PullOptions, pull } from '../../../sdk/pull/index.js'
import { content, type Handler, Hub, notFound, send, sha256 } from './hub.js'

const root = mkdtempSync(join(tmpdir(), 'lutra-pull-'))
const bytes = content(300_000)
const sum = sha256(bytes)
let hub: Hub
let folder: string
let folders = 0

beforeAll(async () => {
  hub = await new Hub().start()
})
afterAll(async () => {
  await hub.stop()
  rmSync(root, { recursive: true })
})
beforeEach(() => {
  folder = join(root, `${folders++}`)
})

const file = (name = 'm.gguf') => join(folder, name)
const get = (what: string, handler: Handler, options: PullOptions = {}) => {
  hub.reset(handler)
  return pull(what, { to: folder, hub: hub.url, backoffMs: 1, retries: 3, stallMs: 5000, ...options })
}
const url = (path = '/files/m.gguf') => `${hub.url}${path}`
const ranges = () => hub.requests.map(({ range }) => range)

describe('pull of a URL', () => {
  it('brings the file under its own name, with its checksum', async () => {
    const seen: number[] = []
    const result = await get(url(), (r) => send(r, bytes), { sha256: sum, onProgress: (p) => seen.push(p.bytes) })
    expect(result).toEqual({ files: [{ path: file(), bytes: bytes.length, sha256: sum, resumed: false }] })
    expect(readFileSync(file()).equals(bytes)).toBe(true)
    expect(existsSync(`${file()}.part`)).toBe(false)
    expect(existsSync(`${file()}.part.json`)).toBe(false)
    expect(seen.at(-1)).toBe(bytes.length)
  })

  it('goes on where the line was cut, again and again', async () => {
    await get(url(), (r) => send(r, bytes, { most: 70_000 }))
    expect(readFileSync(file()).equals(bytes)).toBe(true)
    expect(ranges()[0]).toBeUndefined()
    expect(ranges().length).toBeGreaterThanOrEqual(5)
    for (const range of ranges().slice(1)) expect(range).toMatch(/^bytes=[1-9]\d*-$/)
  })

  it('keeps the part when it gives up, and goes on from it the next time', async () => {
    const failing = get(url(), (r, n) => (n === 1 ? send(r, bytes, { most: 100_000 }) : void r.response.destroy()))
    await expect(failing).rejects.toMatchObject({ name: 'LutraError', kind: 'io' })
    expect(hub.requests.length).toBe(1 + 3)
    expect(existsSync(file())).toBe(false)
    const { length } = readFileSync(`${file()}.part`)
    expect(length).toBeGreaterThan(50_000)
    const { files } = await get(url(), (r) => send(r, bytes), { sha256: sum })
    expect(files[0]).toMatchObject({ resumed: true, sha256: sum })
    expect(ranges()).toEqual([`bytes=${length}-`])
  })

  it('begins anew where the file has changed in between', async () => {
    const other = content(200_000, 9)
    await get(url(), (r, n) => send(r, n === 1 ? bytes : other, n === 1 ? { most: 100_000 } : {}))
    expect(readFileSync(file()).equals(other)).toBe(true)
  })

  it.each<[string, Handler]>([
    // A server without ranges; one whose ranges are others than asked for; one that claims that all is there.
    ['200 to a range', (r, n) => send({ ...r, range: undefined }, bytes, n === 1 ? { most: 100_000 } : {})],
    [
      'another range',
      (r, n) => {
        if (n !== 2) return send(r, bytes, n === 1 ? { most: 100_000 } : {})
        r.response
          .writeHead(206, { 'content-range': `bytes 5-${bytes.length - 1}/${bytes.length}` })
          .end(bytes.subarray(5))
      },
    ],
    [
      '416 to a range',
      (r, n) => {
        if (n !== 2) return send(r, bytes, n === 1 ? { most: 100_000 } : {})
        r.response.writeHead(416, { 'content-range': 'bytes */77' }).end()
      },
    ],
    [
      'a part of a file that has changed, unasked',
      (r, n) =>
        send(
          n === 2 ? { ...r, headers: {} } : r,
          bytes,
          n === 1 ? { most: 100_000 } : n === 2 ? { etag: '"new"' } : {},
        ),
    ],
  ])('ends with the right bytes after %s', async (_, handler) => {
    await get(url(), handler, { sha256: sum })
    expect(readFileSync(file()).equals(bytes)).toBe(true)
  })

  it('takes a part that is whole already', async () => {
    await expect(get(url(), (r) => send(r, bytes, { most: bytes.length - 1 }), { retries: 0 })).rejects.toMatchObject({
      kind: 'io',
    })
    writeFileSync(`${file()}.part`, bytes)
    const { files } = await get(url(), (r) => send(r, bytes))
    expect(files[0]).toMatchObject({ sha256: sum, resumed: true })
  })

  it('tries again after 503 and 429, and waits as it is told', async () => {
    await get(url(), (r, n) => {
      if (n > 2) return send(r, bytes)
      r.response.writeHead(n === 1 ? 503 : 429, n === 2 ? { 'retry-after': '0.05' } : {}).end()
    })
    expect(hub.requests.length).toBe(3)
  })

  it('gives up a connection that says nothing', async () => {
    await get(
      url(),
      (r, n) => {
        if (n > 2) return send(r, bytes)
        if (n === 1) return // no answer at all
        r.response.writeHead(200, { 'content-length': bytes.length, etag: '"a"' })
        r.response.write(bytes.subarray(0, 1000))
      },
      { stallMs: 150 },
    )
    expect(readFileSync(file()).equals(bytes)).toBe(true)
  })

  it('refuses a wrong checksum, and keeps nothing of it', async () => {
    const wrong = sha256(Buffer.from('other'))
    await expect(get(url(), (r) => send(r, bytes), { sha256: wrong })).rejects.toMatchObject({ kind: 'mismatch' })
    expect(existsSync(file())).toBe(false)
    expect(existsSync(`${file()}.part`)).toBe(false)
  })

  it('refuses more bytes than promised, and another size than the hub tells', async () => {
    const over: Handler = (r) => {
      r.response.socket?.write(`HTTP/1.1 200 OK\r\nx-linked-size: 100\r\ncontent-length: ${bytes.length}\r\n\r\n`)
      r.response.socket?.end(bytes)
    }
    await expect(get(url(), over)).rejects.toMatchObject({ kind: 'mismatch' })
    const chunked: Handler = (r) => r.response.writeHead(200, { 'x-linked-size': '100' }).end(bytes)
    await expect(get(url(), chunked)).rejects.toMatchObject({ kind: 'format', message: expect.stringMatching(/more/) })
    const space: Handler = (r) => void r.response.writeHead(200, { 'content-length': 2 ** 40 }).end('x')
    await expect(get(url(), space)).rejects.toMatchObject({ kind: 'limit', message: expect.stringMatching(/free/) })
    const packed: Handler = (r) => void r.response.writeHead(200, { 'content-encoding': 'gzip' }).end('x')
    await expect(get(url(), packed)).rejects.toMatchObject({ kind: 'io' })
  })

  it('takes a file of unknown length', async () => {
    const { files } = await get(url(), (r) => void r.response.writeHead(200).end(bytes), { sha256: sum })
    expect(files[0].bytes).toBe(bytes.length)
  })

  it('leaves a right file as it is, and does not write over another', async () => {
    await get(url(), (r) => send(r, bytes))
    await get(url(), (r) => send(r, bytes), { sha256: sum })
    expect(hub.requests).toHaveLength(0)
    await get(url(), (r) => send(r, bytes))
    expect(hub.requests.map(({ method }) => method)).toEqual(['HEAD'])
    writeFileSync(file(), 'mine')
    await expect(get(url(), (r) => send(r, bytes))).rejects.toMatchObject({ kind: 'mismatch' })
    expect(readFileSync(file(), 'utf8')).toBe('mine')
  })

  it('stops at once when it is cancelled, and keeps the part', async () => {
    const control = new AbortController()
    const running = get(
      url(),
      (r) => {
        r.response.writeHead(200, { 'content-length': bytes.length, etag: '"a"' })
        r.response.write(bytes.subarray(0, 50_000))
      },
      { signal: control.signal, onProgress: ({ bytes: n }) => n >= 50_000 && control.abort() },
    )
    await expect(running).rejects.toMatchObject({ kind: 'cancelled' })
    expect(readFileSync(`${file()}.part`).length).toBe(50_000)
    expect(existsSync(file())).toBe(false)
  })

  it('follows few redirects, none to plain http elsewhere, none to another scheme', async () => {
    const away =
      (to: string): Handler =>
      (r) =>
        void r.response.writeHead(302, { location: to }).end()
    await get(url(), (r) =>
      r.url === '/cdn' ? send(r, bytes) : void r.response.writeHead(302, { location: '/cdn' }).end(),
    )
    expect(readFileSync(file()).equals(bytes)).toBe(true)
    rmSync(file())
    await expect(get(url(), away('/files/m.gguf'))).rejects.toMatchObject({
      message: expect.stringMatching(/redirects/),
    })
    expect(hub.requests.length).toBeLessThan(12)
    for (const to of ['file:///etc/passwd', 'ftp://127.0.0.1/x', 'http://user:word@127.0.0.1/x', ''])
      await expect(get(url(), away(to))).rejects.toMatchObject({ kind: expect.stringMatching(/unsafe|io/) })
  })

  it.each(['/a/..%2f..%2fevil', '/.ssh', '/a/%00x', '/con.gguf', '/a/', '/a%5cb', '/'])(
    'refuses a name like %s',
    async (path) => {
      await expect(get(url(path), (r) => send(r, bytes))).rejects.toMatchObject({ kind: 'unsafe' })
      expect(hub.requests).toHaveLength(0)
    },
  )

  it.each([404, 403, 401, 410])('tells what %i means, without trying again', async (status) => {
    await expect(get(url(), (r) => void r.response.writeHead(status).end())).rejects.toMatchObject({ kind: 'io' })
    expect(hub.requests).toHaveLength(1)
  })
})

describe('pull from a hub', () => {
  interface File {
    readonly path: string
    readonly bytes: Buffer
  }
  /** A hub with these files, large ones at another place, as real hubs have them. */
  const repo =
    (files: readonly File[], lie: (entry: Record<string, unknown>) => unknown = (entry) => entry): Handler =>
    (r) => {
      if (r.url.startsWith('/api/models/org/repo/tree/main')) {
        const page = r.url.includes('cursor=2') ? files.slice(2) : files.slice(0, 2)
        const list = page.map(({ path, bytes: own }) =>
          lie({ type: 'file', path, size: own.length, lfs: { oid: sha256(own), size: own.length } }),
        )
        const more = files.length > 2 && !r.url.includes('cursor=2')
        const link = more ? { link: `<${hub.url}/api/models/org/repo/tree/main?cursor=2>; rel="next"` } : {}
        r.response.writeHead(200, link).end(JSON.stringify(list))
        return
      }
      const found = files.find(({ path }) => r.url === `/org/repo/resolve/main/${path}`)
      if (found) {
        const own = { 'x-linked-etag': `"${sha256(found.bytes)}"`, 'x-linked-size': `${found.bytes.length}` }
        r.response.writeHead(302, { location: `/store/${found.path}`, ...own }).end()
        return
      }
      const stored = files.find(({ path }) => r.url === `/store/${path}`)
      return stored ? send(r, stored.bytes) : notFound
    }
  const q4 = { path: 'model-Q4_K_M.gguf', bytes: content(5000, 2) }
  const q8 = { path: 'model-Q8_0.gguf', bytes: content(6000, 3) }
  const shards = [1, 2, 3].map((i) => ({ path: `big/big-Q2_K-0000${i}-of-00003.gguf`, bytes: content(3000, 10 + i) }))
  const names = (result: { files: readonly { path: string }[] }) =>
    result.files.map(({ path }) => path.slice(folder.length + 1))

  it('takes the one GGUF of a repository, checked against the list', async () => {
    const result = await get('org/repo', repo([{ path: 'README.md', bytes: content(10) }, q4]))
    expect(result.files).toEqual([{ path: file(q4.path), bytes: 5000, sha256: sha256(q4.bytes), resumed: false }])
  })

  it('asks which of several, and takes a part of a name', async () => {
    await expect(get('org/repo', repo([q4, q8, ...shards]))).rejects.toMatchObject({
      kind: 'mismatch',
      message: expect.stringMatching(/has 3; name one as org\/repo:FILE: model-Q4_K_M\.gguf, model-Q8_0\.gguf, big/),
    })
    expect(names(await get('org/repo:q8_0', repo([q4, q8, ...shards])))).toEqual([q8.path])
    await expect(get('org/repo:q5', repo([q4, q8]))).rejects.toMatchObject({ kind: 'mismatch' })
  })

  it('brings all files of a split model', async () => {
    const all = ['big-Q2_K-00001-of-00003.gguf', 'big-Q2_K-00002-of-00003.gguf', 'big-Q2_K-00003-of-00003.gguf']
    expect(names(await get('org/repo', repo([q4, ...shards]), { file: 'Q2_K' }))).toEqual(all)
    rmSync(folder, { recursive: true })
    const page = `${hub.url}/org/repo/blob/main/${shards[1].path}`
    const result = await get(page, repo([q4, ...shards]))
    expect(names(result)).toEqual(all)
    expect(result.files.map((each) => each.sha256)).toEqual(shards.map((each) => sha256(each.bytes)))
    await expect(get('org/repo:Q2_K', repo([q4, ...shards.slice(0, 2)]))).rejects.toThrow(/lacks .*00003-of-00003/)
    await expect(get('org/repo:Q2_K', repo([q4, ...shards]), { sha256: sum })).rejects.toMatchObject({
      kind: 'mismatch',
    })
  })

  it('brings a safetensors repository with what belongs to it', async () => {
    const files = ['config.json', 'tokenizer.json', 'model.safetensors', 'training.py'].map((path, i) => ({
      path,
      bytes: content(100 + i),
    }))
    expect(names(await get('org/repo', repo(files)))).toEqual(['config.json', 'tokenizer.json', 'model.safetensors'])
  })

  it('believes the hub about a file, not the place that it points to', async () => {
    const handler = repo([q4])
    const lying: Handler = (r, n) => (r.url.startsWith('/store/') ? send(r, content(5000, 99)) : handler(r, n))
    await expect(get('org/repo', lying)).rejects.toMatchObject({ kind: 'mismatch' })
    await expect(get(`${hub.url}/org/repo/resolve/main/${q4.path}`, lying)).rejects.toMatchObject({ kind: 'mismatch' })
    const longer: Handler = (r, n) => (r.url.startsWith('/store/') ? send(r, content(9000, 2)) : handler(r, n))
    await expect(get('org/repo', longer)).rejects.toMatchObject({ kind: 'mismatch' })
    expect(existsSync(file(q4.path))).toBe(false)
  })

  it.each(['../evil.gguf', '/evil.gguf', 'a/../../evil.gguf', 'C:\\evil.gguf', '.hidden/x.gguf', 'nul.gguf'])(
    'refuses %s in the list',
    async (path) => {
      const bad = repo([q4], (entry) => ({ ...entry, path }))
      await expect(get('org/repo', bad)).rejects.toMatchObject({ kind: 'unsafe' })
    },
  )

  it('refuses lists that are none, endless ones, and another hub on the next page', async () => {
    const answer =
      (body: string, headers = {}): Handler =>
      (r) =>
        void r.response.writeHead(200, headers).end(body)
    await expect(get('org/repo', answer('<html>'))).rejects.toMatchObject({ kind: 'format' })
    await expect(get('org/repo', answer('{}'))).rejects.toMatchObject({ kind: 'format' })
    await expect(get('org/repo', answer('[null, 5, {"type": "file", "path": 7}]'))).rejects.toMatchObject({
      kind: 'mismatch',
    })
    await expect(get('org/repo', answer(' '.repeat(17 * 2 ** 20)))).rejects.toMatchObject({ kind: 'limit' })
    await expect(get('org/repo', answer('[]', { link: '<http://127.0.0.1:1/x>; rel="next"' }))).rejects.toMatchObject({
      kind: 'unsafe',
    })
    await expect(
      get('org/repo', answer('[]', { link: `</api/models/org/repo/tree/main>; rel="next"` })),
    ).rejects.toMatchObject({ kind: 'mismatch' })
    expect(hub.requests).toHaveLength(50)
  })

  it('shows the token to the hub alone', async () => {
    const store = await new Hub().start()
    try {
      store.reset((r) => send(r, q4.bytes))
      const away: Handler = (r) => void r.response.writeHead(302, { location: `${store.url}/x` }).end()
      await get(`${hub.url}/org/repo/resolve/main/${q4.path}`, away, { token: 'hf_secret' })
      expect(hub.requests[0].authorization).toBe('Bearer hf_secret')
      expect(store.requests[0].authorization).toBeUndefined()
      rmSync(folder, { recursive: true })
      await get(`${store.url}/plain/of/no/repo/x.gguf`, () => {}, { token: 'hf_secret' })
      expect(store.requests[1].authorization).toBeUndefined()
    } finally {
      await store.stop()
    }
  })

  it.each(['http://cdn.example/x', 'http://127.0.0.1/x', 'https://127.0.0.1/x', 'https://localhost:8443/x'])(
    'does not go from a hub on https to %s',
    async (location) => {
      const seen: string[] = []
      vi.stubGlobal('fetch', async (at: URL, { headers }: { headers: Record<string, string> }) => {
        seen.push(`${at.origin} ${headers.authorization}`)
        return new Response(undefined, { status: 302, headers: { location } })
      })
      try {
        const options = { to: folder, hub: 'https://hub.example', token: 'hf_secret' }
        await expect(pull('org/repo:x.gguf', options)).rejects.toMatchObject({ kind: 'unsafe' })
        expect(seen).toEqual(['https://hub.example Bearer hf_secret'])
      } finally {
        vi.unstubAllGlobals()
      }
    },
  )

  it.each(['nonsense', 'a/b/c', 'ftp://x/y', 'http://user:pass@127.0.0.1/x.gguf', '../x', 'http://'])(
    'refuses %s',
    async (what) => {
      await expect(get(what, () => {})).rejects.toMatchObject({ kind: 'unsupported' })
    },
  )
})
