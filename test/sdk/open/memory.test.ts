/** What a model will take, told before it is opened: against what engines then hold, and with little memory left. */
import { existsSync, readdirSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Backend } from '../../../hal/backend.js'
import type { Device } from '../../../hal/device.js'
import { type Reader, systemReader } from '../../../hal/reader.js'
import type { Tensor } from '../../../hal/tensor.js'
import type { Graph } from '../../../kernels/graph/graph.js'
import { nativeBackend, tsBackend } from '../../../kernels/index.js'
import { buildGraph } from '../../../sdk/model/arch/index.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { checkMemory, estimateMemory } from '../../../sdk/open/memory.js'
import { open } from '../../../sdk/open.js'
import { pilotPath } from '../../../sdk/pilot/path.js'

const device = { os: 'linux', cpus: 2, features: [], luts: [], memory: { total: 2 ** 34, available: 2 ** 33 } }
const golden = '../shared/data/golden'

/** This machine, with so little memory left, or so low a limit. */
function machine(available: number, limit?: number): Reader {
  const real = systemReader()
  const text = (value: string) => new TextEncoder().encode(value)
  const kilobytes = Math.floor(available / 1024)
  return {
    ...real,
    os: 'linux',
    read(path) {
      if (path === '/proc/meminfo') return text(`MemTotal: 16777216 kB\nMemAvailable: ${kilobytes} kB\n`)
      if (path === '/proc/self/cgroup') return text(limit === undefined ? '' : '0::/lutra\n')
      if (path === '/sys/fs/cgroup/lutra/memory.max') return text(`${limit}\n`)
      if (path === '/sys/fs/cgroup/lutra/memory.current') return text('20000000\n')
      if (path === '/sys/fs/cgroup/lutra/memory.stat') return text('inactive_file 5000000\nactive_file 5000000\n')
      return path.startsWith('/sys/fs/cgroup') ? undefined : real.read(path)
    },
  }
}

async function estimate(path: string, backend: Backend<Graph>, context = 128) {
  const file = await openGguf(path)
  const graph = buildGraph(file)
  const question = { graph, tensors: file.tensors, backend, device: device as unknown as Device, context }
  return { file, graph, told: await estimateMemory(question) }
}

for (const backend of [nativeBackend, tsBackend]) {
  const opened = await backend.open(device as unknown as Device, { threads: 2 })
  const why = 'absent' in opened ? opened.absent : undefined
  describe.skipIf(why !== undefined)(`the estimate for ${backend.name} (${why ?? 'here'})`, () => {
    const shared = existsSync(golden) ? readdirSync(golden).filter((name) => name.endsWith('.gguf')) : []
    const known = shared.filter((name) => !/IQ|Q5_[01]/.test(name)).map((name) => `${golden}/${name}`)

    it.each([pilotPath(), ...known])('bounds what %s takes, closely', async (path) => {
      if ('absent' in opened) return
      const { file, graph, told } = await estimate(path, backend)
      const program = await opened.compile(graph, file.tensors, { context: 128 })
      const held = program.residentBytes
      await program.close()
      // A table that only embeds is mapped too, but a row of it is read per token.
      const table = file.tensors.get('token_embd.weight')!
      const looked = backend === nativeBackend && file.tensors.has('output.weight') ? table.bytes.length : 0
      const bound = told.weights + told.mapped + told.buffers + looked
      expect(bound).toBeGreaterThan(0.99 * held)
      // ts tells its peak, which is while it compiles: the file's bytes beside the decoded ones.
      expect(bound).toBeLessThan((backend === nativeBackend ? 1.35 : 2.1) * held)
    })
  })
}

describe('weights that lie in no file', () => {
  it('count twice for native, which takes them all before it packs the first; none is made to tell', async () => {
    const { file, graph, told } = await estimate(pilotPath(), nativeBackend)
    let made = 0
    const tensors = new Map<string, Tensor>()
    for (const [key, tensor] of file.tensors) {
      const { name, dtype, shape } = tensor
      tensors.set(key, {
        name,
        dtype,
        shape,
        get bytes() {
          made++
          return tensor.bytes
        },
      })
    }
    const ask = (available: number) => {
      const memory = { total: 2 ** 34, available }
      const question = { graph, tensors, backend: nativeBackend, context: 64 }
      return { ...question, device: { ...device, memory } as unknown as Device }
    }
    const all = await estimateMemory(ask(2 ** 33))
    const names = new Set([...graph.body, ...graph.head].flatMap((op) => (op.op === 'linear' ? [op.weight] : [])))
    let linear = 0
    for (const name of names) linear += file.tensors.get(name)!.bytes.length
    expect(all.opening).toBeGreaterThanOrEqual(linear)
    expect(all.opening).toBeGreaterThan(all.state)
    expect(told.opening).toBeUndefined()
    expect(all.total).toBe(all.weights + all.buffers + all.opening!)
    await checkMemory(ask(all.total), [])
    const refused = expect.objectContaining({
      kind: 'limit',
      message: expect.stringMatching(/before them \d+ MB to open/),
    })
    await expect(checkMemory(ask(all.total - 1), [])).rejects.toThrow(refused)
    await expect(checkMemory(ask(all.total - 1), [])).rejects.not.toThrow(/tokens or fewer/)
    expect(made).toBe(0)
  })
})

describe('opening', () => {
  it('refuses what does not fit, and says how much it needs', async () => {
    const opening = open('pilot', { reader: machine(300_000) })
    await expect(opening).rejects.toMatchObject({
      name: 'LutraError',
      kind: 'limit',
      message: expect.stringMatching(
        /^Expected \d+ MB of memory \(weights \d+ MB, .* but 1 MB are available; .*smaller/,
      ),
    })
  })

  it('opens it all the same where that is asked for', async () => {
    const model = await open('pilot', { reader: machine(300_000), memory: 'unchecked' })
    await model.close()
  })

  it('counts the limit of a container, less its file cache', async () => {
    await expect(open('pilot', { reader: machine(2 ** 33, 10_200_000) })).rejects.toThrow(
      /1 MB are available \(of a limit of 11 MB\)/,
    )
    const model = await open('pilot', { reader: machine(2 ** 33, 2 ** 28) })
    await model.close()
  })

  it('names the context, the cache and the engine that would fit', async () => {
    const ts = await estimate(pilotPath(), tsBackend, 512)
    const { total, state } = ts.told
    const refused = open('pilot', { backend: 'ts', context: 512, reader: machine(total - state / 2) })
    const message = await refused.catch((fault: Error) => fault.message)
    const tokens = Number(/a context of (\d+) tokens/.exec(String(message))?.[1])
    expect(tokens).toBeGreaterThan(250)
    expect(tokens).toBeLessThan(257)
    const model = await open('pilot', { backend: 'ts', context: tokens, reader: machine(total - state / 2) })
    await model.close()
  })
})
