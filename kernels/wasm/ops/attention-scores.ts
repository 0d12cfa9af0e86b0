/**
 * A tile's scores: q · k for every position, then e^(score - most) with the largest so far, and their sum.
 * takes  locals that hold addresses · gives  statements
 * before ./exp · after ./attention
 */
import { type F32, f32, f32x4, i8x16, i32, type Statement, seq, type V128, v128 } from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local } from '../../ladder/wasm/module.js'
import { exponential } from './exp.js'
import { advance, c } from './op.js'

export type Ints<K extends string> = Readonly<Record<K, Local<'i32'>>>

const zero = v128.const(new Array(16).fill(0))
const lanes = (numbers: readonly number[]): number[] => numbers.flatMap((n) => [4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3])

/** scores[p] = q · k[p] · scale; beyond the tile's end they are -∞. */
export function score(
  f: FunctionBuilder,
  { headDim, scale }: { readonly headDim: number; readonly scale: number },
  { qAt, k, scores, count }: Ints<'qAt' | 'k' | 'scores' | 'count'>,
): Statement {
  const rowBytes = 4 * headDim
  const [p, row, place] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const x = f.local('v128')
  const sums = [0, 1, 2, 3].map(() => f.local('v128'))
  const whole = headDim - (headDim % 4)
  const [pair, other] = [f.local('v128'), f.local('v128')]
  const halfOf = (a: Local<'v128'>, b: Local<'v128'>): V128 =>
    f32x4.add(i8x16.shuffle(a.get, b.get, lanes([0, 4, 1, 5])), i8x16.shuffle(a.get, b.get, lanes([2, 6, 3, 7])))
  return seq(
    p.set(c(0)),
    row.set(k.get),
    place.set(scores.get),
    f.while(
      p,
      count.get,
      4,
      ...sums.map((sum) => sum.set(zero)),
      ...Array.from({ length: whole / 4 }, (_, d) =>
        seq(
          x.set(v128.load(qAt.get, 16 * d)),
          ...sums.map((sum, i) =>
            sum.set(f32x4.add(sum.get, f32x4.mul(x.get, v128.load(row.get, i * rowBytes + 16 * d)))),
          ),
        ),
      ),
      pair.set(halfOf(sums[0], sums[1])),
      other.set(halfOf(sums[2], sums[3])),
      pair.set(
        f32x4.add(
          i8x16.shuffle(pair.get, other.get, lanes([0, 1, 4, 5])),
          i8x16.shuffle(pair.get, other.get, lanes([2, 3, 6, 7])),
        ),
      ),
      v128.store(place.get, pair.get),
      ...Array.from({ length: headDim - whole }, (_, d) =>
        seq(
          ...[0, 1, 2, 3].map((i) =>
            f32.store(
              place.get,
              f32.add(
                f32.load(place.get, 4 * i),
                f32.mul(f32.load(qAt.get, 4 * (whole + d)), f32.load(row.get, i * rowBytes + 4 * (whole + d))),
              ),
              4 * i,
            ),
          ),
        ),
      ),
      v128.store(place.get, f32x4.mul(v128.load(place.get), f32x4.splat(f32.const(scale)))),
      advance(place, 16),
      advance(row, 4 * rowBytes),
    ),
    v128.store(i32.add(scores.get, i32.shl(count.get, c(2))), f32x4.splat(f32.const(Number.NEGATIVE_INFINITY))),
  )
}

/** scores become e^(score - most); `fade` is what all before is to be multiplied by. */
export function softmaxTile(
  f: FunctionBuilder,
  held: Ints<'scores' | 'count'> & Readonly<Record<'most' | 'before' | 'total' | 'fade', Local<'f32'>>>,
): Statement {
  const { scores, count, most, before, total, fade } = held
  const exp = exponential(f)
  const [x, all] = [f.local('v128'), f.local('v128')]
  const [place, end] = [f.local('i32'), f.local('i32')]
  const four = (combine: (a: F32, b: F32) => F32): F32 =>
    combine(
      combine(f32x4.extract(all.get, 0), f32x4.extract(all.get, 1)),
      combine(f32x4.extract(all.get, 2), f32x4.extract(all.get, 3)),
    )
  const each = (...body: readonly Statement[]): Statement =>
    seq(place.set(scores.get), f.while(place, end.get, 16, ...body))
  return seq(
    end.set(i32.add(scores.get, i32.shl(count.get, c(2)))),
    all.set(f32x4.splat(most.get)),
    each(all.set(f32x4.pmax(all.get, v128.load(place.get)))),
    before.set(most.get),
    most.set(four(f32.max)),
    x.set(f32x4.splat(f32.sub(before.get, most.get))),
    exp(x),
    fade.set(f32x4.extract(x.get, 0)),
    all.set(zero),
    each(
      x.set(f32x4.sub(v128.load(place.get), f32x4.splat(most.get))),
      exp(x),
      v128.store(place.get, x.get),
      all.set(f32x4.add(all.get, x.get)),
    ),
    total.set(f32.add(f32.mul(total.get, fade.get), four(f32.add))),
  )
}
