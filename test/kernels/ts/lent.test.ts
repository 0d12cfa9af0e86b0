/** An accelerator lent to the ts engine: its module and options travel to the thread, its faults come back, it is closed. */
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { LT2 } from '../../../hal/dtypes/index.js'
import { TsEngine } from '../../../kernels/ts/engine.js'
import { random, randomTensor } from '../random.js'

const module = fileURLToPath(new URL('./noting-accelerator.mjs', import.meta.url))
const open = (options?: unknown) => TsEngine.open({ accelerator: { name: 'noting', module, options } })

it('is made with its options, counts, and is closed once with the engine', async () => {
  const notes = new Int32Array(new SharedArrayBuffer(8))
  const engine = await open({ notes })
  expect(engine).toMatchObject({ name: 'noting', simulated: true })
  const weight = randomTensor('w', LT2, [64, 5], random(1))
  await engine.linear(weight, new Float32Array(64), 1, 'int8')
  expect(await engine.counters()).toEqual({ loads: 1 })
  await engine.close()
  await engine.close()
  expect([...notes]).toEqual([1, 1])
})

it('that cannot be made says why, and leaves no thread behind', async () => {
  await expect(open({ fault: 'known' })).rejects.toMatchObject({
    name: 'LutraError',
    kind: 'unsupported',
    message: 'Expected a card but found none; plug one in',
  })
  await expect(open({ fault: 'unknown' })).rejects.toThrow('it fell over')
  const absent = TsEngine.open({ accelerator: { name: 'absent', module: `${module}.absent` } })
  await expect(absent).rejects.toThrow(/absent/)
})
