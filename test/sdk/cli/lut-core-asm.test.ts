/** `lutra lut-core` and its assembler, called as the command line calls them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { called } from './in-process.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-asm-'))
afterAll(() => rmSync(folder, { recursive: true }))

const lutra = (...args: string[]) => called(args)

describe('lutra lut-core', () => {
  it('lists its commands, and tells wrong usage', async () => {
    const help = await lutra('lut-core', '--help')
    expect(help).toMatchObject({ code: 0, err: '' })
    expect(help.out).toContain('lutra lut-core asm FILE')
    expect(await lutra('lut-core')).toMatchObject({ code: 2, out: '' })
    expect((await lutra('lut-core', 'fly')).err).toContain('but found "fly"')
    expect((await lutra('lut-core', 'asm')).code).toBe(2)
    expect((await lutra('lut-core', 'asm', 'a', '--bits', '2')).code).toBe(2)
    expect((await lutra('lut-core', 'asm', '--linear', '64')).code).toBe(2)
    expect((await lutra('lut-core', 'asm', '--nothing')).err).toContain('usage: lutra lut-core asm')
  })

  it('assembles to a file and back', async () => {
    const [source, words] = [join(folder, 'a.lmma'), join(folder, 'a.bin')]
    writeFileSync(source, 'set r0, 64 ; here\nloop 3 {\n  wait 0\n}\nend\n')
    expect(JSON.parse((await lutra('lut-core', 'asm', source, '--out', words, '--json')).out)).toEqual({
      ...{ instructions: 4, bytes: 64, out: words },
    })
    expect(readFileSync(words)).toHaveLength(64)
    const { out } = await lutra('lut-core', 'asm', '--disassemble', words)
    expect(out).toBe('set r0, 64\nloop 3 {\n  wait 0\n}\nend\n')
    expect((await lutra('lut-core', 'asm', source)).out).toContain('000030  0d000000000000000000000000000000  end\n')
  })

  it('tells what is wrong with a file', async () => {
    const path = join(folder, 'wrong')
    writeFileSync(path, 'set r0\n')
    const { code, out } = await lutra('lut-core', 'asm', path, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(out).error).toEqual({
      kind: 'format',
      message: 'Line 1, column 7: Expected a comma but found the end of the line',
    })
    const missing = await lutra('lut-core', 'asm', '--disassemble', join(folder, 'none'))
    expect(missing).toMatchObject({ code: 1, out: '' })
    expect(missing.err).toContain('lutra: io:')
  })

  it('prints the program of a linear, which assembles', async () => {
    const args = ['lut-core', 'asm', '--linear', '100x256', '--bits', '4', '--segment', '64', '--tokens', '3']
    const document = JSON.parse((await lutra(...args, '--json')).out)
    expect(document).toMatchObject({ shape: { rows: 100, cols: 256, bits: 4, segment: 64, tokens: 3 } })
    const path = join(folder, 'linear')
    writeFileSync(path, (await lutra(...args)).out)
    const again = JSON.parse((await lutra('lut-core', 'asm', path, '--json')).out)
    expect(again.instructions).toBe(document.instructions)
    const narrow = JSON.parse((await lutra(...args, '--lut-core', 'n=16', '--json')).out)
    expect(narrow.tiling.rowTiles).toBe(7)
  })
})
