/**
 * Which linear algebra runs: native where the addon loads, else ts.
 * takes  the user's wish (LUTRA_BACKEND, LUTRA_THREADS, or the same as options) · gives  LinearAlgebra
 * before sdk/quantize · after ./native/linear-algebra and ./ts/linear-algebra
 */
import { LutraError } from '../hal/error.js'
import type { LinearAlgebra } from '../hal/linear-algebra.js'
import { type Wish, wishOf } from '../hal/wish.js'
import { nativeLinearAlgebra } from './native/linear-algebra.js'
import { tsLinearAlgebra } from './ts/linear-algebra.js'

/**
 * The best linear algebra here. A wish for `native` throws LutraError unsupported where no addon loads; back ends that
 * have none of their own (`wasm`, `lut-core`) get ts.
 */
export function linearAlgebra(wish: Pick<Wish, 'backend' | 'threads'> = wishOf(process.env)): LinearAlgebra {
  if (wish.backend !== undefined && wish.backend !== 'native') return tsLinearAlgebra()
  const found = nativeLinearAlgebra({ threads: wish.threads })
  if (!('absent' in found)) return found
  if (wish.backend === 'native') throw new LutraError('unsupported', `Expected the native addon but ${found.absent}`)
  return tsLinearAlgebra()
}
