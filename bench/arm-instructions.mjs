/**
 * Instructions per weight of the NEON kernels, counted under qemu-user (not time: see docs/arm-instructions.md):
 * node bench/arm-instructions.mjs [KERNEL …] counts the kernels whose names begin so, else all of bench/arm/linear.cpp.
 * --tokens=N counts N tokens at once (a prompt), per weight and token, on the tiers that differ there (docs/arm.md).
 * LUTRA_PEER_PROGRAM names another engine's program of the same arguments, built for 64-bit ARM, to count beside.
 * Needs aarch64-linux-gnu-g++ and qemu-aarch64 with plugins (Debian: g++-aarch64-linux-gnu, qemu-user).
 */
import { resolve } from 'node:path'
import { build } from './arm/build.mjs'
import { countKernel, listKernels } from './arm/count.mjs'

const options = process.argv.slice(2)
const tokens = Number(options.find((word) => word.startsWith('--tokens='))?.slice('--tokens='.length) ?? 1)
const wanted = options.filter((word) => !word.startsWith('--'))
const rows = tokens === 1 ? 512 : 256
const cols = tokens === 1 ? 4096 : 2048
/** Rows that share one preparation, in the last column. */
const whole = 4096

const built = build()
if (built.missing) {
  console.log(`skipped: ${built.missing} not installed`)
  process.exit(0)
}
const own = { plugin: resolve(built.plugin), program: built.program }
const machines = [
  ['neon-dotprod', 'cortex-a76'],
  ['neon', 'cortex-a72'],
]
const prompt = [
  ['neon-i8mm', 'max,sve=off'],
  ['sve2', 'max,sve256=on'],
  ['sve2', 'max,sve512=on'],
]
const runs = [...machines, ...(tokens === 1 ? [] : prompt)].map(([isa, cpu]) => ({ ...own, name: 'lutra', isa, cpu }))
const peer = process.env.LUTRA_PEER_PROGRAM
if (peer) runs.push({ ...own, program: resolve(peer), name: 'peer', isa: '', cpu: 'cortex-a76' })
else console.log('no LUTRA_PEER_PROGRAM: ours alone')

console.log(
  `| kernel | core | per weight${tokens === 1 ? '' : ' and token'} | preparing, per column | both, per weight, ${whole} rows |\n|---|---|---|---|---|`,
)
for (const run of runs)
  for (const kernel of listKernels(run)) {
    if (wanted.length > 0 && !wanted.some((name) => kernel.startsWith(name))) continue
    const { linear, prepare } = countKernel(run, kernel, rows, cols, tokens)
    const both = linear + prepare / cols / whole
    console.log(
      `| ${run.name} ${kernel} ${run.isa} | ${run.cpu} | ${linear.toFixed(4)} | ${(prepare / cols).toFixed(2)} | ${both.toFixed(4)} |`,
    )
  }
