/** The door of the js emitter. */
export type { Activation, Prepared, Values } from '../prepare.js'
export { emitJs, type JsLinear, type JsWeight } from './linear.js'
