import { closeSync, openSync, readSync, writeSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { loadNative } from '../../kernels/native/load.js'
import { nativeBandwidth, nativeFeatures } from '../../kernels/native/tools.js'

const { exports, reason } = loadNative()
if (reason !== undefined) console.log(`native tool tests skipped: ${reason}`)

describe.skipIf(exports === undefined)('native tools', () => {
  it('measures bandwidth without holding the event loop', async () => {
    let ticks = 0
    const timer = setInterval(() => ticks++, 5)
    const rate = await nativeBandwidth(1, 32, 100)
    clearInterval(timer)
    expect(rate).toBeGreaterThan(1e8)
    expect(rate).toBeLessThan(1e13)
    expect(ticks).toBeGreaterThan(3)
    await expect(nativeBandwidth(0)).rejects.toThrow('threads')
  })

  it('names CPU features', () => {
    const baseline = { x64: 'sse4.1', arm64: 'neon' }[process.arch as 'x64' | 'arm64']
    if (baseline) expect(nativeFeatures()).toContain(baseline)
  })

  it('opens a raw pseudo terminal', () => {
    const openPty = exports?.openPty as unknown as () => { fd: number; path: string }
    const { fd, path } = openPty()
    const slave = openSync(path, 'r+')
    const bytes = Uint8Array.of(0x0d, 0x0a, 0x03, 0xff)
    writeSync(slave, bytes)
    const back = new Uint8Array(8)
    expect(readSync(fd, back)).toBe(4)
    expect(back.subarray(0, 4)).toEqual(bytes)
    writeSync(fd, bytes)
    expect(readSync(slave, back)).toBe(4)
    closeSync(slave)
    closeSync(fd)
  })
})
