/**
 * Instructions per weight of the NEON kernels, counted under qemu-user (not time: see docs/arm-instructions.md):
 * node bench/arm-instructions.mjs [KERNEL …] counts the kernels whose names begin so, else all of bench/arm/linear.cpp.
 * LUTRA_PEER_PROGRAM names another engine's program of the same arguments, built for 64-bit ARM, to count beside.
 * Needs aarch64-linux-gnu-g++ and qemu-aarch64 with plugins (Debian: g++-aarch64-linux-gnu, qemu-user).
 */
import { resolve } from 'node:path'
import { build } from './arm/build.mjs'
import { countKernel, listKernels } from './arm/count.mjs'

const rows = 512
const cols = 4096
/** Rows that share one preparation, in the last column. */
const whole = 4096

const built = build()
if (built.missing) {
  console.log(`skipped: ${built.missing} not installed`)
  process.exit(0)
}
const own = { plugin: resolve(built.plugin), program: built.program }
const runs = [
  { ...own, name: 'lutra', isa: 'neon-dotprod', cpu: 'cortex-a76' },
  { ...own, name: 'lutra', isa: 'neon', cpu: 'cortex-a72' },
]
const peer = process.env.LUTRA_PEER_PROGRAM
if (peer) runs.push({ ...own, program: resolve(peer), name: 'peer', isa: '', cpu: 'cortex-a76' })
else console.log('no LUTRA_PEER_PROGRAM: ours alone')

const wanted = process.argv.slice(2)
console.log(
  '| kernel | core | per weight | preparing, per column | both, per weight, 4096 x 4096 |\n|---|---|---|---|---|',
)
for (const run of runs)
  for (const kernel of listKernels(run)) {
    if (wanted.length > 0 && !wanted.some((name) => kernel.startsWith(name))) continue
    const { linear, prepare } = countKernel(run, kernel, rows, cols)
    const both = linear + prepare / cols / whole
    console.log(
      `| ${run.name} ${kernel} ${run.isa} | ${run.cpu} | ${linear.toFixed(4)} | ${(prepare / cols).toFixed(2)} | ${both.toFixed(4)} |`,
    )
  }
