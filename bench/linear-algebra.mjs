/**
 * Rates and residuals of the workshop's linear algebra: products, Gram matrices, the inverse Cholesky factor.
 * Run after `npm run build`: node bench/linear-algebra.mjs [--backend native|ts] [--threads 2] [--isa avx2] [--sizes 1024,2048]
 * Where others use the machine too, the rate in CPU seconds tells more than the one in seconds. The residual is the largest |H Uᵀ U v − v| over vectors of ±1, H of half as many samples as columns, damped by 1 %.
 */
import { availableParallelism } from 'node:os'
import { nativeLinearAlgebra } from '../dist/kernels/native/linear-algebra.js'
import { tsLinearAlgebra } from '../dist/kernels/ts/linear-algebra.js'

const option = (name, fallback) => {
  const at = process.argv.indexOf(`--${name}`)
  return at < 0 ? fallback : process.argv[at + 1]
}
const threads = Number(option('threads', availableParallelism()))
const algebra =
  option('backend', 'native') === 'ts' ? tsLinearAlgebra() : nativeLinearAlgebra({ threads, isa: option('isa') })
if (algebra.absent) throw new Error(algebra.absent)
console.log(`${algebra.name}, ${threads} threads`)

let state = 1
const noise = (size) =>
  Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0
    return state / 2 ** 31
  })

async function timed(what, flops, work) {
  const [start, before] = [performance.now(), process.cpuUsage()]
  const result = await work()
  const seconds = (performance.now() - start) / 1000
  const used = process.cpuUsage(before)
  const busy = (used.user + used.system) / 1e6
  console.log(
    `${what}: ${seconds.toFixed(3)} s, ${(flops / seconds / 1e9).toFixed(1)} GFLOP/s; ` +
      `${busy.toFixed(2)} s of CPU, ${(flops / busy / 1e9).toFixed(1)} GFLOP in each`,
  )
  return result
}

function residual(h, u, n) {
  const v = noise(n).map((x) => (x < 0 ? -1 : 1))
  const times = (a, x, transposed) => {
    const y = new Float64Array(n)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) y[transposed ? j : i] += a[i * n + j] * x[transposed ? i : j]
    return y
  }
  const back = times(h, times(u, times(u, v, false), true), false)
  return back.reduce((most, x, i) => Math.max(most, Math.abs(x - v[i])), 0)
}

for (const n of option('sizes', '1024,2048').split(',').map(Number)) {
  const rows = Number(option('rows', n / 2))
  const x = noise(rows * n)
  const [w, y] = [noise(n * n), new Float32Array(rows * n)]
  const product = { m: rows, n, k: n, transposeB: true }
  for (let round = 0; round < 3; round++)
    await timed(`x (${rows} × ${n}) · wᵀ (${n} × ${n})`, 2 * rows * n * n, () => algebra.multiply(x, w, y, product))
  const h = new Float32Array(n * n)
  await timed(`gram of ${rows} × ${n}`, rows * n * n, () => algebra.gram(x, h, rows, n, 1 / rows))
  let mean = 0
  for (let i = 0; i < n; i++) mean += h[i * n + i] / n
  for (let i = 0; i < n; i++) h[i * n + i] += 0.01 * mean
  const u = h.slice()
  const good = await timed(`inverse Cholesky of ${n}`, (2 * n ** 3) / 3, () => algebra.inverseCholesky(u, n))
  console.log(good ? `  residual ${residual(h, u, n).toExponential(2)}` : '  not positive definite')
  await timed(`solve ${rows} rows`, 2 * rows * n * n, () => algebra.solve(u, n, y, rows))
}
await algebra.close?.()
