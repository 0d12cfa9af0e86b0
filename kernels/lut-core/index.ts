/** The door of the LUT Tensor Core, simulated: `lutra/lut-core`. Engines come through ./backend instead, which loads little. */
export * from './array.js'
export * from './config.js'
export { type TimingOptions, timeProgram } from './cycles/model.js'
export { type Pipeline, pipeline } from './cycles/rates.js'
export * from './cycles/timing.js'
export * from './lmma/instruction.js'
export * from './synthesis/part.js'
