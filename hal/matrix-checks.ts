/**
 * What every LinearAlgebra asks of its arguments before it computes.
 * takes  arrays and sizes · gives  nothing, or LutraError mismatch that names the array: expected and found
 * before kernels/ts/linear-algebra and kernels/native/linear-algebra
 */
import { LutraError } from './error.js'
import type { Product } from './linear-algebra.js'

/** A product with nothing left out. */
export type FullProduct = Required<Product>

/** What a stored matrix takes: rows of `cols` values, `stride` apart. */
interface Stored {
  readonly rows: number
  readonly cols: number
  readonly stride: number
}

/** Checks a product, and gives it with its defaults. */
export function checkProduct(a: Float32Array, b: Float32Array, c: Float32Array, product: Product): FullProduct {
  const { m, n, k, transposeA = false, transposeB = false, add = false, alpha = 1 } = product
  checkSizes({ m, n, k })
  checkAlpha(alpha)
  const left = transposeA ? { rows: k, cols: m } : { rows: m, cols: k }
  const right = transposeB ? { rows: n, cols: k } : { rows: k, cols: n }
  const { strideA = left.cols, strideB = right.cols, strideC = n } = product
  const [storedA, storedB] = [
    { ...left, stride: strideA },
    { ...right, stride: strideB },
  ]
  const storedC = { rows: m, cols: n, stride: strideC }
  checkStored('a', a, storedA)
  checkStored('b', b, storedB)
  checkStored('c', c, storedC)
  checkApart('c', c, storedC, 'a', a, storedA)
  checkApart('c', c, storedC, 'b', b, storedB)
  return { m, n, k, transposeA, transposeB, add, alpha, strideA, strideB, strideC }
}

export function checkGram(x: Float32Array, h: Float32Array, rows: number, cols: number, alpha: number): void {
  checkSizes({ rows, cols })
  checkAlpha(alpha)
  const [samples, square] = [tight(rows, cols), tight(cols, cols)]
  checkStored('x', x, samples)
  checkStored('h', h, square)
  checkApart('h', h, square, 'x', x, samples)
}

export function checkSquare(h: Float32Array, n: number): void {
  checkSizes({ n })
  checkStored('h', h, tight(n, n))
}

export function checkSolve(upper: Float32Array, n: number, b: Float32Array, rows: number): void {
  checkSizes({ n, rows })
  const [square, right] = [tight(n, n), tight(rows, n)]
  checkStored('upper', upper, square)
  checkStored('b', b, right)
  checkApart('b', b, right, 'upper', upper, square)
}

function tight(rows: number, cols: number): Stored {
  return { rows, cols, stride: cols }
}

function checkSizes(sizes: Record<string, number>): void {
  for (const [name, value] of Object.entries(sizes))
    if (!Number.isInteger(value) || value < 0 || value > 0x7fffffff)
      throw new LutraError('mismatch', `Expected a whole number from 0 for ${name} but found ${value}`)
}

function checkAlpha(alpha: number): void {
  if (!Number.isFinite(alpha)) throw new LutraError('mismatch', `Expected a finite alpha but found ${alpha}`)
}

/** From the first value to behind the last. */
function extent({ rows, cols, stride }: Stored): number {
  return rows > 0 && cols > 0 ? (rows - 1) * stride + cols : 0
}

function checkStored(name: string, array: Float32Array, stored: Stored): void {
  if (!(array instanceof Float32Array))
    throw new LutraError('mismatch', `Expected a Float32Array for ${name} but found ${typeof array}`)
  const { cols, stride } = stored
  if (!Number.isInteger(stride) || stride < cols || stride > 0x7fffffff)
    throw new LutraError('mismatch', `Expected rows of ${name} at least ${cols} values apart but found ${stride}`)
  const length = extent(stored)
  if (array.length < length)
    throw new LutraError('mismatch', `Expected ${length} values in ${name} but found ${array.length}`)
}

/** A result is written while the arguments are still read. Columns of one matrix that lie beside each other are apart. */
function checkApart(
  name: string,
  result: Float32Array,
  into: Stored,
  other: string,
  argument: Float32Array,
  from: Stored,
): void {
  if (result.buffer !== argument.buffer) return
  const [at, read] = [result.byteOffset / 4, argument.byteOffset / 4]
  if (at >= read + extent(from) || read >= at + extent(into)) return
  const { stride } = into
  const beside = (((read - at) % stride) + stride) % stride
  if (from.stride === stride && beside >= into.cols && beside + from.cols <= stride) return
  throw new LutraError('mismatch', `Expected ${name} and ${other} in different memory but found them overlapping`)
}
