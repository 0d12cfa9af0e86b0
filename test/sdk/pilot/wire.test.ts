import { describe, expect, it } from 'vitest'
import { toActions } from '../../../sdk/pilot/wire.js'

const one = (wire: object) => toActions([wire as { skill: string }])

describe('wire to actions', () => {
  it('adds unit keys up in exact decimals and rounds to the step', () => {
    const metres = (keys: object) => one({ skill: 'drive', ...keys })
    expect(metres({ feet: 6.5 })).toEqual([{ skill: 'drive', metres: 1.98 }])
    expect(metres({ feet: -5, inches: -3 })).toEqual([{ skill: 'drive', metres: -1.6 }])
    expect(metres({ metres: 1, centimetres: 20 })).toEqual([{ skill: 'drive', metres: 1.2 }])
    expect(metres({ centimetres: 50 })).toEqual([{ skill: 'drive', metres: 0.5 }])
    expect(metres({ yards: 2 })).toEqual([{ skill: 'drive', metres: 1.83 }])
    expect(metres({ millimetres: 5 })).toEqual([{ skill: 'drive', metres: 0.01 }])
    expect(metres({ millimetres: -5 })).toEqual([{ skill: 'drive', metres: -0.01 }])
    expect(metres({ millimetres: -4 })).toEqual([{ skill: 'drive', metres: 0 }])
    // 1.005 is less than 1.005 in binary; in decimals it is a tie.
    expect(metres({ metres: 1.005 })).toEqual([{ skill: 'drive', metres: 1.01 }])
    expect(one({ skill: 'wait', minutes: 1, seconds: 30 })).toEqual([{ skill: 'wait', seconds: 90 }])
    expect(one({ skill: 'wait', hours: 0.25 })).toEqual([{ skill: 'wait', seconds: 900 }])
    expect(one({ skill: 'wait', seconds: 0.25 })).toEqual([{ skill: 'wait', seconds: 0.3 }])
    expect(one({ skill: 'turn', degrees: -22.5 })).toEqual([{ skill: 'turn', degrees: -22.5 }])
  })

  it('refuses the whole list where one quantity is out of range', () => {
    const refused = [{ skill: 'refuse', reason: 'out_of_scope' }]
    expect(one({ skill: 'drive', metres: 20 })).toEqual([{ skill: 'drive', metres: 20 }])
    expect(one({ skill: 'drive', metres: 20.01 })).toEqual(refused)
    expect(one({ skill: 'drive', feet: -66 })).toEqual(refused)
    expect(one({ skill: 'turn', degrees: 721 })).toEqual(refused)
    expect(one({ skill: 'wait', minutes: 61 })).toEqual(refused)
    expect(one({ skill: 'repeat', times: 11, actions: [{ skill: 'turn', degrees: 90 }] })).toEqual(refused)
    expect(toActions('[{"skill":"turn","degrees":90},{"skill":"drive","metres":500}]')).toEqual(refused)
    const nested = { skill: 'repeat', times: 2, actions: [{ skill: 'drive', metres: 500 }] }
    expect(one(nested)).toEqual(refused)
  })

  it('strips what is said, and lets stop and refuse stand alone', () => {
    expect(one({ skill: 'say', text: ' hello there!' })).toEqual([{ skill: 'say', text: 'hello there' }])
    expect(one({ skill: 'say', text: ' ?' })).toEqual([{ skill: 'refuse', reason: 'unclear' }])
    expect(toActions('[{"skill":"turn","degrees":90},{"skill":"stop"}]')).toEqual([{ skill: 'stop' }])
    expect(toActions('[{"skill":"turn","degrees":90},{"skill":"refuse","reason":"unsafe"}]')).toEqual([
      { skill: 'refuse', reason: 'unsafe' },
    ])
  })

  it('says what is wrong with a text that is no action list', () => {
    for (const wire of [
      '',
      '[',
      '{}',
      '[]',
      '[{"skill":"fly"}]',
      '[{"skill":"drive","miles":1}]',
      '[{"skill":"drive"}]',
    ]) {
      expect(() => toActions(wire), wire).toThrowError(/Expected/)
    }
  })

  it("turns the design's example into SI units", () => {
    const wire = '[{"skill":"drive","centimetres":-50},{"skill":"turn","degrees":-90},{"skill":"wait","seconds":3}]'
    expect(toActions(wire)).toEqual([
      { skill: 'drive', metres: -0.5 },
      { skill: 'turn', degrees: -90 },
      { skill: 'wait', seconds: 3 },
    ])
  })
})
