/**
 * Words to a rover by way of the LUT Tensor Core: the pilot's linears run on a simulated core, its actions move the
 * simulated rover. The core's own counters tell what such a chip would take, beside this host's time for simulating it.
 * takes  instructions (else two of its own) · node dist/examples/boards/simulated-lut.js "turn left, then drive two metres"
 * board  simulated-lut, by LUTRA_BOARD or --simulate: no such hardware exists
 */
import { filter, lastValueFrom, tap } from 'rxjs'
import { type CountedLinear, coreOf, energyOf, timeModel } from '../../kernels/lut-core/index.js'
import { LutraError, type Model, open, robot } from '../../sdk/index.js'
import { app } from './app.js'

const bits = 2

/** What the plan lends to the core: the ternary linears, each with how often a token passes it. */
function lent({ plan }: Model): CountedLinear[] {
  return plan.ops.flatMap(({ engine, rows, cols, count }) =>
    engine === plan.accelerator?.name && rows && cols ? [{ rows, cols, bits, count }] : [],
  )
}

const about = { boards: ['simulated-lut'], usage: '[INSTRUCTION …]' }

// There is nothing here that is not simulated, whatever it is called with.
await app(about, async ({ board, words, signal, say: tell, later, simulate }) => {
  const say = (text: string) => (simulate ? tell(text) : console.log(text.replace(/^/gm, 'simulated: ')))
  const model = await open('pilot', { board: board.name })
  later(() => model.close())
  const { lut } = model.plan.accelerator ?? {}
  if (!lut) throw new LutraError('unsupported', 'Expected the plan to lend the LUT core; leave LUTRA_BACKEND unset')
  const rover = await robot('simulated:speed=8', { alive: model.alive() })
  later(() => rover.close())
  const core = coreOf(lut)
  const gigahertz = (core.hertz / 1e9).toFixed(1)
  say(`${lut.name} at ${gigahertz} GHz, declared by ${lut.declaredBy}; beside it ${model.plan.engine} on this host`)

  for (const instruction of words.length > 0 ? words : ['drive one metre and turn left', 'write me a poem']) {
    if (signal.aborted) break
    const before = await model.counters()
    const { actions, tokens, ms } = await model.interpret(instruction, { signal })
    const after = await model.counters()
    const since = (name: string) => (after[name] ?? 0) - (before[name] ?? 0)
    say(`"${instruction}" → ${JSON.stringify(actions)}`)
    say(
      `  core: ${since('simulatedCycles')} cycles, ${(1e6 * since('simulatedSeconds')).toFixed(0)} µs for prompt and ` +
        `${tokens} tokens; ${since('lookups')} lookups in ${since('tables')} tables, ${since('dramBytes')} bytes of DRAM`,
    )
    say(`  host: ${ms.toFixed(0)} ms to simulate that, which says nothing about the chip`)
    const reports = rover.perform(actions).pipe(filter(({ state }) => state === 'done' || state === 'refused'))
    await lastValueFrom(reports.pipe(tap(({ state, action }) => say(`  rover: ${state} ${JSON.stringify(action)}`))), {
      defaultValue: undefined,
    }).catch((error: Error) => say(`  rover: ${error.message}`))
  }

  const decode = timeModel(core, lent(model), 1)
  const energy = decode.linears.flatMap(({ linear, timing }) =>
    energyOf(timing, core, { bits }).map(({ name, joules }) => ({ name, joules: joules * linear.count })),
  )
  const of = (part: string) => energy.reduce((sum, { name, joules }) => sum + (name === part ? joules : 0), 0)
  const parts = ['array', 'registers', 'sram', 'dram'].map((part) => `${part} ${(1e9 * of(part)).toFixed(0)}`)
  say(
    `decode: ${decode.tokensPerSecond.toFixed(0)} tokens/s of its linears at ${gigahertz} GHz, bound by ${decode.bound}`,
  )
  say(`energy of a token, nJ in 28 nm (modelled: scaled, DRAM as published): ${parts.join(', ')}`)
})
