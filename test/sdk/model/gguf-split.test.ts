import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, it } from 'vitest'
import { openGguf } from '../../../sdk/model/gguf.js'
import { type TinyGguf, tinyGguf } from './tiny-gguf.js'

const root = mkdtempSync(join(tmpdir(), 'lutra-split-'))
afterAll(() => rmSync(root, { recursive: true }))

let folder = root
let sets = 0
beforeEach(() => {
  folder = join(root, `${sets++}`)
})

const name = (i: number, count = 3) => join(folder, `m-0000${i + 1}-of-0000${count}.gguf`)
const split = (no: number, count = 3, tensors = 4) => ({
  'split.no': { type: 2 as const, value: no },
  'split.count': { type: 2 as const, value: count },
  'split.tensors.count': { type: 5 as const, value: tensors },
})
const four = (...values: number[]) => new Uint8Array(new Float32Array([...values, 0, 0, 0, 0]).buffer)

/** The files of a right set; the middle one holds two tensors. */
function parts(): TinyGguf[] {
  return [
    {
      metadata: { 'general.architecture': { type: 8, value: 'llama' }, extra: { type: 4, value: 7 }, ...split(0) },
      tensors: [{ name: 'a', shape: [4], type: 0, offset: 0 }],
      data: four(1, 2, 3, 4),
    },
    {
      metadata: split(1),
      tensors: [
        { name: 'b', shape: [4], type: 0, offset: 0 },
        { name: 'c', shape: [4], type: 0, offset: 32 },
      ],
      data: new Uint8Array([...four(5, 6, 7, 8), ...four(9, 9, 9, 9)]),
    },
    { metadata: split(2), tensors: [{ name: 'd', shape: [4], type: 0, offset: 0 }], data: four(0, 0, 0, 1) },
  ]
}

async function write(files: readonly (TinyGguf | undefined)[]): Promise<string> {
  mkdirSync(folder, { recursive: true })
  files.forEach((file, i) => {
    if (file) writeFileSync(name(i, files.length), tinyGguf(file))
  })
  return name(0, files.length)
}

describe('a model split over several files', () => {
  it('is one, whichever of its files is opened', async () => {
    await write(parts())
    for (const opened of [0, 1, 2]) {
      const file = await openGguf(name(opened))
      expect(file.path).toBe(name(0))
      expect(file.parts).toEqual([name(0), name(1), name(2)])
      expect(file.metadata.get('extra')).toBe(7)
      expect([...file.tensors.keys()]).toEqual(['a', 'b', 'c', 'd'])
      expect(file.tensors.get('c')?.file?.path).toBe(name(1))
      expect([...new Float32Array(file.tensors.get('c')!.bytes.slice().buffer)]).toEqual([9, 9, 9, 9])
      expect([...new Float32Array(file.tensors.get('d')!.bytes.slice().buffer)]).toEqual([0, 0, 0, 1])
    }
  })

  it('names the files that are missing', async () => {
    const [a, , c] = parts()
    const path = await write([a, undefined, c])
    await expect(openGguf(path)).rejects.toMatchObject({
      kind: 'io',
      message: expect.stringMatching(/1 are missing: .*m-00002-of-00003\.gguf/),
    })
  })

  it.each<[string, RegExp, (files: TinyGguf[]) => void]>([
    ['files out of their order', /split.no 1/, (f) => f.splice(1, 2, f[2], f[1])],
    ['a file twice', /split.no 1/, (f) => f.splice(1, 1, f[0])],
    ['a tensor twice', /"a" again/, (f) => Object.assign(f[2].tensors![0], { name: 'a' })],
    ['a file of another count', /split.count 3/, (f) => Object.assign(f[1], { metadata: split(1, 4) })],
    ['a file of another set', /tensors.count 4/, (f) => Object.assign(f[1], { metadata: split(1, 3, 9) })],
    ['tensors that are missing', /4 tensors/, (f) => f[1].tensors!.pop()],
    [
      'another architecture',
      /"general.architecture"/,
      (f) => Object.assign(f[2].metadata!, { 'general.architecture': { type: 8, value: 'qwen2' } }),
    ],
    ['a part without its number', /split.no/, (f) => delete f[2].metadata!['split.no']],
    ['a damaged part', /Expected "GGUF"|ends|version/, (f) => Object.assign(f[2], { version: 99 })],
  ])('refuses %s', async (_, message, spoil) => {
    const files = parts()
    spoil(files)
    await expect(openGguf(await write(files))).rejects.toMatchObject({
      name: 'LutraError',
      message: expect.stringMatching(message),
    })
  })

  it('of one file needs no such name', async () => {
    const [only] = parts()
    await write([])
    const path = join(folder, 'whole.gguf')
    writeFileSync(path, tinyGguf({ ...only, metadata: split(0, 1, 1) }))
    expect((await openGguf(path)).parts).toBeUndefined()
  })
})
