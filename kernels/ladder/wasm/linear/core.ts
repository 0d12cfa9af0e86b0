/**
 * What a core type gives to the loop around it (./run): sums of one panel, for some quads of rows and some tokens.
 * after ./dot16, ./dot7, ./lookup, ./real
 */
import type { I32, Statement, V128 } from '../code.js'
import type { FunctionBuilder, Local } from '../module.js'

/** Where a panel's sum stands, while the function is written. */
export interface Place {
  /** The unit's codes, of the first quad. */
  readonly weights: I32
  /** The unit's values of each token. */
  readonly values: readonly I32[]
  /** The panel's record of each token, see ./form. */
  readonly info: readonly I32[]
  /** The packed matrix: tables stand at its head. */
  readonly head: I32
  /** In `end`, where tables spill: the panel's entries, and where its codes begin. */
  readonly spill?: { readonly from: I32; readonly to: I32; readonly weights: I32 }
}

export interface Core {
  /** Tokens and quads of rows that it sums for at once. */
  readonly tokens: number
  readonly quads: number
  /** Sets the sums to zero. */
  begin(): Statement
  /** Adds columns from … to of a unit. */
  add(place: Place, from: number, to: number): Statement
  /** Once for a panel, before `sum`. */
  end(place: Place): Statement
  /** The panel's sum of four rows as float32. */
  sum(token: number, quad: number): V128
  /** The same as whole numbers, where they are such. */
  whole?(token: number, quad: number): V128
}

export type MakeCore = (f: FunctionBuilder, tokens: number, quads: number) => Core

/** Locals of a type, tokens × quads of them. */
export function grid(f: FunctionBuilder, tokens: number, quads: number): Local<'v128'>[][] {
  return Array.from({ length: tokens }, () => Array.from({ length: quads }, () => f.local('v128')))
}
