import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
// @ts-expect-error: a bench's generator, plain JavaScript
import { writeRandom } from '../../bench/models/random.mjs'
import type { Engine } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import type { Graph } from '../../kernels/graph/graph.js'
import type { NativeTensor } from '../../kernels/native/addon.js'
import { nativeBackend } from '../../kernels/native/index.js'
import { loadNative } from '../../kernels/native/load.js'
import { packPlace } from '../../kernels/native/packed-cache.js'
import { buildGraph } from '../../sdk/model/arch/index.js'
import { openGguf } from '../../sdk/model/gguf.js'
import { splitGguf } from '../sdk/model/split-gguf.js'
import { random } from './random.js'

const absent = loadNative().reason
if (absent) console.log(`packed cache tests skipped: ${absent}`)

describe.skipIf(absent)('packed weights on disk', { timeout: 60_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-packed-'))
  const model = join(folder, 'model.gguf')
  const cache = join(folder, 'cache')
  const before = process.env.LUTRA_CACHE
  let engine: Engine<Graph>

  beforeAll(async () => {
    // A layer of ternary weights and a head: just large enough to be kept.
    writeRandom('tiny', 'TQ2_0', model, { layers: 1, head: 'Q4_K', embedding: 'Q4_0' })
    process.env.LUTRA_CACHE = cache
    engine = (await nativeBackend.open({ cpus: 2 } as Device, { threads: 2, algorithm: 'lut' })) as Engine<Graph>
  })
  afterAll(async () => {
    await engine?.close()
    if (before === undefined) delete process.env.LUTRA_CACHE
    else process.env.LUTRA_CACHE = before
    rmSync(folder, { recursive: true, force: true })
  })

  /** Opens, runs, closes; what is written is there when close has resolved. */
  async function logits(path = model): Promise<Float32Array> {
    const file = await openGguf(path)
    const program = await engine.compile(buildGraph(file), file.tensors, { context: 16 })
    try {
      return await program.run(program.createState(), Int32Array.of(5, 300, 7), 'last')
    } finally {
      await program.close()
    }
  }
  const packs = () => readdirSync(cache).filter((name) => name.endsWith('.pack'))

  it('are written once and give the same logits from then on', async () => {
    const packed = await logits()
    expect(packs()).toHaveLength(1)
    const path = join(cache, packs()[0])
    const { ino, mtimeMs } = statSync(path)
    expect(await logits()).toEqual(packed)
    expect(packs()).toHaveLength(1)
    expect(statSync(path).ino).toBe(ino)
    expect(statSync(path).mtimeMs).toBeGreaterThanOrEqual(mtimeMs)
  })

  it('are kept of a model over several files, by the state of all of them', async () => {
    const whole = await logits()
    const split = splitGguf(await openGguf(model), 3, folder)
    const before = packs()
    expect(await logits(split)).toEqual(whole)
    const [own] = packs().filter((name) => !before.includes(name))
    const { ino } = statSync(join(cache, own))
    expect(await logits(split)).toEqual(whole)
    expect(packs()).toHaveLength(before.length + 1)
    expect(statSync(join(cache, own)).ino).toBe(ino)
    utimesSync(split.replace('00001-of', '00003-of'), new Date(), new Date(Date.now() - 5000))
    expect(await logits(split)).toEqual(whole)
    expect(packs()).toHaveLength(before.length + 2)
    for (const name of packs()) if (!before.includes(name)) rmSync(join(cache, name))
  })

  it('are of one state of the model file: a changed file is packed anew', async () => {
    utimesSync(model, new Date(), new Date(Date.now() - 5000))
    await logits()
    expect(packs()).toHaveLength(2)
  })

  it('are not believed when they are cut or their head is changed', async () => {
    const good = await logits()
    const place = join(
      cache,
      packs().sort((a, b) => statSync(join(cache, b)).mtimeMs - statSync(join(cache, a)).mtimeMs)[0],
    )
    const whole = readFileSync(place)
    const next = random(7)
    const head = 64 + 40 * 9 // the head and an entry for each matrix
    for (let round = 0; round < 10; round++) {
      const bytes = Buffer.from(whole)
      for (let n = 0; n <= next() * 3; n++) bytes[Math.floor(next() * head)] ^= 1 << Math.floor(next() * 8)
      writeFileSync(place, bytes)
      expect(await logits()).toEqual(good)
    }
    for (const length of [0, 10, 64, 200, 4096, whole.length - 1]) {
      writeFileSync(place, whole)
      truncateSync(place, length)
      expect(await logits()).toEqual(good)
      expect(statSync(place).size).toBe(whole.length)
    }
  })

  it('make room for each other, oldest first, and are not kept where they cannot fit', () => {
    const tensor = { name: 't', dtype: 6, cols: 256, rows: 1, linear: true, lookup: false, path: model, offset: 0 }
    const tensors: NativeTensor[] = [tensor]
    const own = join(folder, 'own')
    const env = (limit: string) => ({ LUTRA_CACHE: own, LUTRA_CACHE_LIMIT: limit })
    expect(packPlace(tensors, env('1'))).toBeUndefined()
    const mebibytes = Math.ceil(statSync(model).size / 2 ** 20)
    const first = packPlace(tensors, env(`${mebibytes + 2}`))
    writeFileSync(first?.path ?? '', Buffer.alloc(2 ** 21))
    writeFileSync(join(own, 'dead.1.part'), 'x')
    utimesSync(join(own, 'dead.1.part'), 0, 0)
    const second = packPlace([{ ...tensor, algorithm: 'mad' }], env(`${mebibytes + 1}`))
    expect(second?.path).not.toBe(first?.path)
    expect(readdirSync(own)).toEqual([])
    expect(second?.key).toHaveLength(32)
  })

  it('are not for small models, nor where they are not wanted', () => {
    const tensor = { name: 't', dtype: 6, cols: 256, rows: 1, linear: true, lookup: false, path: model, offset: 0 }
    expect(packPlace([{ ...tensor, path: 'package.json' }], { LUTRA_CACHE: cache })).toBeUndefined()
    expect(packPlace([tensor], { LUTRA_CACHE: 'off' })).toBeUndefined()
    expect(packPlace([{ ...tensor, path: join(folder, 'none') }], { LUTRA_CACHE: cache })).toBeUndefined()
    expect(packPlace([tensor], { LUTRA_CACHE: join(model, 'below-a-file') })).toBeUndefined()
  })
})
