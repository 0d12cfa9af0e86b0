/** Whether, and why, a machine is slowed down: each board's own way of telling. */
import { describe, expect, it } from 'vitest'
import { detectDevice, readThrottling, readThrottlingLater } from '../../../hal/index.js'
import { throttledBits } from '../../../hal/sense/throttling.js'
import { machine, pi } from './firmware.js'

describe('a Raspberry Pi', () => {
  it('tells by its firmware program, where no file does', async () => {
    const reader = pi('raspberry-pi-5', { 'vcgencmd get_throttled': 'throttled=0x50005\n' })
    const expected = {
      now: ['under-voltage', 'throttled'],
      sinceBoot: ['under-voltage', 'throttled'],
      sources: expect.arrayContaining(['vcgencmd get_throttled']),
    }
    expect(readThrottling(reader)).toMatchObject(expected)
    expect(await readThrottlingLater(reader)).toMatchObject(expected)
    expect(detectDevice(reader).throttling).toMatchObject(expected)
  })

  it.each(['soc/soc:firmware', 'soc@107c000000/soc@107c000000:firmware'])('tells by %s', (node) => {
    // The file has no 0x before it.
    const change = { [`/sys/devices/platform/${node}/get_throttled`]: 'e0008' }
    const reader = pi('raspberry-pi-4b', { 'vcgencmd get_throttled': 'throttled=0x0' }, change)
    expect(readThrottling(reader)).toMatchObject({
      now: ['soft-temperature-limit'],
      sinceBoot: ['frequency-capped', 'throttled', 'soft-temperature-limit'],
    })
    expect(reader.asked).not.toContain('vcgencmd get_throttled')
  })

  it.each(['raspberry-pi-4b', 'raspberry-pi-5'] as const)(
    '%s is asked nothing before somebody asks, and then once',
    (name) => {
      const reader = pi(name, { 'vcgencmd get_throttled': 'throttled=0x0\n' })
      const device = detectDevice(reader)
      expect([device.cpus, reader.asked]).toEqual([4, []])
      expect(device.noSensor).toMatchObject([{ kind: 'power', reason: expect.stringMatching(/no power chip/) }])
      expect({ ...device }).toMatchObject({ sensors: device.sensors, throttling: { now: [] } })
      expect([...reader.asked].sort()).toEqual(['vcgencmd get_throttled', 'vcgencmd pmic_read_adc'])
      // Another look asks anew.
      expect(detectDevice(reader).throttling).toEqual(device.throttling)
      expect(reader.asked).toHaveLength(3)
    },
  )

  it('has an alarm of its voltage', () => {
    const alarm = { '/sys/class/hwmon/hwmon9/name': 'rpi_volt', '/sys/class/hwmon/hwmon9/in0_lcrit_alarm': '1' }
    expect(readThrottling(machine('raspberry-pi-4b', alarm)).now).toEqual(['under-voltage'])
  })

  it('is not believed what is no number', () => {
    for (const text of ['throttled=', 'throttled=0xfffffffff', 'throttled=nan', '-1', 'error=1', '', 'x'.repeat(1e6)])
      expect(throttledBits(text), text.slice(0, 20)).toBeUndefined()
    expect(throttledBits('throttled=0xffffffff')).toBe(0xffffffff)
    const { now, sources } = readThrottling(pi('raspberry-pi-5', { 'vcgencmd get_throttled': 'VCHI failed' }))
    expect([now, sources.includes('vcgencmd get_throttled')]).toEqual([[], false])
  })
})

describe('the kernel', () => {
  it('slows the CPU as a cooling device; a fan that turns and a GPU’s clock are none of it', () => {
    const device = (n: number, type: string, state: string) => ({
      [`/sys/class/thermal/cooling_device${n}/type`]: type,
      [`/sys/class/thermal/cooling_device${n}/cur_state`]: state,
    })
    const idle = { ...device(0, 'cpufreq-cpu4', '0'), ...device(1, 'pwm-fan', '3'), ...device(2, 'devfreq-gpu', '2') }
    expect(readThrottling(machine('rock-5b', idle)).now).toEqual([])
    for (const type of ['cpufreq-cpu4', 'thermal-cpufreq-0', 'Processor', 'cpu-throttle-alert'])
      expect(readThrottling(machine('rock-5b', { ...idle, ...device(0, type, '2') })).now, type).toEqual(['cooling'])
  })

  it('limits a clock', () => {
    const at = '/sys/devices/system/cpu/cpufreq/policy0'
    const own = Object.fromEntries(
      [0, 4].map((n) => [`/sys/devices/system/cpu/cpufreq/policy${n}/cpuinfo_max_freq`, undefined]),
    )
    const policy = (limit: string) =>
      readThrottling(
        machine('raspberry-pi-5', {
          ...own,
          [`${at}/scaling_cur_freq`]: '1500000',
          [`${at}/scaling_max_freq`]: limit,
          [`${at}/cpuinfo_max_freq`]: '2400000',
        }),
      )
    expect(policy('2400000').now).toEqual([])
    expect(policy('1800000')).toMatchObject({
      now: ['frequency-capped'],
      clocks: [{ policy: 'policy0', now: 1.5e9, limit: 1.8e9, most: 2.4e9 }],
    })
    expect(policy('-5')).toMatchObject({ now: [], clocks: [] })
  })

  it('counts what a Jetson’s supply could not follow, and x86’s heat', () => {
    const jetson = {
      '/sys/class/hwmon/hwmon5/name': 'soctherm_oc',
      '/sys/class/hwmon/hwmon5/oc1_event_cnt': '0',
      '/sys/class/hwmon/hwmon5/oc3_event_cnt': '27',
      '/sys/class/hwmon/hwmon5/oc2_event_cnt': '-3',
    }
    expect(readThrottling(machine('jetson-orin-nano', jetson))).toMatchObject({
      sinceBoot: ['over-current'],
      counts: { oc1_event_cnt: 0, oc3_event_cnt: 27 },
    })
    const cpu = (n: number) => `/sys/devices/system/cpu/cpu${n}/thermal_throttle`
    const x86 = {
      [`${cpu(0)}/core_throttle_count`]: '2',
      [`${cpu(1)}/core_throttle_count`]: '3',
      [`${cpu(0)}/package_throttle_count`]: '4',
      [`${cpu(1)}/package_throttle_count`]: '4',
    }
    expect(readThrottling(machine('x64-container', x86))).toMatchObject({
      sinceBoot: ['throttled'],
      counts: { core_throttle_count: 5, package_throttle_count: 4 },
    })
  })

  it('may tell nothing, and that is said', () => {
    const silent = { os: 'linux', arch: 'arm64', read: () => undefined, list: () => [] }
    expect(readThrottling(silent)).toEqual({ now: [], sinceBoot: [], counts: {}, clocks: [], sources: [] })
    expect(detectDevice(silent).noSensor?.map(({ kind }) => kind)).toEqual(['temperature', 'power', 'throttling'])
  })
})
