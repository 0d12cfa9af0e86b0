import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { MAX_INSTRUCTION, normalize } from '../../../sdk/pilot/normalize.js'

describe('normalize', () => {
  const table: readonly (readonly [string, string])[] = [
    ['  Drive   2 M,\nthen WAIT. ', 'drive 2 m, then wait.'],
    ['turn left 90°, then go', 'turn left 90 degrees, then go'],
    ['turn 90 ° right.', 'turn 90 degrees right.'],
    ['turn a 90-degree left', 'turn a 90 degree left'],
    ['drive −2 m', 'drive -2 m'],
    ['drive -2 m', 'drive -2 m'],
    ['drive 1,000 mm', 'drive 1000 mm'],
    ['drive 1,5 m', 'drive 1.5 m'],
    ['drive 2½ feet', 'drive 2 1/2 feet'],
    ['forward 5\'3"', 'forward 5 feet 3 inches'],
    ['say “hi there!”', 'say " hi there! "'],
    ["say 'don't go' now", 'say " don\'t go " now'],
    ['say:hello', 'say: hello'],
    ['say café', 'say cafe'],
    ['drive [2] {m} <x>', 'drive 2 m x'],
  ]
  for (const [typed, read] of table) it(typed, () => expect(normalize(typed).text).toBe(read))

  it('reports what it cannot read', () => {
    expect(normalize('поверни налево')).toEqual({ text: '', foreign: true, tooLong: false })
    expect(normalize('fahre rückwärts').foreign).toBe(false)
    expect(normalize('go '.repeat(100)).tooLong).toBe(true)
    expect(normalize('go '.repeat(100)).text.length).toBeLessThanOrEqual(MAX_INSTRUCTION)
    expect(normalize('')).toEqual({ text: '', foreign: false, tooLong: false })
  })

  it('answers anything with the small alphabet, and leaves its own answers alone', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (typed) => {
        const { text } = normalize(typed)
        expect(text).toMatch(/^(?:[!-;=?-@^-z|~](?: ?[!-;=?-@^-z|~])*)?$/)
        expect(text).not.toMatch(/[A-Z]/)
      }),
      { numRuns: 200 },
    )
  })
})
