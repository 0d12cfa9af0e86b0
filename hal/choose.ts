/**
 * Opens back ends in the plan's order until one is there.
 * takes  a plan, the back ends, the device · gives  the engine, and the reason of every one that was absent
 * Only *absent* moves on: a fault while opening is the caller's to see.
 */
import type { Backend, Engine, EngineOptions } from './backend.js'
import type { Device } from './device.js'
import { LutraError } from './error.js'
import type { Plan } from './plan.js'

export interface Chosen<G> {
  readonly engine: Engine<G>
  readonly absent: readonly { readonly name: string; readonly reason: string }[]
}

export async function choose<G>(plan: Plan, backends: readonly Backend<G>[], device: Device): Promise<Chosen<G>> {
  const absent: { name: string; reason: string }[] = []
  const { threads, wish, algorithm, accelerator: lent } = plan
  const accelerator = lent && { name: lent.name, module: lent.module, options: lent.options }
  const options: EngineOptions = { threads, isa: wish.isa, algorithm, accelerator }
  for (const { name } of plan.candidates.filter((candidate) => candidate.eligible)) {
    const backend = backends.find((each) => each.name === name)
    const opened = (await backend?.open(device, options)) ?? { absent: 'not among the back ends of this program' }
    if (!('absent' in opened)) return { engine: opened, absent }
    absent.push({ name, reason: opened.absent })
  }
  const reasons = absent.map(({ name, reason }) => `${name}: ${reason}`).join('; ')
  throw new LutraError(
    'unsupported',
    plan.forced
      ? `Expected back end ${plan.engine}, asked for by name, but it is absent here (${reasons})`
      : `Expected a back end that opens here but found none (${reasons})`,
  )
}
