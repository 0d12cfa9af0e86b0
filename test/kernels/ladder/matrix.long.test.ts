/**
 * Every kernel of every pair at all odd shapes. With LUTRA_WRITE=1 it writes docs/ladder-pairs.md from what it found:
 *   LUTRA_WRITE=1 npm run test:long -- test/kernels/ladder/matrix (Node 22 and later have relaxed SIMD as well)
 */
import { writeFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import {
  activationTypes,
  bound,
  checkPair,
  oddShapes,
  pairTables,
  type Target,
  targets,
  weightTypes,
} from './matrix.js'

describe('W × A, all of it', () => {
  it('every kernel of every pair is right', () => {
    const results: { target: Target; cases: number; kernels: number; worst: number }[] = []
    for (const target of targets) {
      const of = { target, cases: 0, kernels: 0, worst: 0 }
      for (const W of weightTypes)
        for (const each of activationTypes) {
          const { kernels, cases, worst } = checkPair(W, each, target, oddShapes, true)
          expect(worst, `${W.name} × ${each} on ${target}`).toBeLessThan(bound)
          of.cases += cases
          of.kernels += kernels.length
          of.worst = Math.max(of.worst, worst)
        }
      results.push(of)
    }
    if (process.env.LUTRA_WRITE) writeFileSync(new URL('../../../docs/ladder-pairs.md', import.meta.url), page(results))
  }, 1_200_000)
})

function page(results: readonly { target: Target; cases: number; kernels: number; worst: number }[]): string {
  const lines = [
    '# Pairs of types that Ladder compiles',
    '',
    'Written by its own check (`LUTRA_WRITE=1 npm run test:long -- test/kernels/ladder/matrix`). A cell names the kernels of a pair, the one that the cost model likes best first: a core type, and where codes are converted to what it multiplies if that is not in registers by arithmetic (`-table`: by a table in a register; `-offline`: while packing; `-memory`: by a table in memory). Every one is held against sums in float64 of what the format decodes to, at odd shapes, alone and with four rows of activations.',
    '',
    '| target | kernels | numbers compared | largest difference, part of Σ \\|w · a\\| |',
    '|---|---|---|---|',
    ...results.map(
      ({ target, kernels, cases, worst }) => `| ${target} | ${kernels} | ${cases} | ${worst.toExponential(1)} |`,
    ),
  ]
  return `${lines.join('\n')}\n\n${pairTables()}`
}
