import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LutraError } from '../../../hal/error.js'
import { openGguf } from '../../../sdk/model/gguf.js'
import { NeedMore } from '../../../sdk/model/gguf-cursor.js'
import { parseGgufHeader } from '../../../sdk/model/gguf-header.js'
import { headerMemoryFactor } from '../../../sdk/model/gguf-limits.js'
import { bases, readMutations } from './gguf-mutations.js'
import { sharedData } from './shared-data.js'
import { tinyGguf } from './tiny-gguf.js'

describe('damaged files', () => {
  it('are refused by their fault, 20 000 of them', () => {
    const outcomes = readMutations(0, 20_000)
    // The mutations reach all ends, or they would prove little.
    for (const outcome of ['read', 'format', 'limit', 'unsupported']) expect(outcomes[outcome]).toBeGreaterThan(100)
  })

  it('are refused at every length', () => {
    for (const base of bases)
      for (let length = 0; length < base.length; length++) {
        const cut = () => parseGgufHeader(base.subarray(0, length), length)
        const more = () => parseGgufHeader(base.subarray(0, length), base.length)
        const errors = [cut, more].map((call) => {
          try {
            call()
            return 'read'
          } catch (error) {
            return error
          }
        })
        // Whole headers may be followed by any data; before their end the two calls differ as promised.
        if (errors[1] === 'read') break
        expect(errors[0]).toBeInstanceOf(LutraError)
        expect(errors[1]).toBeInstanceOf(NeedMore)
        expect((errors[1] as NeedMore).bytes).toBeGreaterThan(length)
      }
  })

  it('are refused from the disk as well', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lutra-fuzz-'))
    try {
      const path = join(folder, 'cut.gguf')
      // Behind the last tensor the file ends with 28 bytes of nothing.
      for (let length = 0; length < bases[0].length - 28; length += 7) {
        writeFileSync(path, bases[0].subarray(0, length))
        await expect(openGguf(path)).rejects.toMatchObject({ name: 'LutraError', kind: 'format' })
      }
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  it('take no more memory than they may', () => {
    // Shortest strings, and bools: what grows most between the file and the heap.
    const strings = tinyGguf({ metadata: { s: { type: 9, of: 8, value: Array(100_000).fill('') } } })
    const bools = tinyGguf({ metadata: { b: { type: 9, of: 7, value: Array(400_000).fill(1) } } })
    for (const bytes of [strings, bools]) {
      const before = process.memoryUsage()
      const header = parseGgufHeader(bytes, bytes.length)
      const after = process.memoryUsage()
      expect(after.heapUsed + after.external - before.heapUsed - before.external).toBeLessThan(
        headerMemoryFactor * bytes.length,
      )
      expect(header.metadata.size).toBe(1)
    }
  })

  it.skipIf(!sharedData.there)(`of real vocabularies, cut anywhere (${sharedData.reason} where skipped)`, () => {
    const bytes = readFileSync(sharedData.path('tinyllamas', 'stories260Ktok512.gguf'))
    const { dataStart } = parseGgufHeader(bytes, bytes.length)
    for (let length = 0; length < dataStart - 64; length += 97)
      expect(() => parseGgufHeader(bytes.subarray(0, length), length)).toThrow(LutraError)
  })
})
