/** Accuracy on a task: what counts as right, and files that are no task. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { parse, UsageError } from '../../../sdk/cli/command.js'
import { evaluate } from '../../../sdk/cli/eval.js'
import { readTask, scoreTask, tellTask } from '../../../sdk/cli/eval-task.js'
import type { Interpretation, Model } from '../../../sdk/open.js'

const folder = mkdtempSync(join(tmpdir(), 'lutra-task-'))
afterAll(() => rmSync(folder, { recursive: true }))

let files = 0
const file = (content: unknown) => {
  const path = join(folder, `${files++}.json`)
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content))
  return path
}

const drive = (metres: number) => ({ skill: 'drive', metres })
/** Answers by a table. */
const model = (answers: Record<string, unknown[]>): Pick<Model, 'interpret'> => ({
  interpret: async (instruction) =>
    ({ actions: answers[instruction] ?? [], refused: false, raw: '', ms: 2, tokens: 1, ttftMs: 1 }) as Interpretation,
})

describe('accuracy on a task', () => {
  const cases = [
    { instruction: 'go', actions: [drive(1)] },
    { instruction: 'go and stop', actions: [drive(1), { skill: 'stop' }] },
    { instruction: 'back', actions: [drive(-1)] },
    { instruction: 'nothing', actions: [] },
  ]

  it('counts answers that are right in every action, in any order of keys', async () => {
    const found = await scoreTask(
      model({ go: [{ metres: 1, skill: 'drive' }], 'go and stop': [{ skill: 'stop' }, drive(1)], back: [drive(-1.1)] }),
      cases,
    )
    expect(found).toMatchObject({ cases: 4, right: 2, accuracy: 0.5, ms: 2 })
    expect(found.accuracyError).toBeCloseTo(Math.sqrt(0.25 / 3), 12)
    expect(found.misses.map(({ instruction }) => instruction)).toEqual(['go and stop', 'back'])
    expect(tellTask(found)).toBe(
      '2 of 4 right, 50.00 ± 28.87 %\n' +
        '"go and stop": [{"skill":"stop"},{"skill":"drive","metres":1}], not [{"skill":"drive","metres":1},{"skill":"stop"}]\n' +
        '"back": [{"skill":"drive","metres":-1.1}], not [{"skill":"drive","metres":-1}]\n',
    )
  })

  it('reads what it is given', async () => expect(await readTask(file(cases))).toEqual(cases))

  it.each<[string, unknown]>([
    ['no JSON', '{'],
    ['no list', { instruction: 'go', actions: [] }],
    ['an empty list', []],
    ['no instruction', [{ actions: [] }]],
    ['no actions', [{ instruction: 'go' }]],
    ['an action without a skill', [{ instruction: 'go', actions: [{ metres: 1 }] }]],
    ['null', [null]],
  ])('refuses %s', async (_, content) => {
    await expect(readTask(file(content))).rejects.toMatchObject({ name: 'LutraError', kind: 'format' })
  })

  it('refuses a file that is not there', async () => {
    await expect(readTask(join(folder, 'none'))).rejects.toMatchObject({ kind: 'io' })
  })

  it('of the pilot itself, from the command', { timeout: 60_000 }, async () => {
    const path = file([
      { instruction: 'drive forward two metres', actions: [drive(2)] },
      { instruction: 'drive forward two metres', actions: [drive(3)] },
    ])
    const call = parse(evaluate, ['pilot', '--task', path, '--backend', 'ts', '--json'], new AbortController().signal)
    expect(await evaluate.run(call)).toMatchObject({
      cases: 2,
      right: 1,
      misses: [{ found: [drive(2)], expected: [drive(3)] }],
    })
  })

  it('stands alone', async () => {
    for (const args of [
      ['pilot'],
      ['pilot', '--task', 'a', '--text', 'b'],
      ['pilot', '--task', 'a', '--context', '64'],
    ])
      await expect(async () => evaluate.run(parse(evaluate, args, new AbortController().signal))).rejects.toThrow(
        UsageError,
      )
  })
})
