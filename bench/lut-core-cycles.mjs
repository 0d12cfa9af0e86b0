/**
 * What bounds the LUT core (simulated): a linear of BitNet b1.58 3B by tokens and DRAM bandwidth, by ports and size of its
 * SRAM, with and without double registers, without fused precompute; and the linears of known models in decoding and prefill.
 * All by the cycle model: nothing here is a measurement of hardware, and it prints the same on every machine.
 *   npm run bench lut-core-cycles
 */

import {
  knownModels,
  linearProgram,
  m2n64k4,
  timeLinear,
  timeModel,
  timeProgram,
} from '../dist/kernels/lut-core/index.js'

const linear = { rows: 3200, cols: 8640, bits: 2 }
const withMemory = (memory, config = m2n64k4) => ({ ...config, memory: { ...config.memory, ...memory } })
const told = ({ cycles, busy, bound }, { hertz }) =>
  `${((cycles / hertz) * 1e6).toFixed(0)} us, array ${((100 * busy.array) / cycles).toFixed(0)}%, ${bound}`
const row = (cells) => console.log(`| ${cells.join(' | ')} |`)
const head = (cells) => {
  row(cells)
  row(cells.map(() => '---'))
}

console.log(
  `${linear.rows} x ${linear.cols}, ${linear.bits} bits, M2N64K4 at 1 GHz, simulated: time, array busy, bound by\n`,
)
const bandwidths = [4.25e9, 8.5e9, 17e9, 34e9, 68e9]
const tokens = [1, 2, 3, 4, 8, 16, 64]
for (const port of [64, 256]) {
  head([`tokens; SRAM ${port} bytes a cycle`, ...bandwidths.map((each) => `DRAM ${each / 1e9} GB/s`)])
  for (const each of tokens)
    row([
      each,
      ...bandwidths.map((dramBytesPerSecond) => {
        const config = withMemory({ dramBytesPerSecond, sramBytesPerCycle: port })
        return told(timeLinear(config, { ...linear, tokens: each }), config)
      }),
    ])
  console.log()
}

console.log('Size of the SRAM\n')
head(['KiB', '1 token', '8 tokens', '64 tokens', 'DRAM bytes of 64 tokens'])
for (const kib of [64, 128, 256, 512, 1024]) {
  const config = withMemory({ sramBytes: kib * 1024 })
  const at = (count) => timeLinear(config, { ...linear, tokens: count })
  row([kib, ...[1, 8, 64].map((count) => told(at(count), config)), `${(at(64).bytes.dram / 1e6).toFixed(1)} MB`])
}

console.log('\nIdeas taken away, 64 tokens\n')
/** The same program with t0 and w0 alone. */
const single = (program) =>
  program.map((each) => {
    if (each.op === 'lmma') return { ...each, tables: 0, weights: 0 }
    return ['ldt', 'ldx', 'ldw'].includes(each.op) ? { ...each, register: 0 } : each
  })
const raw = { ...m2n64k4, ideas: { ...m2n64k4.ideas, fusedPrecompute: false } }
const full = { ...m2n64k4, ideas: { ...m2n64k4.ideas, symmetrization: false, negationElimination: false } }
const shape = { ...linear, tokens: 64 }
head(['core', 'time'])
row(['as it is', told(timeLinear(m2n64k4, shape), m2n64k4)])
row(['no double registers', told(timeProgram(single(linearProgram(m2n64k4, shape).program), m2n64k4), m2n64k4)])
row(['no fused precompute: tables built in the array', told(timeLinear(raw, shape), raw)])
row(['no symmetrization: tables twice as large', told(timeLinear(full, shape), full)])

console.log('\nLinears of models, tokens/s (bound): the host is not in it\n')
const counts = [1, 2, 3, 4, 8, 64]
head(['model', ...counts.map((count) => (count === 1 ? 'decoding' : `${count} tokens`))])
for (const { name, linears } of knownModels)
  row([
    name,
    ...counts.map((count) => {
      const { tokensPerSecond, bound } = timeModel(m2n64k4, linears, count)
      return `${tokensPerSecond.toPrecision(3)} (${bound})`
    }),
  ])
