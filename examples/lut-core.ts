/**
 * The embedded model on the LUT Tensor Core, simulated, with the paper's ideas added one by one: the actions stay the same,
 * array, tables and energy do not.
 * takes  an instruction · gives  a row for each design · node dist/examples/lut-core.js "turn left, then drive 2 metres"
 * board  simulated-lut: no such hardware
 */
import {
  type CoreConfig,
  type CountedLinear,
  chain,
  costOf,
  energyOf,
  m2n64k4,
  timeModel,
} from '../kernels/lut-core/index.js'
import { type Model, open } from '../sdk/index.js'

const instruction = process.argv[2] ?? 'turn left, then drive two metres'
const bits = 2

/** What the plan lends to the core: the ternary linears, each a layer's share of a token. */
function lentLinears(model: Model): CountedLinear[] {
  return model.plan.ops.flatMap(({ engine, rows, cols, count }) =>
    engine === 'lut-core' && rows && cols ? [{ rows, cols, bits, count }] : [],
  )
}

/** Adders in the array build exact tables only; whoever builds them before it may. */
const base: CoreConfig = { ...m2n64k4, weightBits: [1, 2] }

console.log(`"${instruction}", decoded by a simulated core M2N64K4; areas and energies are modelled`)
for (const { name, ideas } of chain) {
  const { fusedPrecompute: precompute, negationElimination: negation, ...rest } = ideas
  const model = await open('pilot', { lutCore: { weights: '1-2', ...rest, negation, precompute } })
  try {
    const { actions } = await model.interpret(instruction)
    const { lookups, tables } = await model.counters()
    const config = { ...base, ideas }
    const decode = timeModel(config, lentLinears(model), 1)
    const { total, library } = costOf(config, { bits })
    const energy = decode.linears.flatMap(({ linear, timing }) =>
      energyOf(timing, config, { bits }).map(({ name, joules }) => ({ name, joules: joules * linear.count })),
    )
    const nanojoules = (part: string) =>
      (1e9 * energy.reduce((sum, { name, joules }) => sum + (name === part ? joules : 0), 0)).toFixed(0)
    console.log(`\n${name}: ${JSON.stringify(actions)}`)
    console.log(`  ${tables} tables, ${(lookups / 1e6).toFixed(1)} M lookups`)
    console.log(`  decode ${decode.tokensPerSecond.toFixed(0)} tokens/s (simulated), bound by ${decode.bound}`)
    console.log(`  array ${(total.area / 1e6).toFixed(2)} mm² of ${library} cells`)
    console.log(
      `  a token, nJ in 28 nm (scaled, DRAM published): ${['array', 'registers', 'sram', 'dram'].map((part) => `${part} ${nanojoules(part)}`).join(', ')}`,
    )
  } finally {
    await model.close()
  }
}
