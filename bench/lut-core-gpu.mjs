/**
 * How well does kernels/lut-core/system foretell a real GPU with multiply-add tensor cores? Its three constants are fitted
 * on the linears of one model (OPT-175B) as an H100 ran them (bench/gpu/h100.json), the linears of the others predicted.
 * FP16 and FP8; PyTorch's INT8 is slower than its FP16 on the large ones, which no model of the core can tell.
 *   node bench/lut-core-gpu.mjs [FILE]
 */
import { readFileSync } from 'node:fs'
import { fp8Mac, fp16Mac, h100 } from '../dist/kernels/lut-core/index.js'
import { minimize } from '../dist/kernels/lut-core/system/fit.js'
import { schedule } from '../dist/kernels/lut-core/system/gemm.js'

const path = process.argv[2] ?? new URL('gpu/h100.json', import.meta.url)
const { cases } = JSON.parse(readFileSync(path, 'utf8'))
// The clock at which the datasheet has 989 TFLOPS in halves; table 1 of the paper has 1.41 GHz.
const gpu = { ...h100, hertz: 1.83e9 }
const cores = { fp16: fp16Mac, fp8: fp8Mac }
const all = cases.flatMap(({ model, ops }) =>
  ops.filter(({ op, kind }) => op === 'linear' && cores[kind]).map((op) => ({ model, ...op })),
)
const predicted = ({ kind, tokens, rows, cols }, achieved, waves) =>
  1e3 * schedule({ tokens, rows, cols, outputBytes: 2 }, cores[kind], gpu, achieved, waves).seconds

for (const waves of ['even', 'whole']) {
  const known = all.filter(({ model }) => model === 'opt-175b')
  const cost = (x) =>
    x.some((each) => each <= 0.05 || each > 1)
      ? Number.MAX_VALUE
      : known.reduce((sum, op) => {
          const [core, dram, shared] = x
          return sum + Math.log(predicted(op, { core, dram, shared }, waves) / op.ms) ** 2
        }, 0)
  const [core, dram, shared] = minimize(cost, [0.65, 0.8, 0.7], 0.1)
  const constants = [core, dram, shared].map((each) => each.toFixed(3)).join(', ')
  console.log(`${waves} waves: core, dram, shared ${constants}, fitted on opt-175b`)
  for (const model of new Set(all.map((op) => op.model)))
    for (const kind of Object.keys(cores)) {
      const off = all
        .filter((op) => op.model === model && op.kind === kind)
        .map((op) => predicted(op, { core, dram, shared }, waves) / op.ms - 1)
      const mean = off.reduce((sum, each) => sum + Math.abs(each), 0) / off.length
      const told = off.map((each) => `${(100 * each).toFixed(0)}`).join(' ')
      console.log(`  ${model.padEnd(11)} ${kind}: mean |deviation| ${(100 * mean).toFixed(1)} %  (% each: ${told})`)
    }
}
