/**
 * What every LinearAlgebra asks of its arguments before it computes.
 * takes  arrays and sizes · gives  nothing, or LutraError mismatch that names the array: expected and found
 * before kernels/ts/linear-algebra and kernels/native/linear-algebra
 */
import { LutraError } from './error.js'
import type { Product } from './linear-algebra.js'

export function checkProduct(a: Float32Array, b: Float32Array, c: Float32Array, product: Product): void {
  const { m, n, k, alpha = 1 } = product
  checkSizes({ m, n, k })
  checkAlpha(alpha)
  checkArray('a', a, m * k)
  checkArray('b', b, k * n)
  checkArray('c', c, m * n)
  checkApart('c', c, 'a', a)
  checkApart('c', c, 'b', b)
}

export function checkGram(x: Float32Array, h: Float32Array, rows: number, cols: number, alpha: number): void {
  checkSizes({ rows, cols })
  checkAlpha(alpha)
  checkArray('x', x, rows * cols)
  checkArray('h', h, cols * cols)
  checkApart('h', h, 'x', x)
}

export function checkSquare(h: Float32Array, n: number): void {
  checkSizes({ n })
  checkArray('h', h, n * n)
}

export function checkSolve(upper: Float32Array, n: number, b: Float32Array, rows: number): void {
  checkSizes({ n, rows })
  checkArray('upper', upper, n * n)
  checkArray('b', b, rows * n)
  checkApart('b', b, 'upper', upper)
}

function checkSizes(sizes: Record<string, number>): void {
  for (const [name, value] of Object.entries(sizes))
    if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff)
      throw new LutraError('mismatch', `Expected a whole number from 0 for ${name} but found ${value}`)
}

function checkAlpha(alpha: number): void {
  if (!Number.isFinite(alpha)) throw new LutraError('mismatch', `Expected a finite alpha but found ${alpha}`)
}

function checkArray(name: string, array: Float32Array, length: number): void {
  if (!(array instanceof Float32Array))
    throw new LutraError('mismatch', `Expected a Float32Array for ${name} but found ${typeof array}`)
  if (array.length < length)
    throw new LutraError('mismatch', `Expected ${length} values in ${name} but found ${array.length}`)
}

/** A result is written while the arguments are still read. */
function checkApart(name: string, result: Float32Array, other: string, argument: Float32Array): void {
  if (result.buffer !== argument.buffer) return
  if (result.byteOffset >= argument.byteOffset + argument.byteLength) return
  if (argument.byteOffset >= result.byteOffset + result.byteLength) return
  throw new LutraError('mismatch', `Expected ${name} and ${other} in different memory but found them overlapping`)
}
