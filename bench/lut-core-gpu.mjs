/**
 * How well does the end-to-end model (kernels/lut-core/system) foretell a real GPU? Its linears against those that an H100
 * ran (bench/gpu/h100.json, by bench/gpu/layers.py). What is achieved of the datasheet comes from two measurements that
 * are no layers: one product of 8192 × 8192 × 8192 a number format, and the rate at which memory is read.
 * Then what table building cost there, naively, in a kernel of its own, and fused: the paper's table 4, measured.
 */
import { readFileSync } from 'node:fs'
import { fp8Mac, fp16Mac } from '../dist/kernels/lut-core/system/cores.js'
import { schedule } from '../dist/kernels/lut-core/system/gemm.js'
import { h100 } from '../dist/kernels/lut-core/system/gpus.js'

const measured = JSON.parse(readFileSync(new URL('./gpu/h100.json', import.meta.url), 'utf8'))
// The clock at which the datasheet's 989 TFLOPs in halves hold; the paper's normalized 1.41 GHz is for its tables only.
const gpu = { ...h100, hertz: 989.4e12 / (2 * h100.halfMacs * h100.multiprocessors) }
const dram = measured.readBytesPerSecond / gpu.dramBytesPerSecond
const kinds = [
  ['fp16', fp16Mac],
  ['fp8', fp8Mac],
]

console.log(`${measured.gpu}, PyTorch ${measured.torch}; memory reads at ${(100 * dram).toFixed(0)} % of the datasheet`)
const all = []
for (const [kind, core] of kinds) {
  const peak = 2 * core.macs(gpu) * gpu.multiprocessors * gpu.hertz
  const achieved = { core: measured.gemm8192[kind] / peak, dram, shared: 1 }
  console.log(`\n${kind}: ${(100 * achieved.core).toFixed(0)} % of the peak in a product of 8192 cubed; linears, µs`)
  for (const { model, batch, seq, ops } of measured.cases)
    for (const { name, tokens, rows, cols, ms } of ops.filter((op) => op.kind === kind)) {
      const { seconds, bound } = schedule({ tokens, rows, cols, outputBytes: 2 }, core, gpu, achieved, 'even')
      const off = seconds / (ms * 1e-3) - 1
      all.push({ kind, off })
      console.log(
        `${`${model} ${batch} × ${seq} ${name}`.padEnd(32)} ${`${tokens} × ${rows} × ${cols}`.padEnd(22)} measured ${(ms * 1e3).toFixed(0).padStart(6)} model ${(seconds * 1e6).toFixed(0).padStart(6)} ${(100 * off).toFixed(1).padStart(6)} % ${bound}`,
      )
    }
}
const mape = (kind) => {
  const some = all.filter((each) => each.kind === kind).map(({ off }) => Math.abs(off))
  return `${kind} ${((100 * some.reduce((a, b) => a + b, 0)) / some.length).toFixed(1)} % (worst ${(100 * Math.max(...some)).toFixed(1)} %)`
}
console.log(`\nmean absolute deviation: ${kinds.map(([kind]) => mape(kind)).join(', ')}`)

console.log('\ntable building, measured, in % of the layer in halves (attention and all)')
const ways = Object.keys(measured.cases[0].overheadMs)
console.log(['case'.padEnd(24), ...ways.map((way) => way.padStart(17))].join(''))
for (const { model, batch, seq, layerMs, overheadMs } of measured.cases)
  console.log(
    [
      `${model} ${batch} × ${seq}`.padEnd(24),
      ...ways.map((way) => ((100 * overheadMs[way]) / layerMs).toFixed(1).padStart(17)),
    ].join(''),
  )
