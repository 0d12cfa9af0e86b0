import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { normalize } from '../../../sdk/pilot/normalize.js'
import { toActions } from '../../../sdk/pilot/wire.js'

/** Written by hand without the templates: further yardsticks for the model. Here only their own soundness. */
for (const name of ['paraphrases', 'independent', 'independent-2', 'independent-3'])
  it(`${name}: valid actions, said only once`, () => {
    const set: { instruction: string; actions: Record<string, unknown>[] }[] = JSON.parse(
      readFileSync(new URL(`./${name}.json`, import.meta.url), 'utf8'),
    )
    expect(new Set(set.map((p) => normalize(p.instruction).text)).size).toBe(set.length)
    for (const { instruction, actions } of set) {
      // In SI units an action list is its own wire form.
      expect(toActions(actions as { skill: string }[]), instruction).toEqual(actions)
      for (const action of actions)
        if (action.skill === 'say') expect(normalize(instruction).text).toContain(action.text)
    }
  })
