/**
 * 32-bit ARM, proven by emulation: Node's own armv7 binary, on the addon's tier and on plain TypeScript. There is no
 * WebAssembly engine yet. What that shows, and what it cannot: docs/emulated.md.
 */
import { describe, expect, it } from 'vitest'
import { sharedData } from '../sdk/model/shared-data.js'
import { noSocat } from '../sdk/robot/socat.js'
import { type Emulated, prepare } from './emulate.js'
import { pilotAnswers } from './inside/pilot.js'
import { armv7, coreNamed, cores } from './machines.js'
import { agrees, conformance, looks, passed } from './suites.js'

const prepared = await prepare(armv7)
const reason = 'reason' in prepared ? prepared.reason : undefined
if (reason !== undefined) console.log(`emulated armv7: skipped: ${reason}`)
const emulated = prepared as Emulated
const here = reason === undefined ? await pilotAnswers(10) : undefined

const note = (cpu: string, what: string, began: number) =>
  console.log(`armv7 ${cpu.padEnd(10)} ${what} (${Math.round((performance.now() - began) / 1000)} s)`)

describe.skipIf(reason !== undefined)('emulated armv7', () => {
  for (const core of cores.filter(({ machine }) => machine === armv7)) {
    const { cpu, tier } = core
    it(`${cpu} runs ${tier}: features, and the pilot's answers`, async () => {
      const began = performance.now()
      note(cpu, `${tier}: pilot ${await looks(emulated, core, here!, { LUTRA_ISA: tier })}`, began)
    })

    it(`${cpu} ${tier}: conformance`, async () => {
      const began = performance.now()
      note(cpu, `${tier}: conformance, ${await conformance(emulated, core, `native ${tier} mad`)} tests`, began)
    })
  }

  const core = coreNamed('cortex-a7', armv7)
  const { cpu, tier } = core

  it.for(['ts', `native ${tier}`])('cortex-a7: known answers on %s', async (subject, context) => {
    if (!sharedData.there) return context.skip(sharedData.reason)
    const began = performance.now()
    const ran = await emulated.suite(core, `known answers on ${subject} `, ['kernels/golden'], { LUTRA_ISA: tier })
    note(cpu, `${subject}: known answers, ${passed(ran, 21)} tests`, began)
  })

  it('cortex-a7: the pilot on plain TypeScript', async () => {
    const began = performance.now()
    const { pilot } = await emulated.look(core, here!.answers.length, { LUTRA_BACKEND: 'ts' })
    expect(pilot.backend).toBe('ts')
    note(cpu, `ts: pilot ${agrees(pilot, here!)}`, began)
  })

  it('cortex-a7: the pilot on WebAssembly', async () => {
    const began = performance.now()
    const { pilot } = await emulated.look(core, here!.answers.length, { LUTRA_BACKEND: 'wasm' })
    expect(pilot.backend).toBe('wasm')
    note(cpu, `wasm: pilot ${agrees(pilot, here!)}`, began)
  })

  it('cortex-a7: conformance of the ts engine', async () => {
    const began = performance.now()
    note(cpu, `ts: conformance, ${await conformance(emulated, core, 'ts')} tests`, began)
  })

  it('cortex-a7: serialport on a pseudo-terminal', async (context) => {
    if (noSocat) return context.skip(noSocat)
    const began = performance.now()
    note(cpu, `serialport, ${passed(await emulated.suite(core, '', ['sdk/robot/line']), 2)} tests`, began)
  })
})
