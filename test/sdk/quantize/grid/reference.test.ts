/** Reference encoders, with and without importance, against hashes of what ggml itself wrote (./reference.json says how). */
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { gridOf } from '../../../../sdk/quantize/grid/index.js'
import { cols, referenceRows, rows } from './rows.js'

type Hashes = Readonly<Record<string, { readonly plain: string; readonly weighted: string }>>

const { sha256 } = JSON.parse(readFileSync(new URL('reference.json', import.meta.url), 'utf8')) as { sha256: Hashes }
const { weights, importance } = referenceRows()

function encoded(type: string, weighted: boolean): string {
  const { dtype, encode } = gridOf(type)
  const size = (cols / dtype.block) * dtype.blockBytes
  const bytes = new Uint8Array(rows * size)
  for (let r = 0; r < rows; r++)
    encode(weights.subarray(r * cols, (r + 1) * cols), weighted ? importance : undefined, bytes.subarray(r * size))
  return createHash('sha256').update(bytes).digest('hex')
}

describe.each(Object.entries(sha256))('%s', (type, { plain, weighted }) => {
  it('is byte for byte without importance', () => expect(encoded(type, false)).toBe(plain))
  it('is byte for byte with importance', () => expect(encoded(type, true)).toBe(weighted))
})
