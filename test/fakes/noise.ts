/**
 * Fake machines gone bad: every file cut, emptied, filled with noise or gone, all at once and each kind of file alone.
 * Or a few bytes of some files changed at random. `sane` is what detection, identification and wires must still be.
 */
import { expect } from 'vitest'
import { boards } from '../../boards/index.js'
import { detectDevice, identify, pageReader, type Reader, resolveWire } from '../../hal/index.js'
import { fakeFiles } from './root.js'

const bytes = (text: string) => new TextEncoder().encode(text)

const noises = [
  () => undefined,
  () => new Uint8Array(0),
  (good: Uint8Array) => good.subarray(0, good.length >> 1),
  (good: Uint8Array) => good.map((byte, i) => byte ^ (i * 37 + 11)),
  () => bytes('-1\n'),
  () => bytes('99999999999999999999999999\n'),
  () => bytes('0-99999999,x,3-1:::\0\0processor: processor: 7\nOF_FULLNAME=//\nOF_COMPATIBLE_0=\n'),
]

export function sane(reader: Reader): void {
  const device = detectDevice(reader)
  expect(device.cpus).toBeGreaterThanOrEqual(1)
  expect(device.clusters.every((c) => c.capacity > 0 && c.capacity <= 1 && c.cpus.length > 0)).toBe(true)
  expect(device.caches.every((cache) => cache.bytes > 0 && cache.sharedBy >= 1)).toBe(true)
  for (const n of [device.memory.total, device.memory.available, ...device.sensors.map((s) => s.value)])
    expect(Number.isFinite(n)).toBe(true)
  const { board } = identify(reader, boards)
  for (const wire of [...board.uarts.slice(0, 1), ...board.gpio.slice(0, 1)])
    expect(resolveWire(reader, wire).why).not.toBe('')
}

/** Hands every variant of a page to `check`; gives how many there were. */
export function withNoise(name: string, check: (reader: Reader) => void): number {
  const page = fakeFiles(name)
  const { os, arch, files, sysctl } = page
  const { list } = pageReader(page)
  let variants = 0
  for (const noise of noises)
    for (const ending of ['', ...new Set([...files.keys()].map((path) => path.split('/').at(-1)!))]) {
      const read = (path: string) => {
        const good = files.get(path)
        return good && path.endsWith(ending) ? noise(good) : good
      }
      check({ os, arch, read, list, sysctl: (key) => (ending === '' ? '-nonsense' : sysctl.get(key)) })
      variants++
    }
  return variants
}

/** A page with some of its files damaged a little, by a seed. */
export function damaged(name: string, seed: number): Reader {
  const page = fakeFiles(name)
  const { files, sysctl } = page
  let state = seed
  const random = (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
  const changed = new Map(files)
  for (const [path, good] of files) {
    if (random(4) > 0) continue
    const bad = good.slice(0, good.length - random(2) * random(good.length + 1))
    for (let i = random(4); i > 0 && bad.length > 0; i--) bad[random(bad.length)] = random(256)
    changed.set(path, bad)
  }
  const told = new Map([...sysctl].map(([key, value]) => [key, random(4) ? value : `x${random(1e6)}`]))
  return pageReader({ ...page, files: changed, sysctl: told })
}
