/** Which linears a LUT accelerator takes, and why not the others; the plan says so, op by op. */
import { expect, it } from 'vitest'
import { generic, simulatedLut } from '../../boards/index.js'
import { type BackendDescription, detectDevice, lendLinear, makePlan, type OpShape } from '../../hal/index.js'
import { fakeRoot } from '../fakes/root.js'

const [lut] = simulatedLut.luts
const linear = (dtype: string, cols = 256, mode = 'float'): OpShape => ({
  ...{ op: 'linear', dtype, cols, rows: 64, mode, bytes: 1, count: 1 },
})

it('formats of whole numbers are lent, plane by plane', () => {
  expect(lendLinear(lut, linear('I2_S', 256, 'int8'))).toEqual({ takes: true, why: 'lent: 2 bit planes, i8, exact' })
  expect(lendLinear(lut, linear('Q1_0'))).toEqual({ takes: true, why: 'lent: 1 bit plane, i8, exact tables' })
  expect(lendLinear({ ...lut, tableMode: 'shift', tableBits: 8 }, linear('I2_S', 256, 'int8'))).toEqual({
    takes: true,
    why: 'lent: 2 bit planes, i8, shift tables',
  })
  expect(lendLinear(lut, linear('Q6_K')).takes).toBe(true)
})

it('others are not, with the reason', () => {
  const two = { ...lut, weightBits: [1, 2] }
  expect(lendLinear(two, linear('Q4_0'))).toEqual({
    takes: false,
    why: 'not lent: values of 4 bits, and lut-core M2N64K4 takes 1 2',
  })
  expect(lendLinear(lut, linear('F16')).why).toBe('not lent: F16 is no format of whole numbers and scales')
  expect(lendLinear(lut, linear('BF16')).why).toMatch(/no format of whole numbers/)
  expect(lendLinear(lut, linear('TQ2_0', 320)).why).toMatch(/rows of 320 end within the 256 weights/)
  expect(lendLinear(lut, linear('Q9')).why).toMatch(/Q9 is no format/)
})

it('the plan hands options and capability on, and says which linears run where', () => {
  const device = detectDevice(fakeRoot('rock-5b'))
  const seen: unknown[] = []
  const core: BackendDescription = {
    ...{ name: 'lut-core', simulated: true, needs: [], accelerates: ['linear'], module: 'file:///lut.js' },
    lend(of, options) {
      seen.push(of, options)
      return { lut, options: { made: 'of them' } }
    },
  }
  const host: BackendDescription = { name: 'ts', simulated: false, needs: [], hosts: true }
  const shapes = [linear('I2_S', 256, 'int8'), linear('F16'), { op: 'rope', bytes: 0, count: 1 }]
  const wish = { backend: 'lut-core', lutCore: 'm=4' }
  const plan = makePlan({ device, board: generic, backends: [core, host], shapes, wish })
  expect(seen).toEqual([device, 'm=4'])
  expect(plan.accelerator).toEqual({ name: 'lut-core', module: 'file:///lut.js', lut, options: { made: 'of them' } })
  expect(plan.ops.map(({ engine, kernel, why }) => [engine, kernel, why])).toEqual([
    ['lut-core', 'linear i2_s lut-core', 'lent: 2 bit planes, i8, exact'],
    ['ts', 'linear f16 ts', 'not lent: F16 is no format of whole numbers and scales'],
    ['ts', 'rope ts', 'its own choice'],
  ])
})
