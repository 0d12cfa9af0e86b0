import { of } from 'rxjs'
import { describe, expect, it } from 'vitest'
import type { Reader } from '../../../hal/reader.js'
import { type MeterOptions, meter, type Speed } from '../../../sdk/stream/index.js'
import { marbles, token } from './marbles.js'

/** A machine of such files; `change` may rewrite them as time goes by. */
function machine(files: Record<string, string>): Reader & { files: Record<string, string>; reads: number } {
  const reader = {
    os: 'linux',
    arch: 'arm64',
    files,
    reads: 0,
    read(path: string) {
      if (path.endsWith('_input') || path.endsWith('power_now')) reader.reads++
      return files[path] === undefined ? undefined : new TextEncoder().encode(files[path])
    },
    list(folder: string) {
      const below = Object.keys(files).filter((path) => path.startsWith(`${folder}/`))
      return [...new Set(below.map((path) => path.slice(folder.length + 1).split('/')[0]))].sort()
    },
  }
  return reader
}

const rail = (n: number, label: string, millivolts: number, milliamps: number) => ({
  [`/sys/class/hwmon/hwmon1/in${n}_label`]: label,
  [`/sys/class/hwmon/hwmon1/in${n}_input`]: String(millivolts),
  [`/sys/class/hwmon/hwmon1/curr${n}_input`]: String(milliamps),
})
const jetson = () =>
  machine({
    '/sys/class/hwmon/hwmon1/name': 'ina3221',
    ...rail(1, 'VDD_CPU', 5000, 400),
    ...rail(2, 'VDD_IN', 5000, 2000),
  })

function measure(times: readonly number[], options: MeterOptions, each = (_: number) => {}): Speed[] {
  const seen: Speed[] = []
  let i = 0
  of(...times.map((ms, index) => token('a', index, ms)))
    .pipe(
      meter((speed) => {
        seen.push(speed)
        each(i++)
      }, options),
    )
    .subscribe()
  return seen
}

describe('meter', () => {
  it('lets tokens pass as they are, in the same moment', () => {
    marbles(({ cold, expectObservable, expectSubscriptions }) => {
      const values = { a: token('a', 0, 100), b: token('', 1, 150) }
      const source = cold('-a-b-|', values)
      expectObservable(source.pipe(meter(() => {}, { reader: machine({}) }))).toBe('-a-b-|', values)
      expectSubscriptions(source.subscriptions).toBe('^----!')
    })
  })

  it('tells speed by the tokens own clock', () => {
    const seen = measure([100, 150, 200], { reader: machine({}), promptTokens: 20 })
    expect(seen.map((s) => [s.tokens, s.ttftMs, s.tokensPerSecond, s.promptTokensPerSecond])).toEqual([
      [1, 100, 0, 200],
      [2, 100, 20, 200],
      [3, 100, 20, 200],
    ])
    expect(measure([100], { reader: machine({}) })[0].promptTokensPerSecond).toBeUndefined()
  })

  it('tells joules a token by the rail that feeds the others', () => {
    const seen = measure([1000, 1500, 2000, 2500], { reader: jetson() })
    // 10 W for half a second a token.
    expect(seen.map((s) => [s.sensor, s.watts, s.joulesPerToken])).toEqual([
      ['ina3221 VDD_IN', 10, undefined],
      ['ina3221 VDD_IN', 10, 5],
      ['ina3221 VDD_IN', 10, 5],
      ['ina3221 VDD_IN', 10, 5],
    ])
    const cpu = measure([0, 1000], { reader: jetson(), sensor: 'ina3221 VDD_CPU' })
    expect(cpu[1]).toMatchObject({ sensor: 'ina3221 VDD_CPU', joulesPerToken: 2 })
  })

  it('adds up a power that changes, and reads at most ten times a second', () => {
    const reader = jetson()
    const seen = measure([0, 1000, 2000], { reader }, (i) => {
      reader.files['/sys/class/hwmon/hwmon1/curr2_input'] = String([4000, 4000][i] ?? 4000)
    })
    // 10 W → 20 W over the first second, 20 W over the second.
    expect(seen[1].joulesPerToken).toBeCloseTo(15, 9)
    expect(seen[2].joulesPerToken).toBeCloseTo(17.5, 9)
    reader.reads = 0
    const times = Array.from({ length: 101 }, (_, i) => i * 10)
    const often = measure(times, { reader, sensor: 'ina3221 VDD_IN' })
    expect(often[100].joulesPerToken).toBeCloseTo(0.2, 9)
    // Voltage and current each; the search at the start reads both rails.
    expect(reader.reads).toBeLessThanOrEqual(2 * 11 + 4)
  })

  it('says so where there is no sensor, or it falls silent', () => {
    const none = measure([0, 1000], { reader: machine({}) })
    expect(none[1]).toMatchObject({ sensor: 'no sensor', joulesPerToken: undefined, watts: undefined })
    expect(measure([0, 1000], { reader: jetson(), sensor: 'VDD_GPU' })[1].sensor).toBe('no sensor')
    const reader = jetson()
    const seen = measure([0, 1000, 2000], { reader }, (i) => {
      if (i === 0) delete reader.files['/sys/class/hwmon/hwmon1/curr2_input']
    })
    // The last reading counts on.
    expect(seen[2].joulesPerToken).toBe(10)
  })

  it('takes a battery that is drained, and no other', () => {
    const battery = (status: string) =>
      machine({ '/sys/class/power_supply/BAT0/power_now': '8000000', '/sys/class/power_supply/BAT0/status': status })
    expect(measure([0, 1000], { reader: battery('Discharging\n') })[1]).toMatchObject({
      sensor: 'BAT0',
      joulesPerToken: 8,
    })
    expect(measure([0, 1000], { reader: battery('Charging\n') })[1].sensor).toBe('no sensor')
  })
})
