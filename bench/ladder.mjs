/**
 * Ladder's WebAssembly kernels beside what else there is: one matrix times one vector, one thread, at each width of
 * weights. Peers: the plain TypeScript loops, "dequantize, then f32 multiply" in WebAssembly SIMD three ways, and
 * onnxruntime-web (`npm install --prefix bench/ladder`). Every result is checked before it is timed; subjects take turns.
 *   npm run bench ladder, or node bench/ladder.mjs [--size 4096] [--rounds 9] [--milliseconds 30] [--bits 1,2,4,8]
 */
import { parseArgs } from 'node:util'
import { dequantizeRegisters, dequantizeRegistersRelaxed } from './ladder/dequantize-registers.mjs'
import { dequantizeTile, dequantizeWhole } from './ladder/dequantize-tile.mjs'
import { ladderFloat, ladderFloatRelaxed, ladderInt8, ladderInt8Relaxed, ladderTable } from './ladder/ladder.mjs'
import { errorOf, makeMatrix } from './ladder/matrix.mjs'
import { onnx, onnxInt8 } from './ladder/onnxruntime-web.mjs'
import { plainFloat, plainInt8, plainTable } from './ladder/plain.mjs'
import { inTurns } from './ladder/turns.mjs'

const { values } = parseArgs({
  options: {
    size: { type: 'string', default: '4096' },
    rounds: { type: 'string', default: '9' },
    milliseconds: { type: 'string', default: '30' },
    bits: { type: 'string', default: '1,2,4,8' },
  },
})
const size = Number(values.size)
const widths = values.bits.split(',').map(Number)
const cases = [
  { bits: 1, group: 128 },
  { bits: 2, group: 64 },
  { bits: 2, group: size },
  { bits: 4, group: 32 },
  { bits: 4, group: 128 },
  { bits: 8, group: 32 },
].filter(({ bits }) => widths.includes(bits))
const subjects = [
  ...[ladderInt8, ladderFloat, ladderTable, ladderInt8Relaxed, ladderFloatRelaxed],
  ...[plainFloat, plainInt8, plainTable],
  ...[dequantizeTile, dequantizeWhole, dequantizeRegisters, dequantizeRegistersRelaxed],
  ...[onnx, onnxInt8],
]
/** int8 activations are off by some 0.4 % of a value, independent of one another; floats by the order of their sums. */
const worst = 1e-4

const cells = new Map(subjects.map(({ name }) => [name, []]))
const absent = new Map()
/** What Ladder chose. */
const kernels = new Map(subjects.map(({ name }) => [name, []]))
for (const shape of cases) {
  const matrix = makeMatrix({ ...shape, rows: size, cols: size })
  const opened = []
  for (const subject of subjects) {
    if (!subject.takes(shape)) continue
    const found = await subject.open(matrix)
    if ('absent' in found) {
      absent.set(subject.name, found.absent)
      continue
    }
    const error = errorOf(matrix, await found.run(matrix.x))
    if (!(error < worst)) {
      // Named, and not timed.
      absent.set(subject.name, `wrong at ${title(shape)}: off by ${shown(error)} (NMSE)`)
      process.exitCode = 1
      continue
    }
    if (found.about) kernels.get(subject.name)[cases.indexOf(shape)] = found.about
    opened.push({ name: subject.name, ...found })
  }
  const rows = await inTurns(opened, matrix.x, {
    rounds: Number(values.rounds),
    milliseconds: Number(values.milliseconds),
  })
  for (const { name, milliseconds, times } of rows) {
    const ratio = name === rows[0].name ? '' : ` (${shown(times(0))} ×)`
    cells.get(name)[cases.indexOf(shape)] = `${shown(milliseconds)}${ratio}`
  }
  for (const { close } of opened) await close?.()
}

console.log(
  `${size} × ${size} times a vector, one thread, Node ${process.versions.node}: ms, median of ${values.rounds} rounds;`,
)
console.log(`in brackets how many times the time of the first row, in the same round\n`)
console.log(`| | ${cases.map(title).join(' | ')} |`)
console.log(`|---|${cases.map(() => '---:').join('|')}|`)
for (const [name, row] of cells)
  if (row.length > 0) console.log(`| ${name} | ${cases.map((_, i) => row[i] ?? '-').join(' | ')} |`)
for (const [name, row] of kernels)
  if (row.length > 0) console.log(`\n${name}: ${[...new Set(row.filter(Boolean))].join(', ')}`)
for (const [name, why] of absent) console.log(`\n${name}: ${why}`)

function title({ bits, group }) {
  return `${bits} ${bits === 1 ? 'bit' : 'bits'}, ${group === size ? 'one scale' : `scale per ${group}`}`
}

function shown(value) {
  return value.toPrecision(3)
}
