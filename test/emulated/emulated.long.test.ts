/**
 * 64-bit ARM, proven by emulation: the same suites, in Node's own arm64 binary, on each core of ./machines, every tier
 * forced and checked. What that shows, and what it cannot: docs/emulated.md.
 */
import { describe, expect, it } from 'vitest'
import { sharedData } from '../sdk/model/shared-data.js'
import { noSocat } from '../sdk/robot/socat.js'
import { type Emulated, prepare } from './emulate.js'
import { pilotAnswers } from './inside/pilot.js'
import { arm64, coreNamed, cores } from './machines.js'
import { conformance, looks, passed } from './suites.js'

const prepared = await prepare(arm64)
const reason = 'reason' in prepared ? prepared.reason : undefined
if (reason !== undefined) console.log(`emulated arm64: skipped: ${reason}`)
const emulated = prepared as Emulated
const here = reason === undefined ? await pilotAnswers(30) : undefined

const note = (cpu: string, what: string, began: number) =>
  console.log(`${cpu.padEnd(13)} ${what} (${Math.round((performance.now() - began) / 1000)} s)`)

describe.skipIf(reason !== undefined)('emulated arm64', () => {
  for (const core of cores.filter(({ machine }) => machine === arm64)) {
    const { cpu, tier } = core
    it(`${cpu} runs ${tier}: features, and the pilot's answers`, async () => {
      const began = performance.now()
      // hal cannot see here how long vectors are (machines.ts), so it would refuse the tier's name; unasked the addon takes it.
      const env: Record<string, string> = tier === 'sve2' ? {} : { LUTRA_ISA: tier }
      note(cpu, `${tier}: pilot ${await looks(emulated, core, here!, env)}`, began)
    })

    it.for(['mad', 'lut'])(`${cpu} ${tier}: conformance, %s`, async (algorithm) => {
      const began = performance.now()
      const count = await conformance(emulated, core, `native ${tier} ${algorithm}`)
      note(cpu, `${tier}: conformance ${algorithm}, ${count} tests`, began)
    })

    it(`${cpu} ${tier}: known answers`, async (context) => {
      if (!sharedData.there) return context.skip(sharedData.reason)
      const began = performance.now()
      // 19 files, 200 tokens of a trained model, and that it is all of them.
      const env = { LUTRA_ISA: tier }
      const ran = await emulated.suite(core, `known answers on native ${tier} `, ['kernels/golden'], env)
      note(cpu, `${tier}: known answers, ${passed(ran, 21)} tests`, began)
    })
  }

  it('a tier that the core lacks is refused, and does not fault', async () => {
    const core = coreNamed('cortex-a53')
    const env = { LUTRA_BACKEND: 'native', LUTRA_ISA: 'neon-dotprod' }
    await expect(emulated.look(core, 1, env)).rejects.toThrow(/needs dotprod, which this CPU lacks|neon-dotprod/)
  })

  it('cortex-a72: the ts engine, by itself and by known answers', async () => {
    const core = coreNamed('cortex-a72')
    const began = performance.now()
    note(core.cpu, `ts: conformance, ${await conformance(emulated, core, 'ts')} tests`, began)
  })

  it('cortex-a72: the wasm engine', async () => {
    const subject = 'wasm, wasm-simd128, 3 threads'
    const core = coreNamed('cortex-a72')
    const began = performance.now()
    note(core.cpu, `${subject}: conformance, ${await conformance(emulated, core, subject)} tests`, began)
  })

  it('cortex-a72: what hal makes of machines, this one too', async () => {
    const core = coreNamed('cortex-a72')
    const began = performance.now()
    // Without those that spoil every file of every fake in turn: minutes here, and no matter of the CPU.
    const pattern = '^(?!.*with every file cut)'
    const count = passed(await emulated.suite(core, pattern, ['hal/detect', 'hal/plan', 'hal/choose']), 30)
    note(core.cpu, `hal: detection, plan and choice, ${count} tests`, began)
  })

  it('cortex-a76: serialport on a pseudo-terminal', async (context) => {
    if (noSocat) return context.skip(noSocat)
    const core = coreNamed('cortex-a76')
    const began = performance.now()
    note(core.cpu, `serialport, ${passed(await emulated.suite(core, '', ['sdk/robot/line']), 2)} tests`, began)
  })
})
