/** The devices that Ladder knows, the more special first. */
import { cortexA53, cortexA72, cortexA76, oryon } from './arm.js'
import { avx2 } from './avx2.js'
import type { TDevice } from './device.js'
import { js } from './js.js'
import { wasmSimd128 } from './wasm-simd128.js'

export type { CoreType, TDevice } from './device.js'
export { avx2, cortexA53, cortexA72, cortexA76, js, oryon, wasmSimd128 }

export const devices: readonly TDevice[] = [oryon, cortexA76, cortexA72, cortexA53, avx2, wasmSimd128, js]
