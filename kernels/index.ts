/** The back ends, best first; the plan takes the first that is present, and never a simulated one by itself. */
import type { Backend } from '../hal/backend.js'
import type { Graph } from './graph/graph.js'
import { lutCoreOver } from './lut-core/backend.js'
import { nativeBackend } from './native/index.js'
import { tsBackend } from './ts/index.js'
import { wasmBackend } from './wasm/index.js'

export * from './graph/index.js'
export { nativeBackend, tsBackend, wasmBackend }

/** The ts engine with the simulated LUT core lent to it. */
export const lutCoreBackend: Backend<Graph> = lutCoreOver(tsBackend)

export const backends: readonly Backend<Graph>[] = [nativeBackend, wasmBackend, tsBackend, lutCoreBackend]
