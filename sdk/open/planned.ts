/**
 * What opening a model and looking at one have in common: what is here, what the user forces, the plan without back ends
 * that turned out absent, and whose memory it asks for.
 * takes  options, a plan · gives  device, board and wish; a plan; a question of memory
 */
import { boards } from '../../boards/index.js'
import type { ActivationMode, Backend } from '../../hal/backend.js'
import { detectDevice } from '../../hal/detect/detect.js'
import { identify } from '../../hal/identify.js'
import { makePlan, type Plan, type PlanInput } from '../../hal/plan.js'
import { systemReader } from '../../hal/reader.js'
import type { Tensor } from '../../hal/tensor.js'
import { type Wish, wishOf } from '../../hal/wish.js'
import type { Graph } from '../../kernels/graph/graph.js'
import { backends } from '../../kernels/index.js'
import type { OpenOptions } from '../open.js'
import type { MemoryQuestion } from './memory.js'

/** Tokens that are held where nobody says how many: longer contexts cost memory that few texts need. */
export const usualContext = 4096

/** What is here, and what the user forces; options go before the environment. */
export function look(options: OpenOptions) {
  const reader = options.reader ?? systemReader()
  const forced = wishOf(process.env)
  const wish: Wish = {
    backend: options.backend ?? (options.lutCore === undefined ? forced.backend : 'lut-core'),
    isa: options.isa ?? forced.isa,
    algorithm: options.algorithm ?? forced.algorithm,
    threads: options.threads ?? forced.threads,
    board: options.board ?? forced.board,
    lutCore: options.lutCore ?? forced.lutCore,
  }
  const { board } = identify(reader, boards, wish.board)
  return { reader, device: detectDevice(reader, board.luts), board, wish }
}

/** The plan that holds once it is known which back ends are not here; they stay in it, with their reasons. */
export function planWithout(
  input: PlanInput,
  absent: readonly { readonly name: string; readonly reason: string }[],
): Plan {
  const here = input.backends.filter((backend) => !absent.some(({ name }) => name === backend.name))
  const plan = makePlan({ ...input, backends: here })
  const missing = input.backends.flatMap(({ name, simulated }) => {
    const why = absent.find((each) => each.name === name)?.reason
    return why === undefined ? [] : [{ name, simulated, chosen: false, eligible: false, why: `absent: ${why}` }]
  })
  return { ...plan, candidates: [...missing, ...plan.candidates] }
}

/** A host's footprint, with the linears that the plan lends. */
function lentFootprint(plan: Plan, { footprint }: Backend<Graph>): Backend<Graph>['footprint'] {
  const lent = ({ dtype, shape: [cols, rows = 1] }: Tensor, mode: ActivationMode) =>
    plan.ops.some(
      (op) =>
        op.engine === plan.accelerator?.name &&
        [op.dtype, op.cols, op.rows, op.mode].join() === [dtype.name, cols, rows, mode].join(),
    )
  return footprint && ((graph, weights, options) => footprint(graph, weights, { ...options, lent }))
}

/** What the plan's engine would hold, and the other engines that could take its place. */
export function memoryQuestion(plan: Plan, of: Omit<MemoryQuestion, 'backend'>): [MemoryQuestion, Backend<Graph>[]] {
  const found = backends.find((each) => each.name === plan.engine) ?? backends[0]
  const { accelerator } = plan
  const backend = accelerator ? { ...found, name: accelerator.name, footprint: lentFootprint(plan, found) } : found
  const others = plan.candidates.filter((each) => !each.chosen && !each.simulated && !each.why.startsWith('absent'))
  return [{ ...of, backend }, backends.filter((each) => others.some((other) => other.name === each.name))]
}
