/** The door `lutra/ladder`: number formats of your own, and kernels for them as WebAssembly, JavaScript and C++. */
export * from './cpp/index.js'
export type { ConversionCosts, Layer, WeightElement } from './device/device.js'
export { type CoreType, devices, type TDevice } from './device/index.js'
export * from './js/index.js'
export { type Activations, type Form, type LinearKernel, linearKernels, planLinear } from './linear.js'
export {
  Matmul,
  type MatmulConfig,
  type MatmulInput,
  type MatmulOutput,
  matmul,
  type Quantization,
  type TransformedWeight,
} from './matmul.js'
export type { MakeTarget, MatmulTarget, PackedWeight } from './matmul-target.js'
export type { Alignment } from './schedule/align.js'
export { type Candidate, candidates, type Problem } from './schedule/candidates.js'
export type { Conversion } from './schedule/convert.js'
export type { Cost } from './schedule/cost.js'
export { encodeTensor } from './tensor.js'
export { describeGraph, type Place, type Primitive, type Step, type TGraph, type TTile } from './tile/graph.js'
export type { Axis, Layout, Part } from './tile/layout.js'
export { type Trial, type Tuned, type TuneOptions, type TuneProblem, tuneLinear } from './tune.js'
export * from './type/index.js'
