/**
 * The ablation chain and its comparisons, synthesized anew: `node bench/lut-core-ablation.mjs [SWEEP]... [--library osu018]`.
 * One line of JSON a part, then the ratios. After `npm run build:ts`; needs yosys and the cell library.
 */
import { findLibrary } from '../dist/kernels/lut-core/synthesis/library.js'
import { measure } from '../dist/kernels/lut-core/synthesis/measure.js'
import { sweeps } from '../dist/kernels/lut-core/synthesis/subjects.js'

const at = process.argv.indexOf('--library')
const library = findLibrary(at > 0 ? process.argv[at + 1] : 'osu018')
const names = process.argv.slice(2).filter((word) => word in sweeps)
for (const name of names.length > 0 ? names : ['reference'])
  for (const subject of sweeps[name]) {
    const part = await measure(subject, library)
    const { switching, internal, leakage, toggles, steady } = part.activity
    const row = { sweep: name, name: subject.name, area: part.area, gates: part.gates, registerArea: part.registerArea }
    const joules = switching + internal + leakage / 1e9
    console.log(
      JSON.stringify({ ...row, toggles, joules, steadyJoules: steady.switching + steady.internal + leakage / 1e9 }),
    )
  }
