/**
 * What the inner loops of the NEON kernels cost on cores that are not here, by llvm-mca's models of them: table lookup
 * against multiply-add, one token (decode) and four (prefill). Needs aarch64-linux-gnu-g++ and llvm-mca (Debian:
 * g++-aarch64-linux-gnu, llvm); skips, saying so, without them. A model knows ports and latencies, not caches,
 * prefetchers or memory: it ranks loops, it predicts no tokens per second. neoverse-n1 stands for Cortex-A76 (llvm-mca 14
 * gives it the Cortex-A57's ports).
 */
import { execFileSync, spawnSync } from 'node:child_process'

const compiler = 'aarch64-linux-gnu-g++'
const missing = [compiler, 'llvm-mca'].filter((tool) => spawnSync(tool, ['--version']).status !== 0)
if (missing.length > 0) {
  console.log(`skipped: ${missing.join(', ')} not installed`)
  process.exit(0)
}
const cores = ['neoverse-n1', 'cortex-a72', 'cortex-a55']
const rooms = [
  {
    name: 'neon-dotprod',
    file: 'dotprod',
    flags: ['-march=armv8.2-a+dotprod', '-fno-schedule-insns'],
    product: 'sdot',
  },
  { name: 'neon', file: 'neon', flags: ['-fno-schedule-insns'], product: 'smlal' },
]

/** Loops without loops or calls inside, of the functions whose mangled name holds `part`. */
function innerLoops(assembly, part) {
  const found = []
  let inside = false
  let lines = []
  for (const line of assembly.split('\n')) {
    const label = /^(\S+):/.exec(line)?.[1]
    if (label && !label.startsWith('.')) {
      inside = label.includes(part)
      lines = []
    }
    if (!inside) continue
    lines.push(line)
    const target = /^\tb\.?\w*\t(?:\w+, )?(\.L\w+)/.exec(line)?.[1] ?? /^\tcbn?z\t\w+, (\.L\w+)/.exec(line)?.[1]
    const start = target ? lines.lastIndexOf(`${target}:`) : -1
    if (start < 0) continue
    const body = lines.slice(start)
    if (!body.slice(1).some((each) => /^\.L\w+:/.test(each)) && !body.some((each) => /^\tbl\t/.test(each)))
      found.push(body)
  }
  return found
}

const count = (body, mnemonic) => body.filter((line) => line.startsWith(`\t${mnemonic}`)).length
const instructions = (body) => body.filter((line) => /^\t[a-z]/.test(line))

function cycles(body, core) {
  const input = instructions(body).slice(0, -1).join('\n')
  const text = execFileSync('llvm-mca', ['-mtriple=aarch64', `-mcpu=${core}`, '-iterations=200'], {
    input,
    stdio: 'pipe',
  })
  return Number(/Total Cycles:\s+(\d+)/.exec(String(text))[1]) / 200
}

console.log(`${'loop'.padEnd(40)} instr/100 weights  ${cores.map((core) => `cycles, ${core}`.padEnd(20)).join('')}`)
for (const { name, file, flags, product } of rooms) {
  const assembly = String(
    execFileSync(
      compiler,
      ['-O3', '-std=c++17', '-ffp-contract=off', '-Inative', ...flags, '-S', `native/neon/${file}.cpp`, '-o', '-'],
      { maxBuffer: 1 << 28 },
    ),
  )
  for (const many of [false, true]) {
    // Of each algorithm's loops, that of a whole tile, known by its count of lookups or products: 8 TBL take 32 rows x 8
    // columns in both planes, for each of 1 or 4 tokens; 4 rows x 128 columns take 32 SDOT or 64 SMLAL, for 1 or 2.
    const dot = product === 'sdot'
    const rows = [
      ['w2 lut', innerLoops(assembly, many ? 'lut_storeILi4E' : 'linear_w2_lut'), 'tbl', many ? 32 : 8, 32],
      ['w2 mad', innerLoops(assembly, 'linear_w2_mad'), product, (dot ? 32 : 64) * (many ? 2 : 1), dot ? 16 : 8],
    ]
    // 8 or 16 triples of 16 rows; 32 rows x 32 columns, bit by bit; 8 rows x 32 columns.
    if (!many) {
      const triples = innerLoops(assembly, 'triple_tileILi1E')
      rows.push(['tl2', triples, 'tbl', triples.some((body) => count(body, 'tbl') === 16) ? 16 : 8, 48])
      for (const bits of [1, 2, 3, 4]) {
        const planes = innerLoops(assembly, `plane_tileILi${bits}ELb0E`)
        const whole = planes.some((body) => count(body, 'tbl') === 16 * bits) // else eight rows a turn
        rows.push([`lu${bits} lut`, planes, 'tbl', whole ? 16 * bits : 16, 64 / bits])
        rows.push([
          `lu${bits} mad`,
          innerLoops(assembly, `UniformRowsILi${bits}E`),
          dot ? 'sdot' : 'smull',
          dot ? 16 : 32,
          dot ? 16 : 8,
        ])
      }
    }
    for (const [algorithm, loops, mnemonic, wanted, each] of rows) {
      const body = loops.filter((b) => count(b, mnemonic) === wanted).sort((a, b) => a.length - b.length)[0]
      if (!body) {
        console.log(`linear ${algorithm} ${name}: no loop of ${wanted} ${mnemonic} found`)
        continue
      }
      const weights = count(body, mnemonic) * each // times tokens
      const per = (n) => ((100 * n) / weights).toFixed(1)
      const title = `linear ${algorithm} ${name}, ${many ? 'prefill' : 'decode'}`
      console.log(
        `${title.padEnd(40)} ${per(instructions(body).length).padStart(8)}          ${cores.map((core) => per(cycles(body, core)).padEnd(20)).join('')}`,
      )
    }
  }
}
