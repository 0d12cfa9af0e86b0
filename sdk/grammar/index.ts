/** The grammar room: JSON Schema → Grammar → Constraint. */

export type { State } from './automaton.js'
export { type CompileOptions, compileSchema } from './compile.js'
export { type ConstraintOptions, createConstraint, prepareConstraint } from './constrain.js'
export type { Constraint } from './constraint.js'
export { grammarOf } from './grammar-of.js'
export { Matcher } from './matcher.js'
export type { Grammar } from './node.js'
export type { JsonSchema, SchemaObject } from './schema.js'
