/**
 * A grammar as data: the nodes that a JSON Schema compiles to, immutable and shared by all matchers.
 * takes  nothing · gives the Node and Grammar types
 * before ./compile makes them · after ./matcher walks them
 */
import type { CharSet } from './char-set.js'
import type { DecimalRange } from './decimal.js'

interface Base {
  /** Position in Grammar.nodes. */
  readonly id: number
}

/** Exactly these bytes. */
export interface LiteralNode extends Base {
  readonly kind: 'literal'
  readonly bytes: Uint8Array
}

/** One after the other. `nest` marks an array's or object's brackets: one level of depth. */
export interface SequenceNode extends Base {
  readonly kind: 'sequence'
  readonly items: readonly Node[]
  readonly nest: boolean
}

/** Any one of them. */
export interface ChoiceNode extends Base {
  readonly kind: 'choice'
  readonly options: readonly Node[]
}

/** `first`, then `more` again and again, between min and max items in all. */
export interface RepeatNode extends Base {
  readonly kind: 'repeat'
  readonly first: Node
  readonly more: Node
  readonly min: number
  readonly max: number
}

/** An object's members in declared order; `first` has no comma before it, `more` has. */
export interface MembersNode extends Base {
  readonly kind: 'members'
  readonly items: readonly { readonly first: Node; readonly more: Node; readonly required: boolean }[]
}

/** A string's inside and its closing quote. Lengths in code points. */
export interface TextNode extends Base {
  readonly kind: 'text'
  readonly min: number
  readonly max: number
  readonly set: CharSet
}

/** A string's inside and its closing quote, copied from the prompt. Lengths in code points, `lead` counted. */
export interface CopyNode extends Base {
  readonly kind: 'copy'
  readonly min: number
  readonly max: number
  /** Exactly this stands before the copied words. */
  readonly lead: string
}

export interface NumberNode extends Base {
  readonly kind: 'number'
  readonly range: DecimalRange
}

/** A `$ref`; the target is set once its definition is compiled. */
export interface ReferenceNode extends Base {
  readonly kind: 'reference'
  target: Node | undefined
}

export type Node =
  | LiteralNode
  | SequenceNode
  | ChoiceNode
  | RepeatNode
  | MembersNode
  | TextNode
  | CopyNode
  | NumberNode
  | ReferenceNode

/** What `compileSchema` gives and `createConstraint` takes. */
export interface Grammar {
  readonly root: Node
  readonly nodes: readonly Node[]
  /** Deepest nesting of arrays and objects in the output. */
  readonly maxDepth: number
  /** True where a part is copied from the prompt, so that a constraint needs one. */
  readonly copies: boolean
}
