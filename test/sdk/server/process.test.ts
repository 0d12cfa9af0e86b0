/** `lutra serve` as a process, from its first line to its exit code. Runs the built tree. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { readAudit } from '../../../sdk/action/index.js'

const root = join(import.meta.dirname, '../../..')

it('drives the simulated robot, stops it, writes it down, and drains on SIGTERM with exit code 0', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lutra-serve-'))
  const log = join(folder, 'audit.jsonl')
  const args = ['serve', 'pilot', '--port', '0', '--robot', 'simulated', '--audit', log, '--json']
  const child = spawn(process.execPath, [join(root, 'dist/sdk/cli/main.js'), ...args], { cwd: root })
  const ended = once(child, 'close')
  try {
    const [line] = await Promise.race([once(child.stdout, 'data'), ended.then(() => ['{}'])])
    const { url, robot } = JSON.parse(String(line))
    expect(robot).toMatchObject({ simulated: true })
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: 'ok' })
    const headers = { 'Content-Type': 'application/json' }
    const act = (text: string) =>
      fetch(`${url}/lutra/act`, { method: 'POST', headers, body: JSON.stringify({ text, stream: true }) })
    const reader = (await act('drive two metres forward')).body!.pipeThrough(new TextDecoderStream()).getReader()
    let told = ''
    while (!told.includes('"moving"')) told += (await reader.read()).value
    const stopped = await fetch(`${url}/lutra/stop`, { method: 'POST' })
    expect(await stopped.json()).toMatchObject({ confirmed: true })
    for (let next = await reader.read(); !next.done; next = await reader.read()) told += next.value
    expect(told).toContain('"stopped"')
    expect(told).toContain('"done":false')
    await fetch(`${url}/lutra/reset`, { method: 'POST' })

    // The robot stops at once, and the answer still says so to its end.
    const answer = await act('drive two metres forward')
    child.kill('SIGTERM')
    expect(await answer.text()).toMatch(/event: end\ndata: {"done":false.*\n\n$/)
    expect(await ended).toEqual([0, null])
    const kinds: string[] = []
    for await (const { kind } of readAudit(log)) kinds.push(kind)
    for (const kind of ['robot', 'prompt', 'tokens', 'verdict', 'report', 'stop', 'reset'])
      expect(kinds).toContain(kind)
    expect(kinds.indexOf('verdict')).toBeLessThan(kinds.indexOf('report'))
  } finally {
    child.kill('SIGKILL')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
})
