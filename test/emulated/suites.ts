/**
 * The checks that an emulated core is put through, each with what it must give at least: a run that ran nothing fails.
 * takes  a core and what was prepared for its machine · before ./emulated.long.test, ./quick.long.test, ./armv7.long.test
 */
import { expect } from 'vitest'
import { distance } from '../kernels/conformance.js'
import type { Emulated, Ran } from './emulate.js'
import type { PilotAnswers } from './inside/pilot.js'
import { type Core, telling } from './machines.js'

/** How many tests passed; fails where one did not, or where there were fewer than `least`. */
export function passed({ tests, errors }: Ran, least: number): number {
  const ran = tests.filter(({ state }) => state !== 'skip')
  const wrong = ran.filter(({ state }) => state !== 'pass').map(({ name, errors }) => [name, ...errors].join('\n'))
  expect([...errors, ...wrong]).toEqual([])
  expect(ran.length).toBeGreaterThanOrEqual(least)
  return ran.length
}

/** The whole conformance suite of one tier and algorithm, of the ts engine, or of the wasm engine on so many threads. */
export async function conformance(emulated: Emulated, core: Core, subject: string): Promise<number> {
  const files = { ts: 'kernels/ts', wasm: 'kernels/wasm' }
  const file = files[subject.split(',')[0] as keyof typeof files] ?? 'kernels/native-conformance'
  return passed(await emulated.suite(core, `conformance of ${subject} `, [file]), 60)
}

/**
 * Int8 activations are whole numbers: a sum of floats in another order can move one to its neighbour, so logits of
 * engines differ by a small part of the largest. Measured: see docs/emulated.md.
 */
const pilotBound = 0.03

/** The core runs its own tier, unforced or by force; hal and addon see the features that it has. */
export async function looks(
  emulated: Emulated,
  core: Core,
  here: PilotAnswers,
  env: Readonly<Record<string, string>> = {},
): Promise<string> {
  const tier = env.LUTRA_ISA ?? core.tier
  const look = await emulated.look(core, here.answers.length, { LUTRA_BACKEND: 'native', ...env })
  expect(look.arch).toBe(core.machine.arch)
  expect(look.features.filter((name) => telling.includes(name))).toEqual(expect.arrayContaining([...core.features]))
  for (const name of telling.filter((name) => !core.features.includes(name))) {
    expect(look.features).not.toContain(name)
    expect(look.addonFeatures).not.toContain(name)
  }
  expect(look.tiers.find(({ missing }) => missing === '')?.name).toBe(core.tier)
  expect([look.pilot.backend, look.pilot.isa]).toEqual(['native', tier])
  return agrees(look.pilot, here)
}

/** Sentence by sentence the same text, and logits within the bound; gives what to print. */
export function agrees(found: PilotAnswers, here: PilotAnswers): string {
  expect(found.answers.map(({ raw }) => raw)).toEqual(here.answers.map(({ raw }) => raw))
  const far = Math.max(...found.answers.map(({ logits }, i) => distance(logits, here.answers[i].logits)))
  expect(far).toBeLessThan(pilotBound)
  const exact = found.answers.filter((answer) => answer.exact).length
  return `${found.answers.length} sentences as here (${exact} exactly right), logits within ${far.toExponential(1)}`
}
