import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { normalize } from '../../../sdk/pilot/normalize.js'
import { toActions } from '../../../sdk/pilot/wire.js'

/** Written by hand without the templates: a second yardstick for the model. Here only their own soundness. */
const paraphrases: { instruction: string; actions: Record<string, unknown>[] }[] = JSON.parse(
  readFileSync(new URL('./paraphrases.json', import.meta.url), 'utf8'),
)

it('paraphrases hold valid actions and are said only once', () => {
  expect(new Set(paraphrases.map((p) => normalize(p.instruction).text)).size).toBe(paraphrases.length)
  for (const { instruction, actions } of paraphrases) {
    // In SI units an action list is its own wire form.
    const wire = actions as { skill: string }[]
    expect(toActions(wire), instruction).toEqual(actions)
    for (const action of actions) if (action.skill === 'say') expect(normalize(instruction).text).toContain(action.text)
  }
})
