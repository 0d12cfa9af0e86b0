/**
 * What the emitted ops have in common: twelve int32 arguments, items `from` … `to` as 6 and 7, the participant as 11.
 * after  the ops beside this
 */
import { i32, type Statement } from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../../ladder/wasm/module.js'

export const c = i32.const

const parameters = Array.from({ length: 12 }, () => 'i32' as const)

export interface Arguments {
  /** The first six, whatever they are to the op. */
  readonly a: readonly Local<'i32'>[]
  readonly from: Local<'i32'>
  readonly to: Local<'i32'>
  /** Those behind the range. */
  readonly more: readonly Local<'i32'>[]
  readonly participant: Local<'i32'>
}

/** Adds an op unless it is there. */
export function addOp(
  module: ModuleBuilder,
  name: string,
  body: (f: FunctionBuilder, given: Arguments) => Statement,
): void {
  if (module.has(name)) return
  module.add(name, parameters, (f, ...all: readonly Local<'i32'>[]) =>
    body(f, { a: all.slice(0, 6), from: all[6], to: all[7], more: all.slice(8, 11), participant: all[11] }),
  )
}

/** base + index · bytes. */
export function element(base: Local<'i32'>, index: Local<'i32'>, bytes: number): ReturnType<typeof i32.add> {
  return i32.add(base.get, i32.mul(index.get, c(bytes)))
}

export function advance(at: Local<'i32'>, by: number): Statement {
  return at.set(i32.add(at.get, c(by)))
}

const bits = new DataView(new ArrayBuffer(4))

/** A float32 as the int32 that has its bits. */
export function floatBits(value: number): number {
  bits.setFloat32(0, value)
  return bits.getInt32(0)
}
