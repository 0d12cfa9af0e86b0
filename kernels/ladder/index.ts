/** The door `lutra/ladder`: number formats of your own, and kernels for them as WebAssembly, JavaScript and C++. */
export * from './cpp/index.js'
export * from './js/index.js'
export { Matmul, type MatmulConfig, matmul, type Quantization, type TransformedWeight } from './matmul.js'
export type { MakeTarget, MatmulTarget, PackedWeight } from './matmul-target.js'
export * from './type/index.js'
