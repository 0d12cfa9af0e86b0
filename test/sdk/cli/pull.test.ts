import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { content, Hub, send, sha256 } from '../pull/hub.js'

const main = join(dirname(fileURLToPath(import.meta.url)), '../../../dist/sdk/cli/main.js')
const folder = mkdtempSync(join(tmpdir(), 'lutra-cli-pull-'))
const bytes = content(200_000)
let hub: Hub
beforeAll(async () => {
  hub = await new Hub().start()
})
afterAll(async () => {
  await hub.stop()
  rmSync(folder, { recursive: true })
})

function lutra(args: string[], onError: (text: string, stop: () => void) => void = () => {}) {
  const child = spawn(process.execPath, [main, 'pull', ...args, '--to', folder], {
    env: { ...process.env, LUTRA_HUB: hub.url },
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (part) => (out += part))
  child.stderr.on('data', (part) => {
    err += part
    onError(err, () => child.kill('SIGINT'))
  })
  return new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, out, err })),
  )
}

describe('lutra pull', () => {
  it('stops on SIGINT with the part kept, and goes on from it', async () => {
    hub.reset((r) => {
      r.response.writeHead(200, { 'content-length': bytes.length, etag: '"a"' })
      r.response.write(bytes.subarray(0, 120_000))
    })
    const stopping = lutra(['org/repo:m.gguf', '--json'], (_, stop) => setTimeout(stop, 300))
    const stopped = await stopping
    expect(stopped.code).toBe(1)
    expect(JSON.parse(stopped.out).error.kind).toBe('cancelled')
    expect(stopped.err).toMatch(/m\.gguf 0\.\d MB of 0\.2 MB/)
    expect(existsSync(join(folder, 'm.gguf'))).toBe(false)
    expect(readFileSync(join(folder, 'm.gguf.part')).length).toBe(120_000)

    hub.reset((r) => send(r, bytes, { etag: '"a"' }))
    const { code, out } = await lutra(['org/repo', '--file', 'm.gguf', '--sha256', sha256(bytes), '--json'])
    expect(code).toBe(0)
    expect(JSON.parse(out)).toEqual({
      files: [{ path: join(folder, 'm.gguf'), bytes: bytes.length, sha256: sha256(bytes), resumed: true }],
    })
    expect(hub.requests.map(({ url, range }) => [url, range])).toEqual([
      ['/org/repo/resolve/main/m.gguf', 'bytes=120000-'],
    ])
  })

  it('exits 1 and tells the kind where the file is not there, 2 without a name', async () => {
    hub.reset((r) => r.response.writeHead(404).end())
    const { code, out } = await lutra(['org/repo:none.gguf', '--json'])
    expect([code, JSON.parse(out).error.kind]).toEqual([1, 'io'])
    expect((await lutra([])).code).toBe(2)
  })
})
