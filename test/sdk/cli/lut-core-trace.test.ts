/** `lutra lut-core trace`, called as the dispatcher calls it. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { parse, UsageError } from '../../../sdk/cli/command.js'
import { trace } from '../../../sdk/cli/lut-core/trace.js'
import { lutCore } from '../../../sdk/cli/lut-core.js'

const run = (...args: string[]) =>
  trace.run(parse(trace, [...args, '--json'], new AbortController().signal)) as Promise<Record<string, unknown>>

it('lutra lut-core trace times a linear on the core that it is told', async () => {
  expect(await lutCore.members.trace()).toBe(trace)
  const found = await run('--linear', '128x256', '--bits', '4', '--tokens', '3')
  expect(found).toMatchObject({ simulated: true, tokens: 3, bound: 'dma', notLent: [] })
  const [{ linear, timing }] = found.linears as [{ linear: object; timing: { lookups: number } }]
  expect(linear).toEqual({ rows: 128, cols: 256, bits: 4, count: 1, segment: undefined })
  expect(timing.lookups).toBe(128 * 64 * 4 * 3)
  const slow = await run('--linear', '128x256', '--bits', '4', '--tokens', '3', '--lut-core', 'dram=1e9')
  expect(Number(slow.cycles)).toBeGreaterThan(5 * Number(found.cycles))
})

it('lutra lut-core trace times the pilot without reading a weight, and says what stays with the host', async () => {
  const found = await run('pilot', '--lut-core', 'm=4')
  expect(found).toMatchObject({ simulated: true, name: 'pilot', tokens: 1, core: { m: 4, n: 64, k: 4 } })
  expect(found.notLent).toEqual([])
  const narrow = await run('pilot', '--lut-core', 'm=4,weights=2')
  expect(narrow.notLent).toEqual([expect.stringContaining('Q6_K')])
  const linears = found.linears as { linear: { rows: number; cols: number; count: number } }[]
  const weights = linears.reduce((sum, { linear }) => sum + linear.rows * linear.cols * linear.count, 0)
  expect(Number(found.bytesPerToken)).toBeGreaterThan(weights / 4)
})

it('lutra lut-core trace writes a page and a trace for Perfetto', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lutra-trace-'))
  try {
    const [page, chrome] = [join(folder, 'a.html'), join(folder, 'a.json')]
    await run('--linear', '64x128', '--out', page, '--chrome', chrome)
    expect(await readFile(page, 'utf8')).toContain('64 x 128, 2 bits, 1 token')
    expect(JSON.parse(await readFile(chrome, 'utf8')).otherData.simulated).toBe(true)
    await expect(run('--linear', '64x128', '--out', join(folder, 'no', 'a.html'))).rejects.toMatchObject({ kind: 'io' })
  } finally {
    await rm(folder, { recursive: true })
  }
})

it('lutra lut-core trace says what is wrong', async () => {
  for (const args of [
    [],
    ['pilot', '--linear', '1x1'],
    ['--linear', '0x4'],
    ['--linear', '4by4'],
    ['--linear', '4x4', '--bits', '9'],
  ])
    await expect(run(...args)).rejects.toBeInstanceOf(UsageError)
  await expect(run('--linear', '64x64', '--bits', '3', '--lut-core', 'weights=2')).rejects.toMatchObject({
    kind: 'mismatch',
  })
  await expect(run('--linear', '64x64', '--lut-core', 'sram=1024')).rejects.toMatchObject({ kind: 'limit' })
})
