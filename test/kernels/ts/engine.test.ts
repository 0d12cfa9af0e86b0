/** What is particular to the ts engine on its thread. */
import { execFileSync } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Device } from '../../../hal/device.js'
import { F32 } from '../../../hal/dtypes/index.js'
import type { Tensor } from '../../../hal/tensor.js'
import { TsEngine } from '../../../kernels/ts/engine.js'
import { tsBackend } from '../../../kernels/ts/index.js'
import { type Model, random, randomModel, randomTensor } from '../random.js'

const model: Model = randomModel(
  {
    architecture: 'llama',
    dtype: F32,
    outer: F32,
    vocab: 40,
    width: 64,
    hidden: 96,
    heads: 4,
    kvHeads: 4,
    layers: 2,
    context: 2048,
    tied: true,
  },
  1,
)
const ids = (count: number) => Int32Array.from({ length: count }, (_, i) => i % 40)

describe('the ts engine', () => {
  it('refuses another tier', async () => {
    await expect(tsBackend.open({} as Device, { isa: 'avx2' })).rejects.toMatchObject({ kind: 'unsupported' })
  })

  it('cancels a run that waits for its turn without touching the one before', async () => {
    const engine = await TsEngine.open({})
    const program = await engine.compile(model.graph, model.tensors)
    const state = program.createState()
    const control = new AbortController()
    const first = program.run(state, ids(100), 'none')
    const second = program.run(state, ids(100), 'none', control.signal)
    control.abort()
    await expect(second).rejects.toMatchObject({ kind: 'cancelled' })
    await first
    expect(state.length).toBe(100)
    await engine.close()
  })

  it('closing rejects what is under way', async () => {
    const engine = await TsEngine.open({})
    const program = await engine.compile(model.graph, model.tensors)
    const run = program.run(program.createState(), ids(2000), 'none')
    const answered = expect(run).rejects.toMatchObject({ name: 'LutraError', kind: 'closed' })
    await engine.close()
    await answered
    await expect(engine.compile(model.graph, model.tensors)).rejects.toMatchObject({ kind: 'closed' })
    await program.close()
  })

  it('stops a long run within an op of closing the program', async () => {
    const engine = await TsEngine.open({})
    const program = await engine.compile(model.graph, model.tensors)
    const start = performance.now()
    await program.run(program.createState(), ids(2000), 'all')
    const whole = performance.now() - start
    const run = program.run(program.createState(), ids(2000), 'all')
    const answered = expect(run).rejects.toMatchObject({ name: 'LutraError', kind: 'closed' })
    await new Promise((resolve) => setTimeout(resolve, whole / 10))
    const closing = performance.now()
    await program.close()
    expect(performance.now() - closing).toBeLessThan(whole / 2)
    await answered
    await engine.close()
  })

  it('takes only bytes for a saved state', async () => {
    const engine = await TsEngine.open({})
    const program = await engine.compile(model.graph, model.tensors)
    const state = program.createState()
    for (const bytes of [undefined, null, 'text', new DataView(new ArrayBuffer(64))])
      await expect(state.restore(bytes as never)).rejects.toMatchObject({ name: 'LutraError', kind: 'mismatch' })
    await engine.close()
  })

  it('says so when a file is not what it was', async () => {
    const engine = await TsEngine.open({})
    const path = join(tmpdir(), `lutra-short-${process.pid}`)
    writeFileSync(path, new Uint8Array(100))
    const weight: Tensor = { ...randomTensor('w', F32, [8, 4], random(1)), file: { path, offset: 0 } }
    await expect(engine.linear(weight, new Float32Array(8), 1, 'float')).rejects.toMatchObject({ kind: 'io' })
    const lost = { ...weight, file: { path: `${path}-absent`, offset: 0 } }
    await expect(engine.linear(lost, new Float32Array(8), 1, 'float')).rejects.toMatchObject({ kind: 'io' })
    rmSync(path)
    await engine.close()
  })

  it('lets the process end although nobody closed it', () => {
    const module = join(process.cwd(), 'dist/kernels/ts/index.js')
    const script = `const { tsBackend } = await import(${JSON.stringify(module)}); const engine = await tsBackend.open({}, {}); console.log(engine.name)`
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 30_000 })
    expect(out.toString().trim()).toBe('ts')
  })

  it('can be closed in the middle of its work, also as the last thing that a process does', () => {
    const script = `
      const { open } = await import(${JSON.stringify(join(process.cwd(), 'dist/sdk/open.js'))})
      const model = await open('pilot', { backend: 'ts' })
      model.logits(new Int32Array(500), 'all').catch(({ kind }) => console.log(kind))
      await new Promise((resolve) => setTimeout(resolve, 100))
      await model.close()
      console.log('closed')`
    const out = execFileSync(process.execPath, ['--input-type=module', '-e', script], { timeout: 30_000 })
    expect(out.toString().trim().split('\n')).toEqual(['closed', 'closed'])
  })
})
