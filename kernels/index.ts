/** The back ends, best first; the plan takes the first that is present and not simulated. */
import type { Backend } from '../hal/backend.js'
import type { Graph } from './graph/graph.js'
import { tsBackend } from './ts/index.js'

export * from './graph/index.js'
export { tsBackend }

export const backends: readonly Backend<Graph>[] = [tsBackend]
