/**
 * Damaged model files, opened and run on the native engine: whatever a file claims and its weights hold, a program runs
 * or a LutraError says why not. sanitizers.long.test.ts runs this file with more LUTRA_DOOR_ROUNDS, where every read
 * outside of a mapping is seen.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Engine } from '../../hal/backend.js'
import type { Device } from '../../hal/device.js'
import { dtypes } from '../../hal/dtypes/index.js'
import { LutraError } from '../../hal/error.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { nativeBackend } from '../../kernels/native/index.js'
import { loadNative } from '../../kernels/native/load.js'
import { buildGraph } from '../../sdk/model/arch/index.js'
import { openGguf } from '../../sdk/model/gguf.js'
import { random, randomTensor } from '../kernels/random.js'
import { randomArchitecture, variants, writeGguf } from '../sdk/model/arch/random-model.js'

const { reason } = loadNative()
if (reason !== undefined) console.log(`tests of damaged files skipped: ${reason}`)
const rounds = Number(process.env.LUTRA_DOOR_ROUNDS ?? 100)

const formats = dtypes.filter(({ gguf, block, tailBytes }) => gguf !== undefined && block > 1 && tailBytes === 0)

/** A small model of some architecture whose matrices are in some format. */
function wholeFile(next: () => number): Uint8Array {
  const below = (n: number) => Math.floor(next() * n)
  const names = Object.keys(variants)
  const variant = { ...variants[names[below(names.length)]], width: 256, hidden: 256, headDim: undefined }
  const { metadata, tensors } = randomArchitecture(variant, below(1000))
  const dtype = formats[below(formats.length)]
  const weights = [...tensors.values()].map((tensor) =>
    tensor.shape.length === 2 && tensor.shape[0] % dtype.block === 0
      ? randomTensor(tensor.name, dtype, tensor.shape, next, 0.05)
      : tensor,
  )
  return writeGguf(metadata, weights)
}

/** Where the weights begin: behind the last name of a tensor, more or less. */
const headBytes = 24_000

function damage(file: Uint8Array, next: () => number): Uint8Array {
  const bytes = Buffer.from(file)
  const below = (n: number) => Math.floor(next() * n)
  const evil = [0, 1, 2, 3, 7, 31, 32, 255, 256, 1023, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]
  for (let changes = 1 + below(3); changes > 0; changes--) {
    const head = below(3) > 0
    const at = below((head ? Math.min(headBytes, bytes.length) : bytes.length) - 4)
    if (below(2)) bytes.writeUInt32LE(evil[below(evil.length)], at)
    else bytes[at] = below(256)
  }
  // Blocks of all ones: codes at their ends, scales that are no numbers.
  if (below(8) === 0) bytes.fill(255, headBytes + below(bytes.length - headBytes - 4096)).subarray(0, 4096)
  return below(10) === 0 ? bytes.subarray(0, below(bytes.length)) : bytes
}

describe.skipIf(reason !== undefined)('damaged files on the native engine', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-files-'))
  let engine: Engine<Graph>

  beforeAll(async () => {
    const opened = await nativeBackend.open({ cpus: 2 } as Device, { threads: 2 })
    if ('absent' in opened) throw new Error(opened.absent)
    engine = opened
  })
  afterAll(async () => {
    await engine.close()
    rmSync(folder, { recursive: true })
  })

  async function outcome(path: string): Promise<string> {
    try {
      const file = await openGguf(path)
      const graph = buildGraph(file)
      const program = await engine.compile(graph, file.tensors, { context: Math.min(32, graph.context) })
      try {
        const state = program.createState()
        const logits = await program.run(state, Int32Array.of(1, 2, graph.vocab - 1), 'last')
        expect(logits).toHaveLength(graph.vocab)
        state.close()
        return 'ran'
      } finally {
        await program.close()
      }
    } catch (error) {
      if (error instanceof LutraError) return error.kind
      throw error
    }
  }

  it(`run or are refused, ${rounds} of them`, async () => {
    const outcomes: Record<string, number> = {}
    let whole: Uint8Array = new Uint8Array()
    for (let seed = 0; seed < rounds; seed++) {
      const next = random(seed)
      const path = join(folder, `${seed}.gguf`)
      // Making one takes longer than reading it.
      if (seed % 20 === 0) whole = wholeFile(next)
      writeFileSync(path, seed % 20 === 0 ? whole : damage(whole, next))
      const found = await outcome(path).catch((cause: unknown) => {
        throw new Error(`file of seed ${seed}`, { cause })
      })
      if (seed % 20 === 0) expect(found, `whole file of seed ${seed}`).toBe('ran')
      outcomes[found] = (outcomes[found] ?? 0) + 1
      rmSync(path)
    }
    // Both ends are reached, or this would prove little.
    expect(outcomes.ran).toBeGreaterThan(rounds / 10)
    expect(rounds - outcomes.ran).toBeGreaterThan(rounds / 10)
  })
})
