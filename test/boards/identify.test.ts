import { describe, expect, it } from 'vitest'
import { boards } from '../../boards/index.js'
import { detectDevice, identify } from '../../hal/index.js'
import { fakeNames, fakeRoot } from '../fakes/root.js'

const real = boards.filter((board) => !board.simulated && board.name !== 'generic')
const bytes = (text: string) => new TextEncoder().encode(text)

it('every real board has a fake machine', () => {
  expect(real.filter((board) => !fakeNames.includes(board.name))).toEqual([])
})

describe.each(real)('$name', (board) => {
  const reader = fakeRoot(board.name)
  const device = detectDevice(reader)

  it('is told by its device tree', () => {
    const found = identify(reader, boards)
    expect(found.board).toBe(board)
    expect(found.why).toMatch(/compatible/)
    expect(found.identity).toMatchObject({ wsl: false, container: undefined })
  })

  it('is told by its model alone, where a kernel has another compatible', () => {
    const changed = fakeRoot(board.name, (files) => files.set('/proc/device-tree/compatible', bytes('other,name\0')))
    const found = identify(changed, boards)
    expect(found.board).toBe(board)
    expect(found.why).toMatch(/model/)
  })

  it('is told by each of its compatible strings', () => {
    for (const word of board.match.compatible) {
      const changed = fakeRoot(board.name, (files) => {
        files.delete('/proc/device-tree/model')
        files.set('/proc/device-tree/compatible', bytes(`${word}\0${board.chip.compatible[0]}\0`))
      })
      expect(identify(changed, boards).board).toBe(board)
    }
  })

  it('has the features that its chip declares, and no more tiers', () => {
    const tiers = ['neon', 'fp16', 'dotprod', 'fhm', 'i8mm', 'bf16', 'sve', 'sve2', 'sme']
    const of = (features: readonly string[]) => tiers.filter((tier) => features.includes(tier))
    expect(of(device.features)).toEqual(of(board.chip.features))
    expect(device.simdBits).toBe(128)
  })

  it('has the clusters that its chip declares, fastest first', () => {
    const merged = new Map<string, number>()
    for (const cluster of device.clusters)
      merged.set(cluster.core, (merged.get(cluster.core) ?? 0) + cluster.cpus.length)
    expect([...merged]).toEqual(board.chip.clusters.map(({ core, count }) => [core, count]))
    expect(device.clusters[0].capacity).toBe(1)
    expect(device.clusters.flatMap((cluster) => cluster.cpus).sort((a, b) => a - b)).toEqual(
      Array.from({ length: device.cpus }, (_, cpu) => cpu),
    )
  })

  it('has the caches that its chip declares', () => {
    const has = (level: number, size: number) =>
      device.caches.some((cache) => cache.level === level && cache.kind !== 'instruction' && cache.bytes === size)
    for (const { l1d, l2 } of board.chip.clusters) {
      if (typeof l1d === 'number') expect(has(1, l1d)).toBe(true)
      if (typeof l2 === 'number') expect(has(2, l2)).toBe(true)
    }
  })
})

describe('identify', () => {
  it('answers generic where nothing fits, and never a simulated board', () => {
    const odd = fakeRoot('orange-pi-5', (files) => {
      files.set('/proc/device-tree/compatible', bytes('xunlong,orangepi-5-plus\0rockchip,rk3588\0'))
      files.set('/proc/device-tree/model', bytes('Orange Pi 5 Plus\0'))
    })
    expect(identify(odd, boards)).toMatchObject({
      board: { name: 'generic' },
      why: 'no board file for "Orange Pi 5 Plus"',
    })
    expect(identify(fakeRoot('apple-m1'), boards)).toMatchObject({
      board: { name: 'generic' },
      why: 'no board file for "MacBookAir10,1"',
    })
    const liar = fakeRoot('rock-5b', (files) => {
      files.set('/proc/device-tree/compatible', bytes('simulated-lut\0'))
      files.set('/proc/device-tree/model', bytes('simulated-lut\0'))
    })
    expect(identify(liar, boards).board.name).toBe('generic')
    const claim = {
      ...boards.find((board) => board.simulated)!,
      match: { compatible: ['radxa,rock-5b'], models: ['*'] },
    }
    expect(identify(fakeRoot('rock-5b'), [claim, ...boards]).board.name).toBe('rock-5b')
  })

  it('tells Snapdragon laptops by their DMI SKU, where there is no device tree', () => {
    const reader = fakeRoot('surface-laptop-7', (files) => {
      files.delete('/proc/device-tree/compatible')
      files.delete('/proc/device-tree/model')
      files.set('/sys/class/dmi/id/product_sku', bytes('Surface_Laptop_7th_Edition_2036\n'))
    })
    expect(identify(reader, boards)).toMatchObject({ board: { name: 'surface-laptop-7' } })
  })

  it('obeys a name, simulated boards included, and refuses unknown ones', () => {
    const reader = fakeRoot('raspberry-pi-5')
    expect(identify(reader, boards, 'simulated-lut').board).toMatchObject({ simulated: true, backend: 'lut-core' })
    expect(() => identify(reader, boards, 'raspberry-pi-6')).toThrow(/Expected a board among .*raspberry-pi-5/)
  })

  it('sees containers and WSL', () => {
    expect(identify(fakeRoot('x64-container'), boards)).toMatchObject({
      identity: { container: 'docker', model: 'Supermicro AS-1015CS-TNR' },
    })
    const wsl = fakeRoot('x64-container', (files) =>
      files.set('/proc/version', bytes('Linux version 5.15.167.4-microsoft-standard-WSL2')),
    )
    expect(identify(wsl, boards).identity.wsl).toBe(true)
  })
})
