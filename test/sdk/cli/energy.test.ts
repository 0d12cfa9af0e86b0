/** What commands print of energy: figures by a sensor, or why there are none. */
import { setTimeout as sleep } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { detectDevice } from '../../../hal/index.js'
import { describeEnergy, joulesPerToken, type TokenEnergy, tokenMeter } from '../../../sdk/cli/energy.js'
import type { Model } from '../../../sdk/index.js'
import { machine } from '../../hal/sense/firmware.js'

const modelOn = (reader: ReturnType<typeof machine>) => ({ device: detectDevice(reader) }) as Model

it('is that of the board’s sensor, with the rest subtracted beside it', async () => {
  const reader = machine('jetson-orin-nano')
  using meter = await tokenMeter(modelOn(reader), reader)
  await sleep(20)
  const energy = await meter.lap(2)
  if (typeof energy === 'string') throw new Error(energy)
  const watts = (5064 * 1016) / 1e6
  expect(energy).toMatchObject({ sensor: 'ina3221 VDD_IN', covers: 'board' })
  expect(energy.watts).toBeCloseTo(watts, 6)
  expect(energy.joulesAboveIdle).toBeCloseTo(energy.joules - 2 * energy.seconds, 9)
  expect(joulesPerToken(energy, 4)).toBe(energy.joules / 4)
  expect(joulesPerToken(energy, 0)).toBeNull()
  expect(describeEnergy(energy, 4)).toMatch(/^\d\.\d{3} J\/token, 5\.15 W by ina3221 VDD_IN \(board\)$/)
})

it('says so where there is none', async () => {
  const reader = machine('rock-5b')
  using meter = await tokenMeter(modelOn(reader), reader)
  const energy: TokenEnergy = await meter.lap()
  expect(energy).toMatch(/^no sensor: /)
  expect([meter.sensor, joulesPerToken(energy, 4), describeEnergy(energy, 4)]).toEqual([false, null, energy])
})
