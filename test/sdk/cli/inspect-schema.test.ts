/** `lutra inspect --json` and docs/inspect.schema.json say the same: of every fake machine, of this one, of hostile ones. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { boards } from '../../../boards/index.js'
import { folderReader, pageReader, type Reader, readPage } from '../../../hal/index.js'
import { backends } from '../../../kernels/index.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { inspectDevice, inspectModel, type OpenOptions, reportDevice } from '../../../sdk/open.js'
import { pilotPath } from '../../../sdk/pilot/path.js'
import { auxv, fakeFiles, fakeNames, fakeRoot } from '../../fakes/root.js'
import { machine, pi, pmicText } from '../../hal/sense/firmware.js'
import { folder as hubFolder, removeFolders, safetensors } from '../model/hub-folder.js'
import { hubModel, kinds } from '../model/hub-models.js'
import { splitGguf } from '../model/split-gguf.js'
import { tinyGguf } from '../model/tiny-gguf.js'
import { asJson, declaredFields, faultsOf, inspectSchema, type Schema, see } from './inspect-schema.js'

const seen = new Set<Schema>()
const folder = mkdtempSync(join(tmpdir(), 'lutra-inspect-schema-'))
afterAll(() => {
  rmSync(folder, { recursive: true })
  removeFolders()
})

/** What no fake machine has: all of it on one. */
const much = {
  '/sys/class/powercap/intel-rapl:0/name': 'package-0',
  '/sys/class/powercap/intel-rapl:0/energy_uj': '1000',
  '/sys/class/powercap/intel-rapl:0/max_energy_range_uj': '262143328850',
  '/sys/class/thermal/thermal_zone0/type': 'x86_pkg_temp',
  '/sys/class/thermal/thermal_zone0/temp': '41500',
  '/sys/class/thermal/thermal_zone0/trip_point_0_type': 'passive',
  '/sys/class/thermal/thermal_zone0/trip_point_0_temp': '85000',
  '/sys/class/thermal/thermal_zone0/trip_point_1_type': 'critical',
  '/sys/class/thermal/thermal_zone0/trip_point_1_temp': '110000',
  '/sys/devices/system/cpu/cpufreq/policy0/scaling_cur_freq': '1500000',
  '/sys/devices/system/cpu/cpufreq/policy0/scaling_max_freq': '1800000',
  '/sys/devices/system/cpu/cpufreq/policy0/cpuinfo_max_freq': '2400000',
  '/sys/class/dmi/id/product_sku': 'SKU-1',
}

/** Metadata of every kind, a format that nobody reads. */
const odd = tinyGguf({
  metadata: {
    'general.architecture': { type: 8, value: 'mamba' },
    'mamba.block_count': { type: 6, value: Number.NaN },
    'tokenizer.ggml.model': { type: 8, value: 'gpt2' },
    'tokenizer.ggml.tokens': { type: 9, of: 8, value: ['a', 'b'] },
    'tokenizer.ggml.merges': { type: 9, of: 8, value: [] },
    'tokenizer.ggml.pre': { type: 8, value: 'llama-bpe' },
    huge: { type: 10, value: (1n << 64n) - 1n },
    yes: { type: 7, value: 1 },
    text: { type: 8, value: 'x'.repeat(10_000) },
  },
  tensors: [{ name: 'odd', shape: [32], type: 99, offset: 0 }],
  data: new Uint8Array(32),
})

function onDisk(name: string, bytes: Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, bytes)
  return path
}

/** In memory: unfolding hundreds of files is tested elsewhere. */
const fake = (name: string, change = (_files: Map<string, Uint8Array>) => {}) => fakeRoot(name, change)

/** What the command prints of a machine, and of a model there. */
async function inspected(reader: Reader | undefined, name?: string, options: OpenOptions = {}) {
  const around = await inspectDevice({ reader, bandwidth: [1] })
  const more = name === undefined ? {} : await inspectModel(name, { ...options, reader })
  return shown({ ...around, ...more })
}

function shown(found: object) {
  const document = asJson(found)
  expect(faultsOf(document)).toEqual([])
  see(document, seen)
  return document
}

describe.each(fakeNames)('%s', (name) => {
  it('is told as the schema says, with a model and without', async () => {
    await inspected(fake(name))
    const page = pageReader(readPage(reportDevice(fake(name))))
    expect(await inspected(page, 'pilot')).toHaveProperty('plan')
  })
})

describe('this machine', () => {
  it('is told so, by every back end', async () => {
    const around = await inspected(undefined, 'pilot', { threads: 1, cache: 'q8' })
    expect(around).toMatchObject({ device: { bandwidth: [{ threads: 1 }] }, plan: { wish: { threads: 1 } } })
    for (const options of [
      { lutCore: 'weights=2' },
      { backend: 'ts' },
      { backend: 'wasm' },
      { board: 'rock-5b', algorithm: 'lut' },
    ])
      shown({ ...around, ...(await inspectModel('pilot', options)) })
  })

  it('is told so by the command, with an engine that is not there', () => {
    for (const [isa, engine] of [
      ['wasm-simd128', 'wasm'],
      ['js', 'ts'],
    ]) {
      const env = { ...process.env, LUTRA_ADDON: join(folder, 'none.node'), LUTRA_ISA: isa }
      const main = join(import.meta.dirname, '../../../dist/sdk/cli/main.js')
      const out = execFileSync(process.execPath, [main, 'inspect', 'pilot', '--bandwidth', '1', '--json'], { env })
      expect(shown(JSON.parse(out.toString()))).toMatchObject({ plan: { engine, isa } })
    }
  })
})

describe('a hostile machine', () => {
  it('is told so, if it says nothing at all', async () => {
    for (const [os, arch] of [
      ['linux', 'arm64'],
      ['linux', 'arm'],
      ['linux', 'x64'],
      ['darwin', 'arm64'],
      ['win32', 'x64'],
      ['x', 'y'],
    ])
      await inspected(folderReader(folder, { os, arch }), 'pilot')
  })

  it('is told so, whatever its files hold', async () => {
    const words = [
      '',
      '-1',
      '0',
      '1.5',
      '1e999',
      '9'.repeat(400),
      'NaN',
      '0x10',
      '-9223372036854775808',
      '0-9999',
      '0,1',
      'Data',
      'max',
      '\u001b[2J',
      'K',
      '512K',
      `${'9'.repeat(9)}G`,
      `MemTotal: ${'9'.repeat(400)} kB\nMemAvailable: 1 kB`,
    ]
    const pages = fakeNames
      .map((name) => ({ name, paths: [...fakeFiles(name).files.keys()] }))
      .filter(({ paths }) => paths.length > 0)
    const change = fc.tuple(fc.nat(), fc.constantFrom(...words))
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...pages),
        fc.array(change, { minLength: 1, maxLength: 12 }),
        async ({ name, paths }, changes) => {
          const reader = fake(name, (files) => {
            for (const [at, word] of changes) files.set(paths[at % paths.length], new TextEncoder().encode(word))
          })
          await inspected(reader)
        },
      ),
      { numRuns: 200 },
    )
  })
})

describe('a document', () => {
  it.each(inspectSchema.required!)('without %s, or with something else there, is none', async (field) => {
    const whole = await inspected(fake('rock-5b'), 'pilot')
    const { [field]: value, ...rest } = whole
    expect(faultsOf(rest)).toEqual([expect.stringContaining('required')])
    for (const other of [null, 'text', 7, Array.isArray(value) ? {} : [], Array.isArray(value) ? [{}] : { odd: 1 }])
      expect(faultsOf({ ...whole, [field]: other }), JSON.stringify(other)).not.toEqual([])
  })

  it('with a plan and no model, with another schema, or with more than is declared, is none', async () => {
    const { plan, ...rest } = await inspected(fake('rock-5b'), 'pilot')
    const { model, ...around } = rest
    expect(faultsOf(rest)).toEqual([])
    expect(faultsOf({ ...around, plan })).not.toEqual([])
    expect(faultsOf({ ...around, schema: 2 })).not.toEqual([])
    expect(faultsOf({ ...around, more: true })).not.toEqual([])
    const [sensor, ...others] = (around.device as { sensors: object[] }).sensors
    const device = (first: object) => ({ ...(around.device as object), sensors: [first, ...others] })
    expect(faultsOf({ ...around, device: device(sensor) })).toEqual([])
    expect(faultsOf({ ...around, device: device({ ...sensor, kind: 'smell' }) })).not.toEqual([])
    expect(faultsOf({ ...around, device: device({ ...sensor, serial: '1' }) })).not.toEqual([])
  })
})

describe('the schema', () => {
  // With all that the tests above have shown: this one stands last, and not alone.
  it('declares nothing that no machine shows', async () => {
    for (const { name } of boards) {
      vi.stubEnv('LUTRA_BOARD', name)
      await inspected(fake('x64-container'))
    }
    vi.unstubAllEnvs()
    await inspected(
      pi('raspberry-pi-5', { 'vcgencmd get_throttled': 'throttled=0x50005', 'vcgencmd pmic_read_adc': pmicText }),
    )
    await inspected(machine('x64-container', much))
    const pilot = await openGguf(pilotPath())
    await inspected(fake('x64-container'), splitGguf(pilot, 2, folder))
    await inspected(fake('rock-5b'), onDisk('odd.gguf', odd))
    const { config, parts } = hubModel(kinds[0], 1)
    const hub = { 'config.json': config, 'model.safetensors': safetensors(parts) }
    await inspected(fake('rock-5b'), hubFolder(hub))
    const unseen = [...declaredFields()].filter(([field]) => !seen.has(field)).map(([, at]) => at)
    expect(unseen).toEqual([])
  })

  it('knows every tier and back end', () => {
    const { isa, backendName } = inspectSchema.$defs!
    expect(backendName.enum).toEqual(backends.map(({ name }) => name))
    const tiers = backends.flatMap((backend) => (backend.tiers ?? []).map(({ name }) => name))
    expect(new Set(isa.enum)).toEqual(new Set(tiers))
  })

  it('knows every feature', async () => {
    const words =
      'ssse3 sse4_1 avx avx2 fma f16c avx_vnni avx512f avx512bw avx512dq avx512vl avx512vbmi avx512_vnni avx512_bf16'
    const files: Record<string, (arch: string) => Uint8Array> = {
      '/proc/self/auxv': (arch) => auxv(arch, 2n ** 64n - 1n, 2n ** 64n - 1n),
      '/proc/cpuinfo': () => new TextEncoder().encode(`processor : 0\nflags : ${words}\n`),
      '/proc/sys/abi/sve_default_vector_length': () => new TextEncoder().encode('64'),
    }
    const told = new Set<string>(['wasm-simd128', 'wasm-relaxed-simd'])
    for (const arch of ['arm64', 'arm', 'x64']) {
      const reader = { os: 'linux', arch, read: (path: string) => files[path]?.(arch), list: () => [] }
      const { device } = (await inspected(reader)) as { device: { features: string[] } }
      for (const feature of device.features) told.add(feature)
    }
    const { features } = inspectSchema.$defs!.device.properties!
    expect(told).toEqual(new Set((features.items as Schema).enum as string[]))
  })
})
