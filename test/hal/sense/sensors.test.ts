/** Which sensors a machine is found to have, what each covers, and what is said where one is missing. */
import { describe, expect, it } from 'vitest'
import { detectDevice, energySource, type Reader, readSensor, readSensorLater } from '../../../hal/index.js'
import { pmicWatts } from '../../../hal/sense/pmic.js'
import { machine, pi, pmicText } from './firmware.js'

const sensors = (reader: Reader) => detectDevice(reader).sensors
const source = (reader: Reader) => energySource(reader, sensors(reader))

describe('temperatures', () => {
  it('tell where the kernel acts', () => {
    const at = '/sys/class/thermal/thermal_zone0'
    const reader = machine('raspberry-pi-5', {
      [`${at}/trip_point_0_type`]: 'active',
      [`${at}/trip_point_0_temp`]: '50000',
      [`${at}/trip_point_1_type`]: 'passive',
      [`${at}/trip_point_1_temp`]: '80000',
      [`${at}/trip_point_2_type`]: 'critical',
      [`${at}/trip_point_2_temp`]: '110000',
      [`${at}/trip_point_3_type`]: 'critical',
      [`${at}/trip_point_3_temp`]: '-273000',
    })
    expect(sensors(reader).find(({ path }) => path === `${at}/temp`)).toMatchObject({ passive: 80, critical: 110 })
  })

  it('say what they belong to', () => {
    const covers = (name: string) =>
      Object.fromEntries(sensors(machine(name)).map(({ name, covers }) => [name, covers]))
    expect(covers('rock-5b')).toMatchObject({
      'soc-thermal': 'package',
      'bigcore0-thermal': 'core',
      'littlecore-thermal': 'core',
      'gpu-thermal': 'gpu',
      'npu-thermal': 'other',
    })
    expect(covers('jetson-orin-nano')).toMatchObject({ 'cpu-thermal': 'package', 'tj-thermal': 'package' })
    expect(covers('surface-laptop-7')).toMatchObject({ 'cpu0-0-top-thermal': 'core' })
    expect(covers('beagleplay')).toMatchObject({ 'main0-thermal': 'package' })
  })

  it('leave out what a driver says that does not know', () => {
    for (const temp of ['-274000', '2147483647', 'nan', '', '4e4', '0x9c40', '50000 60000'])
      expect(sensors(machine('beagleplay', { '/sys/class/thermal/thermal_zone0/temp': temp })), temp).toEqual([])
  })
})

describe('power', () => {
  it('of a Jetson is that of the rail that feeds its module', () => {
    const reader = machine('jetson-orin-nano')
    expect(source(reader)).toMatchObject({ name: 'ina3221 VDD_IN', covers: 'board' })
    expect(sensors(reader).filter(({ kind }) => kind === 'power')).toMatchObject([
      { name: 'ina3221 VDD_IN', covers: 'board', unit: 'W' },
      { name: 'ina3221 VDD_CPU_GPU_CV', covers: 'core' },
    ])
    // Without it, that of the CPU; the sum of the shunts' voltages is no rail.
    const old = machine('jetson-orin-nano', {
      '/sys/class/hwmon/hwmon0/in1_label': 'VDD_GPU_SOC',
      '/sys/class/hwmon/hwmon0/in7_label': 'sum of shunt voltages',
      '/sys/class/hwmon/hwmon0/in7_input': '9000',
      '/sys/class/hwmon/hwmon0/curr7_input': '9000',
    })
    expect(source(old)).toMatchObject({ name: 'ina3221 VDD_CPU_GPU_CV', covers: 'core' })
  })

  it('of a Raspberry Pi 5 is the sum over the rails of its power chip', async () => {
    const reader = pi('raspberry-pi-5', { 'vcgencmd pmic_read_adc': pmicText })
    const found = source(reader)
    expect(found).toMatchObject({ name: 'PMIC rails', covers: 'rails' })
    if ('absent' in found) throw new Error(found.absent)
    const pairs = [
      [0.0585558, 3.7],
      [0.06148359, 3.3],
      [0.1327265, 1.8],
      [0.139558, 1.1],
      [0.009804, 0.6],
      [0.1981138, 1.1],
      [0.3415755, 0.8],
      [8, 0.9],
      [0.00006105, 3.3],
      [0.00054945, 3.3],
      [0.00531135, 0.8],
      [0.0216117, 5],
    ]
    const watts = pairs.reduce((sum, [amperes, volts]) => sum + amperes * volts, 0)
    expect(readSensor(reader, found.sensors[0])).toBeCloseTo(watts, 9)
    expect(await readSensorLater(reader, found.sensors[0])).toBeCloseTo(watts, 9)
  })

  it('of a battery counts while it is drained, by power or by current and voltage', () => {
    const at = '/sys/class/power_supply/BAT0'
    const battery = (more: Record<string, string>) =>
      machine('x64-container', { [`${at}/type`]: 'Battery', [`${at}/status`]: 'Discharging', ...more })
    const split = battery({ [`${at}/current_now`]: '-1500000', [`${at}/voltage_now`]: '12000000' })
    expect(source(split)).toMatchObject({ name: 'BAT0', covers: 'board', sensors: [{ value: 18, unit: 'W' }] })
    expect(source(battery({ [`${at}/power_now`]: '7000000' }))).toMatchObject({ sensors: [{ value: 7 }] })
    expect(source(battery({ [`${at}/power_now`]: '7000000', [`${at}/status`]: 'Charging' }))).toEqual({
      absent: expect.stringMatching(/^no sensor: a battery that is charged .*unplug/),
    })
    // A charger's contract is no reading of what is drawn.
    const usb = machine('x64-container', {
      '/sys/class/power_supply/ucsi/type': 'USB',
      '/sys/class/power_supply/ucsi/current_now': '3000000',
      '/sys/class/power_supply/ucsi/voltage_now': '5000000',
    })
    expect(sensors(usb).filter(({ kind }) => kind === 'power')).toEqual([])
  })

  it('of x86 is its packages’ energy, AMD’s too; a part of it and the copy under mmio do not count twice', () => {
    const zone = (name: string, domain: string, uj: string) => ({
      [`/sys/class/powercap/${name}/name`]: domain,
      [`/sys/class/powercap/${name}/energy_uj`]: uj,
      [`/sys/class/powercap/${name}/max_energy_range_uj`]: '262143328850',
    })
    const reader = machine('x64-container', {
      ...zone('intel-rapl:0', 'package-0', '5000000'),
      ...zone('intel-rapl:0:0', 'core', '3000000'),
      ...zone('intel-rapl:0:1', 'dram', '1000000'),
      ...zone('intel-rapl:1', 'package-1', '7000000'),
      ...zone('intel-rapl-mmio:0', 'package-0', '5000000'),
      '/sys/class/powercap/intel-rapl/enabled': '1',
    })
    expect(source(reader)).toMatchObject({ name: 'RAPL package-0 + RAPL package-1', covers: 'package' })
    expect(sensors(reader).filter(({ kind }) => kind === 'energy')).toMatchObject([
      { name: 'RAPL package-0', value: 5, unit: 'J', covers: 'package', wraps: 262143.32885 },
      { name: 'RAPL core', covers: 'core' },
      { name: 'RAPL dram', covers: 'dram' },
      { name: 'RAPL package-1', value: 7 },
    ])
    const laptop = machine('x64-container', {
      ...zone('intel-rapl:0', 'package-0', '1'),
      ...zone('intel-rapl:1', 'psys', '9'),
    })
    expect(source(laptop)).toMatchObject({ name: 'RAPL psys', covers: 'board' })
  })

  it('is asked for by name', () => {
    const reader = machine('jetson-orin-nano')
    expect(energySource(reader, sensors(reader), 'ina3221 VDD_CPU_GPU_CV')).toMatchObject({ covers: 'core' })
    expect(energySource(reader, sensors(reader), 'VDD_GPU')).toEqual({
      absent: 'no sensor: none is called VDD_GPU; found ina3221 VDD_IN, ina3221 VDD_CPU_GPU_CV',
    })
  })
})

describe('no sensor', () => {
  const why = (reader: Reader) => detectDevice(reader).noSensor?.find(({ kind }) => kind === 'power')?.reason

  it('says what would help', () => {
    const rapl = machine('x64-container', { '/sys/class/powercap/intel-rapl:0/name': 'package-0' })
    expect(why(rapl)).toMatch(/intel-rapl:0\/energy_uj is there but only root .*sudo chmod a\+r/)
    expect(why(pi('raspberry-pi-4b', { 'vcgencmd get_throttled': 'throttled=0x0\n' }))).toMatch(/has no power chip/)
    expect(why(pi('raspberry-pi-5', {}))).toMatch(/did not answer "vcgencmd pmic_read_adc"; install .*group video/)
    expect(why(machine('rock-5b'))).toMatch(/no hwmon chip .*load the kernel driver/)
    expect(why(machine('apple-m1'))).toMatch(/on Linux only, not on darwin/)
    expect(why(machine('jetson-orin-nano'))).toBeUndefined()
    expect(source(machine('rock-5b'))).toEqual({ absent: `no sensor: ${why(machine('rock-5b'))}` })
  })

  it('asks a firmware only on the boards that have it', () => {
    const elsewhere = { ...machine('rock-5b'), run: () => expect.unreachable('asked') }
    expect(detectDevice(elsewhere).sensors.length).toBeGreaterThan(0)
  })
})

describe('what a firmware prints', () => {
  it('counts whole pairs of sane numbers alone', () => {
    expect(pmicWatts('VDD_CORE_A current(7)=2.0A\r\nVDD_CORE_V volt(15)=0.8V\r\n')).toBe(1.6)
    for (const text of [
      '',
      'error=1 error_msg="Command not registered"',
      'VDD_CORE_A current(7)=2.0A',
      'EXT5V_V volt(24)=5.1V',
      'VDD_CORE_A current(7)=nanA\nVDD_CORE_V volt(15)=0.8V',
      'VDD_CORE_A current(7)=-2.0A\nVDD_CORE_V volt(15)=0.8V',
      'VDD_CORE_A current(7)=2e9A\nVDD_CORE_V volt(15)=0.8V',
      'VDD_CORE_A current(7)=999999A\nVDD_CORE_V volt(15)=0.8V',
      'VDD_CORE_A current(7)=1.2.3A\nVDD_CORE_V volt(15)=0.8V',
      'VDD_CORE_A current(7)=2.0V\nVDD_CORE_V volt(15)=0.8V',
      '__proto___A current(7)=2.0A',
    ])
      expect(pmicWatts(text), text).toBeUndefined()
  })

  it('bears any noise in it', () => {
    let x = 1
    const roll = (sides: number) => {
      x = (Math.imul(x, 1664525) + 1013904223) >>> 0
      return x % sides
    }
    for (let round = 0; round < 2000; round++) {
      const noisy = [...pmicText]
      for (let i = 0; i < 1 + roll(40); i++) noisy[roll(noisy.length)] = String.fromCharCode(roll(128))
      const watts = pmicWatts(noisy.join('').slice(roll(400), 200 + roll(1200)))
      expect(watts === undefined || (watts >= 0 && watts <= 12 * 50 * 50)).toBe(true)
    }
    expect(pmicWatts('A'.repeat(1 << 22))).toBeUndefined()
    expect(pmicWatts(`${' '.repeat(1 << 16)}x`)).toBeUndefined()
  })
})
