/** Hostile importance matrices, for the fuzzer: right files of either kind, damaged by chance. */
import { LutraError } from '../../../../hal/error.js'
import { parseGgufHeader } from '../../../../sdk/model/gguf-header.js'
import { placeTensors } from '../../../../sdk/model/gguf-places.js'
import { datBytes, parseDat } from '../../../../sdk/quantize/imatrix/dat.js'
import { ggufBytes, importanceOf } from '../../../../sdk/quantize/imatrix/gguf.js'
import type { Importance } from '../../../../sdk/quantize/imatrix/importance.js'
import type { Target } from '../../../fuzz/fuzz.js'
import { mutate } from '../../model/gguf-mutations.js'
import { madeImportance } from './importances.js'

export const kinds = [
  { name: 'imatrix.dat', bytes: datBytes(madeImportance(1, 4)), parse: (bytes: Uint8Array) => parseDat(bytes) },
  { name: 'imatrix.gguf', bytes: ggufBytes(madeImportance(1, 4, 2)), parse: parseGguf },
]

export const importanceTargets: readonly Target[] = kinds.map(({ name, bytes, parse }) => ({
  name,
  run: (random) => outcome(() => parse(mutate(bytes, random))),
}))

/** What openImportance does with a GGUF file, in memory. */
function parseGguf(bytes: Uint8Array): Importance {
  const header = parseGgufHeader(bytes, bytes.length)
  const tensors = placeTensors(header, bytes.length, ({ name, shape }, dtype, { begin, length }) => ({
    name,
    dtype,
    shape,
    bytes: bytes.subarray(begin, begin + length),
  }))
  return importanceOf({ metadata: header.metadata, tensors })
}

/** How reading ended: 'read', or the kind of a LutraError; throws where it ended otherwise. */
export function outcome(read: () => Importance): string {
  try {
    const { diagonal, counts } = read()
    for (const [name, means] of diagonal) {
      if (!means.every((mean) => mean >= 0 && mean < Infinity)) throw new Error(`${name} has means that are none`)
      if (means.length % (counts.get(name)?.length ?? 0) !== 0) throw new Error(`${name} has other counts`)
    }
    return 'read'
  } catch (error) {
    if (error instanceof LutraError) return error.kind
    throw error
  }
}
