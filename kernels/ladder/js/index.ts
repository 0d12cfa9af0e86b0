/** The door of the js emitter. */
export { emitJs, type JsLinear, type JsWeight } from './linear.js'
export type { Activation, Prepared } from './prepare.js'
