/**
 * What a multiplying function is made from, and what its parts share while it is written.
 * after ./run, ./records, ./store
 */
import type { Packing } from '../../tile/pack.js'
import type { Local } from '../module.js'
import type { MakeCore } from './core.js'
import type { FormShape } from './form.js'
import type { Measures } from './measures.js'

export interface RunShape {
  readonly name: string
  readonly packing: Packing
  readonly form: FormShape
  readonly core: MakeCore
  /** Gives the whole numbers themselves, as int32: of one group, without a scale; bias and residual are int32 as well. */
  readonly integer?: boolean
  /** Columns that a code stands for. */
  readonly lanes: number
  /** Columns of a group of weights, and padded; absent: all of a row. */
  readonly group?: number
  readonly padded?: number
  /** Tokens and quads at a time, the largest first; the last takes one token. */
  readonly blocks: readonly { readonly tokens: number; readonly quads: number }[]
}

export function unitColumns({ packing, lanes }: RunShape): number {
  return packing.layout.unit * lanes
}

/** Parameters and locals of the whole function. */
export interface Around {
  readonly packed: Local<'i32'>
  readonly prepared: Local<'i32'>
  readonly out: Local<'i32'>
  readonly rows: Local<'i32'>
  readonly bias: Local<'i32'>
  readonly residual: Local<'i32'>
  readonly weights: Local<'i32'>
  readonly token: Local<'i32'>
  readonly row: Local<'i32'>
  readonly recordSize: Local<'i32'>
  readonly sizes: Measures
  readonly perRecord: number
  readonly units: number | undefined
}
