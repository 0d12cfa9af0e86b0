/** Joules between two moments: the sum over changing watts, counters that begin again, sensors that fall silent. */
import { describe, expect, it } from 'vitest'
import { type Energy, type EnergySource, meterEnergy, type Reader, type Sensor } from '../../../hal/index.js'
import { Joules } from '../../../hal/sense/joules.js'
import { VirtualClock } from '../../sdk/iot/virtual-clock.js'

const power: Sensor = { kind: 'power', name: 'ina', path: '/power1_input', value: 0, covers: 'board' }
const counter: Sensor = { kind: 'energy', name: 'rapl', path: '/energy_uj', value: 0, covers: 'package', wraps: 100 }
const source = (...sensors: Sensor[]): EnergySource => ({ name: 'x', covers: 'board', sensors })

/** A machine whose files are functions of a virtual time. */
function measured(files: Record<string, (seconds: number) => number | undefined>) {
  const clock = new VirtualClock()
  const reads: number[] = []
  const reader: Reader = {
    ...{ os: 'linux', arch: 'arm64', list: () => [] },
    read(path) {
      reads.push(clock.now())
      const value = files[path]?.(clock.now() / 1000)
      return value === undefined ? undefined : new TextEncoder().encode(`${Math.round(value * 1e6)}\n`)
    },
  }
  return { clock, reader, reads }
}

async function over(seconds: number, files: Parameters<typeof measured>[0], sensors: Sensor[], idleWatts?: number) {
  const { clock, reader, reads } = measured(files)
  const meter = await meterEnergy(reader, source(...sensors), { clock })
  await clock.run(seconds * 1000)
  const energy = (await meter.lap(idleWatts)) as Energy
  meter.close()
  const after = reads.length
  await clock.run(seconds * 1000 + 60_000)
  expect(reads.length).toBe(after)
  return { ...energy, reads: after }
}

describe('watts over time', () => {
  it('are summed by the trapezoid rule, ten times a second', async () => {
    // Rises from 2 W by 3 W a second: 2 · 4 + 3 · 16 / 2 J, exactly.
    const found = await over(4, { '/power1_input': (s) => 2 + 3 * s }, [power])
    expect(found.joules).toBeCloseTo(32, 6)
    expect(found).toMatchObject({ seconds: 4, watts: found.joules / 4 })
    expect(found.reads).toBe(1 + 40 + 1)
  })

  it('beyond what the machine takes anyway', async () => {
    const found = await over(10, { '/power1_input': () => 7 }, [power], 4)
    expect(found.joules).toBeCloseTo(70, 6)
    expect(found.joulesAboveIdle).toBeCloseTo(30, 6)
  })

  it('count on with the last reading while a sensor is silent', async () => {
    const found = await over(4, { '/power1_input': (s) => (s > 1 && s < 3 ? undefined : 5) }, [power])
    expect(found.joules).toBeCloseTo(20, 6)
    expect(found.readings).toBeLessThan(30)
  })

  it('tell nothing where a sensor never does', async () => {
    const { clock, reader } = measured({})
    const meter = await meterEnergy(reader, source(power), { clock })
    await clock.run(1000)
    expect(await meter.lap()).toBeUndefined()
    meter.close()
  })

  it('of each lap are its own', async () => {
    const { clock, reader } = measured({ '/power1_input': (s) => (s < 2 ? 1 : 9) })
    const meter = await meterEnergy(reader, source(power), { clock, everyMs: 10 })
    await clock.run(1000)
    expect((await meter.lap())?.joules).toBeCloseTo(1, 6)
    await clock.run(2500)
    await meter.lap()
    await clock.run(3500)
    expect((await meter.lap())?.joules).toBeCloseTo(9, 6)
    expect(await meter.lap()).toBeUndefined() // no time went by
    meter.close()
  })
})

describe('counters', () => {
  it('that begin again go on', async () => {
    // 30 J a second, back to 0 after 100.
    const found = await over(20, { '/energy_uj': (s) => (30 * s) % 100 }, [counter])
    expect(found.joules).toBeCloseTo(600, 3)
    expect(found.reads).toBe(1 + 20 + 1)
  })

  it('of several packages are added up', async () => {
    const other: Sensor = { ...counter, path: '/other_uj', wraps: undefined }
    const found = await over(3, { '/energy_uj': (s) => 10 * s, '/other_uj': (s) => 5 * s }, [counter, other])
    expect(found.joules).toBeCloseTo(45, 3)
  })

  it('that were set back, or leapt, tell nothing of that step', () => {
    const sum = new Joules([{ ...counter, wraps: undefined }])
    sum.take(0, [50])
    sum.take(1000, [60])
    sum.take(2000, [3]) // after a sleep of the machine
    sum.take(3000, [8])
    sum.take(4000, [9e11])
    expect(sum.joules).toBe(15)
    const wraps = new Joules([counter])
    wraps.take(0, [5000]) // beyond what it says is its end
    wraps.take(1000, [10])
    expect(wraps.joules).toBe(0)
  })
})

it('time that stands still or goes back adds nothing', () => {
  const sum = new Joules([power])
  sum.take(1000, [5])
  sum.take(1000, [5])
  sum.take(500, [5])
  expect(sum.joules).toBe(0)
  sum.take(1500, [5])
  expect(sum.joules).toBe(5)
})
