/** `lutra compile`: a user's format from a module of theirs, built, checked and kept; what is wrong is said. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeEach, expect, it, vi } from 'vitest'
import { findCompiler } from '../../../kernels/ladder/cpp/compiler.js'
import { parse } from '../../../sdk/cli/command.js'
import { compile } from '../../../sdk/cli/compile.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-compile-'))
beforeEach(() => vi.stubEnv('LUTRA_CACHE', folder))
afterEach(() => vi.unstubAllEnvs())
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const run = (...args: string[]) => compile.run(parse(compile, [...args, '--json'], new AbortController().signal))
const compiler = findCompiler()
if (!compiler) console.log('lutra compile: building skipped: no C++ compiler here')

it.skipIf(!compiler)(
  'builds, checks and keeps a format of a module of mine',
  async () => {
    const file = join(folder, 'types.mjs')
    const define = pathToFileURL(join(import.meta.dirname, '../../../kernels/ladder/type/define.ts')).href
    writeFileSync(
      file,
      `import { defineType } from '${define}'
    export const mine = defineType({ name: 'mine', bits: 2, group: 32, scale: 'f16', decode: [-3, -1, 1, 3] })`,
    )
    const args = ['mine', '--types', file, '--activation', 'f32']
    expect(await run(...args)).toMatchObject({
      kernels: [{ name: expect.stringMatching(/^linear mine × f32 cpp /), kept: false, error: expect.any(Number) }],
    })
    expect(await run(...args)).toMatchObject({ kernels: [{ kept: true }] })
  },
  60000,
)

it('shows the source without building', async () => {
  vi.stubEnv('CXX', join(folder, 'none'))
  const { kernels } = (await run('NF4', 'q4_0', '--source', '--isa', 'neon')) as { kernels: { source: string }[] }
  expect(kernels.map(({ source }) => source.includes('vqtbl1q'))).toEqual([true, true])
})

it('says what is wrong', async () => {
  await expect(run()).rejects.toThrow(/Missing TYPE/)
  await expect(run('Q9')).rejects.toThrow(/among F32.* but found "Q9"/)
  await expect(run('Q4_0', '--isa', 'mmx')).rejects.toThrow(/scalar or avx2 or neon/)
  await expect(run('Q4_0', '--types', join(folder, 'gone.mjs'))).rejects.toThrow(/did not load/)
  vi.stubEnv('CXX', join(folder, 'none'))
  await expect(run('Q4_0')).rejects.toThrow(/found none; type "sudo apt install g\+\+"/)
})
