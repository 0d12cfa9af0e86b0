import { describe, expect, it } from 'vitest'
import { detectDevice, readSensor, systemReader } from '../../hal/index.js'
import { sane, withNoise } from '../fakes/noise.js'
import { auxv, fakeRoot } from '../fakes/root.js'

const bytes = (text: string) => new TextEncoder().encode(text)

describe('clusters', () => {
  it('tells the big and the little cores of an RK3588 apart', () => {
    expect(detectDevice(fakeRoot('rock-5b'))).toMatchObject({
      cpu: '4× Cortex-A76 + 4× Cortex-A55',
      cpus: 8,
      clusters: [
        { core: 'Cortex-A76', cpus: [4, 5, 6, 7], cores: 4, capacity: 1, maxHertz: 2.352e9 },
        { core: 'Cortex-A55', cpus: [0, 1, 2, 3], cores: 4, capacity: 414 / 1024, maxHertz: 1.8e9 },
      ],
    })
  })

  it('still does by clock and core where the kernel gives no capacity', () => {
    const reader = fakeRoot('rock-5b', (files) => {
      for (const path of files.keys()) if (path.endsWith('/cpu_capacity')) files.delete(path)
    })
    const { clusters } = detectDevice(reader)
    expect(clusters.map(({ core, cpus }) => [core, cpus.length])).toEqual([
      ['Cortex-A76', 4],
      ['Cortex-A55', 4],
    ])
    expect(clusters[1].capacity).toBeCloseTo(1.8 / 2.352 / 2)
  })

  it('counts hardware threads once', () => {
    expect(detectDevice(fakeRoot('x64-container')).clusters).toMatchObject([{ cpus: [0, 1, 2, 3], cores: 2 }])
  })
})

describe('features', () => {
  it('takes i8mm without SVE for what it is', () => {
    const { features } = detectDevice(fakeRoot('surface-laptop-7'))
    expect(features).toEqual(['neon', 'lse', 'fp16', 'dotprod', 'fhm', 'i8mm', 'bf16'])
  })

  it('falls back to what all cores share in cpuinfo, then to the cores themselves', () => {
    const without = (name: string, ...paths: string[]) =>
      detectDevice(
        fakeRoot(name, (files) => {
          for (const path of paths) files.delete(path)
        }),
      ).features
    expect(without('rock-5b', '/proc/self/auxv')).toEqual(['neon', 'lse', 'fp16', 'dotprod'])
    const uneven = fakeRoot('rock-5b', (files) => {
      files.delete('/proc/self/auxv')
      const text = new TextDecoder().decode(files.get('/proc/cpuinfo'))
      files.set('/proc/cpuinfo', bytes(text.replace(' asimddp', '')))
    })
    expect(detectDevice(uneven).features).toEqual(['neon', 'lse', 'fp16'])
    expect(without('raspberry-pi-5', '/proc/self/auxv', '/proc/cpuinfo')).toEqual(['neon', 'fp16', 'dotprod'])
    expect(without('rock-5b', '/proc/self/auxv', '/proc/cpuinfo')).toEqual(['neon', 'fp16'])
  })

  it('reads 32-bit words in a 32-bit process, and never ARM bits on x64', () => {
    expect(detectDevice(fakeRoot('raspberry-pi-zero-2w'))).toMatchObject({ arch: 'arm', features: ['neon', 'vfpv4'] })
    const alone = fakeRoot('raspberry-pi-zero-2w', (files) => files.delete('/proc/cpuinfo'))
    expect(detectDevice(alone).features).toEqual(['neon', 'vfpv4'])
    const x64 = fakeRoot('x64-container', (files) => files.set('/proc/self/auxv', auxv('x64', ~0n & 0xffffffffn, 0n)))
    expect(detectDevice(x64).features).not.toContain('dotprod')
  })

  it('names the x64 tiers and their width', () => {
    const device = detectDevice(fakeRoot('x64-container'))
    expect(device.simdBits).toBe(512)
    expect(device.features).toEqual(
      expect.arrayContaining(['sse4.1', 'avx2', 'fma', 'f16c', 'avx-vnni', 'avx512', 'avx512-vnni', 'avx512-vbmi']),
    )
  })

  it('believes the kernel on the length of SVE registers', () => {
    const sve = (length?: string) =>
      detectDevice(
        fakeRoot('surface-laptop-7', (files) => {
          files.set('/proc/self/auxv', auxv('arm64', 0x400002n, 2n))
          if (length) files.set('/proc/sys/abi/sve_default_vector_length', bytes(length))
        }),
      )
    expect(sve('32')).toMatchObject({ features: ['neon', 'sve', 'sve2', 'sve256'], simdBits: 256 })
    expect(sve().simdBits).toBe(128)
    expect(sve('99999').simdBits).toBe(128)
  })

  it('reads macOS by sysctl', () => {
    expect(detectDevice(fakeRoot('apple-m1'))).toMatchObject({
      cpu: 'Apple M1',
      features: ['neon', 'lse', 'fp16', 'dotprod', 'fhm'],
      clusters: [
        { core: 'Performance', cpus: [0, 1, 2, 3], capacity: 1 },
        { core: 'Efficiency', cpus: [4, 5, 6, 7] },
      ],
      memory: { total: 2 ** 34 },
    })
  })
})

describe('limits', () => {
  it('keeps to affinity, and to the quota and memory of a cgroup v1 container', () => {
    const device = detectDevice(fakeRoot('x64-container'))
    expect(device.cpus).toBe(1)
    expect(device.memory).toEqual({ total: 32768000 * 1024, available: 2 ** 29 - 2 ** 20 * 100, limit: 2 ** 29 })
  })

  it('takes the tightest group of cgroup v2 on the way up', () => {
    const reader = fakeRoot('rock-5b', (files) => {
      files.set('/proc/self/status', bytes('Cpus_allowed_list:\t4-7\n'))
      files.set('/sys/fs/cgroup/user.slice/memory.max', bytes('4294967296\n'))
      files.set('/sys/fs/cgroup/user.slice/memory.current', bytes('1073741824\n'))
      files.set('/sys/fs/cgroup/user.slice/user-1000.slice/memory.max', bytes('max\n'))
      files.set('/sys/fs/cgroup/user.slice/user-1000.slice/cpu.max', bytes('300000 100000\n'))
      files.set('/sys/fs/cgroup/user.slice/cpu.max', bytes('max 100000\n'))
    })
    expect(detectDevice(reader)).toMatchObject({ cpus: 3, memory: { limit: 2 ** 32, available: 3 * 2 ** 30 } })
  })

  it('keeps the tightest limit whichever group sets it, and never promises more than is free', () => {
    const reader = fakeRoot('rock-5b', (files) => {
      const at = '/sys/fs/cgroup/user.slice'
      files.set(`${at}/user-1000.slice/memory.max`, bytes('2147483648\n'))
      files.set(`${at}/memory.max`, bytes('8589934592\n'))
      files.set('/proc/meminfo', bytes('MemTotal:       16368400 kB\nMemAvailable:     100000 kB\n'))
    })
    expect(detectDevice(reader).memory).toMatchObject({ limit: 2 ** 31, available: 102400000 })
  })

  it('uses affinity alone where there is no quota', () => {
    const reader = fakeRoot('rock-5b', (files) =>
      files.set('/proc/self/status', bytes('Cpus_allowed_list:\t0,2-3,99\n')),
    )
    expect(detectDevice(reader)).toMatchObject({ cpus: 3, allowed: [0, 2, 3] })
    expect(detectDevice(reader).memory.limit).toBeUndefined()
  })
})

describe('sensors', () => {
  it('multiplies what an INA3221 splits, and reads again', () => {
    const reader = fakeRoot('jetson-orin-nano')
    const power = detectDevice(reader).sensors.filter((sensor) => sensor.kind === 'power')
    expect(power.map(({ name, value }) => [name, value])).toEqual([
      ['ina3221 VDD_IN', (5064 * 1016) / 1e6],
      ['ina3221 VDD_CPU_GPU_CV', (5056 * 176) / 1e6],
    ])
    expect(readSensor(reader, power[0])).toBe(power[0].value)
    expect(readSensor(reader, { kind: 'power', path: '/gone' })).toBeUndefined()
  })

  it('gives °C and W', () => {
    expect(detectDevice(fakeRoot('raspberry-pi-5')).sensors).toContainEqual({
      kind: 'temperature',
      name: 'cpu-thermal',
      path: '/sys/class/thermal/thermal_zone0/temp',
      value: 48.25,
      unit: '°C',
      covers: 'package',
    })
    const battery = detectDevice(fakeRoot('surface-laptop-7')).sensors.filter((sensor) => sensor.kind === 'power')
    expect(battery.map((sensor) => sensor.value)).toEqual([7.45])
  })
})

it('keeps each kind of cache once, with how many CPUs share it', () => {
  expect(detectDevice(fakeRoot('rock-5b')).caches.filter((cache) => cache.kind !== 'instruction')).toEqual([
    { level: 1, kind: 'data', bytes: 65536, sharedBy: 1 },
    { level: 1, kind: 'data', bytes: 32768, sharedBy: 1 },
    { level: 2, kind: 'unified', bytes: 524288, sharedBy: 1 },
    { level: 2, kind: 'unified', bytes: 131072, sharedBy: 1 },
    { level: 3, kind: 'unified', bytes: 3145728, sharedBy: 8 },
  ])
})

describe('malformed and missing files', () => {
  const kinds = ['rock-5b', 'jetson-orin-nano', 'raspberry-pi-zero-2w', 'radxa-dragon-q6a', 'x64-container', 'apple-m1']

  it('an empty machine is a machine', () => {
    for (const os of ['linux', 'darwin', 'win32'])
      for (const arch of ['arm64', 'arm', 'x64', 'riscv64']) sane({ os, arch, read: () => undefined, list: () => [] })
    expect(detectDevice({ os: 'win32', arch: 'arm64', read: () => undefined, list: () => [] }).features).toEqual([
      'neon',
    ])
  })

  // A page of each kind; all of them in detect.long.test.ts.
  it.each(kinds)('%s with every file cut, emptied, filled with noise or gone in turn', (name) => {
    expect(withNoise(name, sane)).toBeGreaterThan(5)
  })
})

it('finds this machine', () => {
  const device = detectDevice(systemReader())
  expect(device).toMatchObject({ os: process.platform, arch: process.arch })
  expect(device.memory.total).toBeGreaterThan(2 ** 20)
  expect(device.memory.available).toBeLessThanOrEqual(device.memory.total)
  expect(device.features).toContain('wasm-simd128') // every Node that we support has it
})
