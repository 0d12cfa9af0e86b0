/**
 * CPU time a weight of error feedback and coordinate descent, by part: inner loops on one thread, products of the linear
 * algebra; of GPTVQ (VQ2D2), by plain loops and by the addon's, which give the same bytes. Run after `npm run build`:
 * node bench/feedback.mjs [--size 256x2048] [--formats Q4_0,Q4_K,VQ2D2] [--threads 2]
 * LUTRA_BACKEND=ts takes the plain loops and products.
 */
import { tensorBytes } from '../dist/hal/dtypes/index.js'
import { linearAlgebra } from '../dist/kernels/linear-algebra.js'
import { gptq, prepare } from '../dist/sdk/quantize/feedback/gptq.js'
import { gridOf } from '../dist/sdk/quantize/grid/index.js'
import { gptvqBy } from '../dist/sdk/quantize/method/gptvq.js'
import { vqFor } from '../dist/sdk/quantize/method/vq/geometry.js'
import { plain } from '../dist/sdk/quantize/method/vq/loops.js'
import { wishedLoops } from '../dist/sdk/quantize/method/vq/native.js'
import { jobs } from '../dist/sdk/quantize/rows/jobs.js'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : process.argv[at + 1]
}
const [rows, n] = option('size', '256x2048').split('x').map(Number)
const algebra = linearAlgebra({ backend: process.env.LUTRA_BACKEND, threads: Number(option('threads', 2)) })

let state = 1
const next = () => {
  state = (Math.imul(state, 1664525) + 1013904223) | 0
  return state / 2 ** 31
}
const cpu = () => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1e6
}

const spent = new Map()
async function counted(part, work) {
  const before = cpu()
  await work()
  spent.set(part, (spent.get(part) ?? 0) + cpu() - before)
}
const tools = {
  algebra: { ...algebra, multiply: (...all) => counted('products', () => algebra.multiply(...all)) },
  pool: { run: (name, given, count) => counted(name, () => jobs[name](given, 0, count)) },
}

const tokens = n / 2
const x = new Float32Array(tokens * n).map((_, i) => next() * (1 + ((i % n) % 37) / 10))
const hessian = new Float32Array(n * n)
await algebra.gram(x, hessian, tokens, n, 1 / tokens)
const weights = new Float32Array(rows * n).map(() => (next() + next() + next()) * 0.02)

for (const name of option('formats', 'Q4_0,IQ4_NL,Q3_K,Q4_K,Q2_K').split(',')) {
  if (name.startsWith('VQ')) {
    await codebooks(name)
    continue
  }
  const grid = gridOf(name)
  const before = cpu()
  const prepared = await prepare(algebra, name, hessian, grid.block)
  const made = cpu() - before
  await gptq(tools, prepared, weights.subarray(0, 8 * n), grid) // compiles
  spent.clear()
  await gptq(tools, prepared, weights, grid)
  const parts = [...spent].map(([part, s]) => `${part} ${((s * 1e9) / (rows * n)).toFixed(0)}`)
  console.log(
    `${name} ${rows} × ${n}, ${algebra.name}: ns of CPU a weight: ${parts.join(', ')}; H made ready in ${made.toFixed(1)} s of CPU`,
  )
}
await algebra.close?.()

async function codebooks(name) {
  const [bits, lanes] = name.match(/\d/g).map(Number)
  const dtype = vqFor(rows, n, { bits, lanes })
  const { upper } = await prepare(algebra, name, hessian, 1, { order: 'file' })
  const run = (loops, of) => {
    const bytes = new Uint8Array(tensorBytes(dtype, of * n))
    const given = {
      name,
      rows: of,
      cols: n,
      grid: dtype.name,
      weights: weights.slice(0, of * n),
      hessian,
      upper,
      bytes,
    }
    gptvqBy(loops).run(given, 0, of, {})
    return bytes
  }
  const made = [plain, wishedLoops()].map((loops) => {
    run(loops, dtype.codebooks.rows) // compiles
    const before = cpu()
    const bytes = run(loops, rows)
    return { ns: ((cpu() - before) * 1e9) / (rows * n), bytes }
  })
  const same = made.every(({ bytes }) => Buffer.compare(bytes, made[0].bytes) === 0)
  const [own, addon] = made.map(({ ns }) => ns.toFixed(0))
  console.log(
    `${name} ${rows} × ${n} as ${dtype.name}: ns of CPU a weight: plain ${own}, the addon ${addon}; ${same ? 'the same bytes' : 'NOT THE SAME BYTES'}`,
  )
}
