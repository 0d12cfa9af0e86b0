/** All parts of the reference, synthesized anew, are those that were committed. */
import { expect, it } from 'vitest'
import { type FoundLibrary, findLibrary } from '../../../../kernels/lut-core/synthesis/library.js'
import { measuredParts } from '../../../../kernels/lut-core/synthesis/parts.js'
import { sweeps } from '../../../../kernels/lut-core/synthesis/subjects.js'
import { yosysVersion } from '../../../../kernels/lut-core/synthesis/yosys.js'
import { deviation } from './again.js'

const yosys = await yosysVersion()
let library: FoundLibrary | undefined
try {
  library = findLibrary('osu018')
} catch {}

// Skipped where yosys or Debian's qflow-tech-osu018 are not installed.
it.skipIf(!yosys || !library).each(sweeps.reference.map(({ name }) => name))('%s', async (name) => {
  expect(await deviation(name, library!)).toBeLessThanOrEqual(yosys === measuredParts().tools.yosys ? 0 : 0.02)
})
