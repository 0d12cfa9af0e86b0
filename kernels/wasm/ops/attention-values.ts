/**
 * A tile's values, weighed by its scores.
 * takes  locals that hold addresses · gives  statements
 * after ./attention
 */
import { f32, f32x4, type I32, i32, type Statement, seq, v128 } from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local } from '../../ladder/wasm/module.js'
import type { Ints } from './attention-scores.js'
import { advance, c } from './op.js'

/** out = out · fade + Σ scores[p] · v[p], sixteen columns at a time. */
export function weigh(
  f: FunctionBuilder,
  headDim: number,
  { outAt, v, scores, count, fade }: Ints<'outAt' | 'v' | 'scores' | 'count'> & { readonly fade: Local<'f32'> },
): Statement {
  const [d, row, place, end] = Array.from({ length: 4 }, () => f.local('i32'))
  const sums = [0, 1, 2, 3].map(() => f.local('v128'))
  const s = f.local('v128')
  const y = f.local('f32')
  const at = (base: Local<'i32'>): I32 => i32.add(base.get, d.get)
  const walk = (...body: readonly Statement[]): Statement =>
    seq(row.set(at(v)), place.set(scores.get), f.while(place, end.get, 4, ...body, advance(row, 4 * headDim)))
  const columns = (vectors: number): Statement =>
    seq(
      ...sums
        .slice(0, vectors)
        .map((sum, i) => sum.set(f32x4.mul(v128.load(at(outAt), 16 * i), f32x4.splat(fade.get)))),
      walk(
        s.set(v128.load32Splat(place.get)),
        ...sums
          .slice(0, vectors)
          .map((sum, i) => sum.set(f32x4.add(sum.get, f32x4.mul(s.get, v128.load(row.get, 16 * i))))),
      ),
      ...sums.slice(0, vectors).map((sum, i) => v128.store(at(outAt), sum.get, 16 * i)),
      advance(d, 16 * vectors),
    )
  const rest = (headDim % 16) - (headDim % 4)
  return seq(
    end.set(i32.add(scores.get, i32.shl(count.get, c(2)))),
    d.set(c(0)),
    f.repeat(i32.ltU(d.get, c(4 * (headDim - (headDim % 16)))), columns(4)),
    rest > 0 ? columns(rest / 4) : [],
    f.while(
      d,
      c(4 * headDim),
      4,
      y.set(f32.mul(f32.load(at(outAt)), fade.get)),
      walk(y.set(f32.add(y.get, f32.mul(f32.load(place.get), f32.load(row.get))))),
      f32.store(at(outAt), y.get),
    ),
  )
}
