/** llama.cpp's own tools as the other side: LUTRA_LLAMA_BIN names the folder of llama-imatrix and llama-quantize. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { openGguf } from '../../../../sdk/model/gguf.js'
import { openImportance, saveImportance } from '../../../../sdk/quantize/imatrix/open.js'
import { sharedData } from '../../model/shared-data.js'

const bin = process.env.LUTRA_LLAMA_BIN
const folder = mkdtempSync(join(tmpdir(), 'lutra-llama-imatrix-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe.skipIf(!bin || !sharedData.there)('llama.cpp (needs LUTRA_LLAMA_BIN and ../shared/data)', () => {
  const run = (tool: string, ...args: string[]) =>
    execFileSync(join(bin ?? '', tool), args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
  const model = sharedData.path('tinyllamas', 'stories260Ktok512.gguf')

  it('writes what we read, and loads what we write, to the same bytes', async () => {
    const text = readFileSync(sharedData.path('text', 'tinystories_197k.txt'), 'utf8').slice(0, 12_000)
    writeFileSync(join(folder, 'text.txt'), text)
    run('llama-imatrix', '-m', model, '-f', 'text.txt', '-o', 'theirs.dat', '-c', '128', '--chunks', '8', '-t', '1')
    const theirs = await openImportance(join(folder, 'theirs.dat'))
    // Five layers of seven matrices; without --process-output the head is not in it.
    expect(theirs.diagonal.size).toBe(35)
    expect(theirs).toMatchObject({ datasets: ['text.txt'], chunks: 8 })
    expect(theirs.diagonal.get('blk.0.ffn_down.weight')).toHaveLength(172)
    expect(theirs.diagonal.get('blk.0.attn_q.weight')).toEqual(theirs.diagonal.get('blk.0.attn_v.weight'))

    await saveImportance(join(folder, 'ours.dat'), theirs)
    const { tensors } = await openGguf(model)
    // Its fallback is IQ4_NL for columns that fill no block of 256, and F16 for the 172 of ffn_down.
    const quantized = async (file: string) => {
      const log = run('llama-quantize', '--imatrix', file, model, `${file}.gguf`, 'Q3_K_S', '1')
      return { log, file: await openGguf(join(folder, `${file}.gguf`)) }
    }
    const [a, b] = [await quantized('theirs.dat'), await quantized('ours.dat')]
    expect(b.log).toContain('loaded 35 importance matrix entries from ours.dat computed on 8 chunks')
    expect(a.file.tensors.get('blk.0.attn_q.weight')?.dtype.name).toBe('IQ4_NL')
    expect(a.file.tensors.size).toBe(tensors.size)
    for (const [name, { bytes }] of a.file.tensors)
      expect(Buffer.compare(b.file.tensors.get(name)?.bytes ?? Buffer.of(), bytes), name).toBe(0)
  })
})
