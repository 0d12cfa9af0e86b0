/** The pilot's linears on the Verilog array under a simulator, at the end of a pipe. The array is built first. */
import { expect, it } from 'vitest'
import { simulatorVersion } from '../../../kernels/lut-core/rtl/build.js'
import { open } from '../../../sdk/index.js'

it('the pilot says on Verilog what it says elsewhere', { timeout: 600_000 }, async ({ skip }) => {
  const found = (await simulatorVersion('verilator')) ?? (await simulatorVersion('iverilog'))
  if (found === undefined) return skip('neither verilator nor iverilog is installed')
  const usual = await open('pilot')
  const model = await open('pilot', { lutCore: { execution: 'rtl', n: 16 } })
  for (const instruction of ['stop', 'turn left'])
    expect((await model.interpret(instruction)).raw).toBe((await usual.interpret(instruction)).raw)
  const { programs, cycles } = await model.counters()
  // Every weight of the 28 linears of a pass: 2 planes, 16 rows and 4 columns a cycle at most.
  expect(cycles).toBeGreaterThan(((programs / 28) * 2.6e6 * 2) / 64)
  await model.close()
  await usual.close()
})
