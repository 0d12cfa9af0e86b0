/**
 * The parts that the cost model stands on (kernels/lut-core/cost), and whole arrays that it is checked against:
 * `node bench/lut-core/points.mjs [MODULE]...` writes kernels/lut-core/cost/points.ts: what is missing there, and anew all
 * of the modules that are named. All of it takes some ten minutes; needs yosys and osu018.
 */
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { measure } from './synthesize.mjs'

const base = { W_BIT: 2, SYMMETRIC: 1, NEGATE_INDEX: 0 }
const variants = [{}, { NEGATE_INDEX: 1 }, { SYMMETRIC: 0 }]

function* points() {
  for (const K of [2, 3, 4, 5, 6])
    for (const LUT_BIT of [8, 12, 16])
      for (const variant of variants) yield ['lut_pe', { K, LUT_BIT, ...base, ...variant }]
  for (const W_BIT of [1, 4, 8]) yield ['lut_pe', { K: 4, LUT_BIT: 12, ...base, W_BIT }]
  for (const DOUBLE of [0, 1]) for (const every of [0, 1, 2, 4, 8]) yield ['lut_registers', { BITS: 64, DOUBLE, every }]
  for (const K of [2, 3, 4, 5, 6])
    for (const A_BIT of [8, 16])
      for (const [SYMMETRIC, REINTERPRET] of [
        [1, 1],
        [0, 1],
        [0, 0],
      ]) {
        const LUT_BIT = A_BIT + Math.ceil(Math.log2(K))
        yield ['lut_build', { K, A_BIT, LUT_BIT, SYMMETRIC, REINTERPRET }]
      }
  for (const K of [2, 3, 4, 5, 6])
    for (const [EXP, MAN] of [
      [8, 23],
      [5, 10],
    ])
      yield ['lut_float', { K, W_BIT: 2, EXP, MAN }]
  for (const SUM_BIT of [10, 14, 18]) yield ['lut_accumulate', { M: 1, N: 1, SUM_BIT, W_BIT: 2, ACC_BIT: 32 }]
}

/** Small arrays, whose differences tell what an element, a row and a table add in company. */
const ready = { SYMMETRIC: 1, NEGATE_INDEX: 0, PRECOMPUTE: 0, REINTERPRET: 1, DOUBLE: 0 }
const small = [2, 3, 4, 5, 6].flatMap((K) =>
  [8, 16].flatMap((LUT_BIT) =>
    [
      [1, 2],
      [1, 4],
      [2, 4],
    ].map(([M, N]) => ({ M, N, K, LUT_BIT, W_BIT: 2, ...ready, fit: 1 })),
  ),
)

/** Shapes and widths that no fit has seen. */
const arrays = [
  { M: 2, N: 8, K: 4, LUT_BIT: 8, W_BIT: 2, ...ready },
  { M: 2, N: 8, K: 4, LUT_BIT: 10, W_BIT: 4, ...ready, DOUBLE: 1 },
  { M: 1, N: 16, K: 3, LUT_BIT: 9, W_BIT: 2, ...ready },
  { M: 4, N: 4, K: 5, LUT_BIT: 11, W_BIT: 1, ...ready },
  { M: 2, N: 6, K: 4, LUT_BIT: 10, W_BIT: 2, ...ready, NEGATE_INDEX: 1 },
  { M: 2, N: 6, K: 4, LUT_BIT: 10, W_BIT: 2, ...ready, SYMMETRIC: 0, PRECOMPUTE: 1, A_BIT: 8 },
  { M: 2, N: 6, K: 4, LUT_BIT: 10, W_BIT: 2, ...ready, SYMMETRIC: 0, PRECOMPUTE: 1, REINTERPRET: 0, A_BIT: 8 },
  { M: 2, N: 6, K: 4, LUT_BIT: 10, W_BIT: 2, ...ready, PRECOMPUTE: 1, A_BIT: 8 },
  { M: 8, N: 2, K: 2, LUT_BIT: 9, W_BIT: 2, ...ready },
  { M: 2, N: 64, K: 4, LUT_BIT: 8, W_BIT: 2, ...ready },
]

const told = (parameters) =>
  Object.entries(parameters)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')

const line = ({ module, parameters, area, registerArea, cells, activity: a }) =>
  [
    module,
    told(parameters),
    [area, registerArea].join(' '),
    [a.cycles, a.toggles, a.switching, a.internal, a.leakage].join(' '),
    Object.entries(cells)
      .sort()
      .map(([name, n]) => `${name}=${n}`)
      .join(' '),
    a.vectors,
  ].join(' | ')

const file = fileURLToPath(new URL('../../kernels/lut-core/cost/points.ts', import.meta.url))
const anew = process.argv.slice(2)
const known = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : []
const parts = []
for (const [module, parameters] of [...points(), ...[...small, ...arrays].map((p) => ['lut_array', p])]) {
  const found = known.find((text) => text.startsWith(`${module} | ${told(parameters)} |`))
  if (found && !anew.includes(module)) {
    parts.push(found)
    continue
  }
  parts.push(line(measure(module, parameters, module === 'lut_array' && parameters.N > 16 ? 100 : 500)))
  process.stderr.write(`${parts.at(-1).slice(0, 100)}\n`)
}
writeFileSync(
  file,
  `/**
 * Parts of our RTL after synthesis, as \`node bench/lut-core/points.mjs\` writes them. A line: module | parameters | area
 * and register area, µm² | cycles, toggles, switching and internal joules a cycle, leakage watts | cells | vectors.
 * before ./parts
 */
export const tool = '${spawnSync('yosys', ['-V'], { encoding: 'utf8' }).stdout.trim()}'

export const points = \`
${parts.join('\n')}
\`
`,
)
