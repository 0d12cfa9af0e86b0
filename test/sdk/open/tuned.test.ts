import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import type { Device } from '../../../hal/device.js'
import { readTuned, writeTuned } from '../../../sdk/open/tuned.js'

describe('measurements of this device', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lutra-tuned-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  const env = { LUTRA_CACHE: folder }
  const device = { cpu: 'x', arch: 'arm64', features: ['neon'], cpus: 4, clusters: [] } as unknown as Device
  const one = { kernel: 'linear i2_s lut neon', rows: 256, cols: 256, threads: 2, seconds: 1e-6 }

  it('are kept by kernel, shape and thread count; the last one counts', () => {
    expect(readTuned(device, env)).toEqual([])
    writeTuned(device, [one, { ...one, threads: 4 }], env)
    writeTuned(device, [{ ...one, seconds: 2e-6 }], env)
    expect(readTuned(device, env)).toEqual([
      { ...one, seconds: 2e-6 },
      { ...one, threads: 4 },
    ])
  })

  it('are of one device', () => {
    expect(readTuned({ ...device, cpus: 2 }, env)).toEqual([])
  })

  it('are nothing when the file is spoilt or holds other things', () => {
    const path = writeTuned(device, [one], env) ?? ''
    const whole = readFileSync(path, 'utf8')
    for (const text of ['', 'null', '{}', whole.slice(0, -5), '[1,null,{"kernel":1}]', '[{"kernel":"k","rows":0}]']) {
      writeFileSync(path, text)
      expect(readTuned(device, env)).toEqual([])
    }
  })

  it('are not kept where nothing may be', () => {
    expect(writeTuned(device, [one], { LUTRA_CACHE: 'off' })).toBeUndefined()
    expect(readTuned(device, { LUTRA_CACHE: 'off' })).toEqual([])
  })
})
