import { describe, expect, it } from 'vitest'
import { datBytes, parseDat } from '../../../../sdk/quantize/imatrix/dat.js'
import { createRandom } from '../../../../sdk/sampler/random.js'
import { mutate } from '../../model/gguf-mutations.js'
import { kinds, outcome } from './hostile.js'
import { madeImportance } from './importances.js'

describe('damaged importance matrices', () => {
  it.each(kinds)('$name is read or refused by a kind, 5000 of them', ({ name, bytes, parse }) => {
    const found: Record<string, number> = {}
    for (let i = 0; i < 5000; i++) {
      const kind = outcome(() => parse(mutate(bytes, createRandom(i))))
      found[kind] = (found[kind] ?? 0) + 1
    }
    const wanted = ['format', 'limit', 'read', ...(name.endsWith('gguf') ? ['unsupported'] : [])]
    expect(Object.keys(found).sort()).toEqual(wanted)
    // The mutations reach all ends, or they would prove little.
    for (const kind of wanted) expect(found[kind]).toBeGreaterThan(20)
  })

  it('of .dat are refused at every length', () => {
    const bytes = datBytes(madeImportance(1))
    // Where a file of before 2024 would end.
    const old = bytes.length - 8 - 'made.txt'.length
    for (let length = 0; length < bytes.length; length++)
      expect(outcome(() => parseDat(bytes.subarray(0, length)))).toBe(length === old ? 'read' : 'format')
  })
})
