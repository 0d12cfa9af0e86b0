/** The door of the LUT Tensor Core, simulated: `lutra/lut-core`. Engines come through ./backend instead, which loads little. */
export * from './array.js'
export * from './config.js'
export * from './core/correction.js'
export * from './core/functional.js'
export * from './core/groups.js'
export * from './core/pack.js'
export * from './core/tables.js'
export { timeLinear } from './cycles/linear.js'
export { type TimingOptions, timeProgram } from './cycles/model.js'
export { type Pipeline, pipeline } from './cycles/rates.js'
export { type LinearShape, linearProgram } from './cycles/schedule.js'
export * from './cycles/timing.js'
export * from './lmma/assemble.js'
export * from './lmma/decode.js'
export * from './lmma/disassemble.js'
export { encode, wordBytes } from './lmma/encode.js'
export { mostInstructions } from './lmma/form.js'
export * from './lmma/instruction.js'
export * from './synthesis/part.js'
export type { Size } from './system/core-tables.js'
export { fp8Mac, fp16Mac, int8Mac, lutArrays, type TensorCore } from './system/cores.js'
export {
  type EndToEnd,
  endToEnd,
  type Figure,
  type LeftOut,
  leaveOneOut,
  type Prediction,
} from './system/end-to-end.js'
export type { Efficiencies, Waves } from './system/gemm.js'
export { a100, type Gpu, h100, rtx3090 } from './system/gpus.js'
export { layerTimes, modelTime, type OperatorTime, type Structure, type Work } from './system/layer.js'
export { bitnet2b, bitnet3b, bloom176b, llama2x70b, type ModelShape, opt175b } from './system/models.js'
export { makeTables, type Synthesized } from './tables/all.js'
export type { Dp4Ratios } from './tables/dp4.js'
export { type Origin, type Row, type Table, type TableId, tableIds } from './tables/table.js'
export type { ArrayRatios } from './tables/table-1.js'
export type { Chain } from './tables/table-2.js'
export type { OwnModel } from './tables/table-4.js'
