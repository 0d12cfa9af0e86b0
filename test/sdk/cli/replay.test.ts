/** `lutra act --audit` and `lutra replay` from outside, as the built tree runs them. */
import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { logFolder, readAll } from '../action/audit/log.js'

const main = join(import.meta.dirname, '../../../dist/sdk/cli/main.js')

function lutra(args: readonly string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [main, ...args], (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    )
    child.stdin?.on('error', () => {})
    child.stdin?.end(input)
  })
}

describe('lutra act --audit, lutra replay', () => {
  it('writes each instruction down, and does again what was allowed', async () => {
    await using log = await logFolder()
    const lines = 'drive forward twenty centimetres then turn left\nblorp\nstop\n'
    const acted = await lutra(['act', '--stdin', '--audit', log.path], lines)
    expect(acted.code, acted.err).toBe(0)
    const records = await readAll(log.path)
    expect(records.filter(({ kind }) => kind === 'prompt').map(({ prompt, model }) => [prompt, model])).toEqual([
      ['drive forward twenty centimetres then turn left', 'pilot'],
      ['blorp', 'pilot'],
      ['stop', 'pilot'],
    ])
    const [first] = records.filter(({ kind }) => kind === 'tokens')
    expect(first.text).toContain('"skill":"drive"')
    expect(records.filter(({ kind }) => kind === 'end')).toHaveLength(3)

    const told = await lutra(['replay', log.path, '--speed', '20', '--json'])
    expect(told.code, told.err).toBe(0)
    const document = JSON.parse(told.out)
    expect(document).toMatchObject({ simulated: true, speed: 20, differences: 0, stops: 1, damaged: [] })
    expect(
      document.steps.map(({ action, replayed }: never) => [
        (action as { skill: string }).skill,
        (replayed as { state: string }).state,
      ]),
    ).toEqual([
      ['drive', 'done'],
      ['turn', 'done'],
      ['refuse', 'refused'],
      ['stop', 'done'],
    ])
    // For people, and with a log that has been touched.
    await writeFile(log.path, (await readFile(log.path, 'utf8')).replace('"degrees":90', '"degrees":91'))
    const { code, out, err } = await lutra(['replay', log.path, '--speed', '20'])
    expect(code).toBe(0)
    expect(out).toContain('drive {"metres":0.2}: done (no report in the log) at 0.20, 0.00 m')
    expect(out).toContain('simulated rover: 3 actions, 1 stops, 0 resets; 0 differ')
    expect(err).toContain('is damaged: its checksum does not fit')
  })

  it('needs a log', async () => {
    await using log = await logFolder()
    expect((await lutra(['replay'])).code).toBe(2)
    const absent = await lutra(['replay', log.path, '--json'])
    expect([absent.code, JSON.parse(absent.out).error.kind]).toEqual([1, 'io'])
  })
})
