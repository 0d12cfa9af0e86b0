/**
 * Causal attention of a token's head over a cache: positions in tiles, with the largest score and the sum so far, so that
 * scores need little room. A head's result is the same however tokens and heads are shared out.
 * takes  q, out, keys, values, capacity, position of token 0; then scratch · items are tokens × heads
 * before ./exp · after ../compiled
 */
import {
  type F32,
  f32,
  f32x4,
  type I32,
  i8x16,
  i32,
  type Statement,
  seq,
  type V128,
  v128,
  when,
} from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../../ladder/wasm/module.js'
import { exponential } from './exp.js'
import { addOp, advance, c, element } from './op.js'

export interface Heads {
  readonly heads: number
  readonly kvHeads: number
  readonly headDim: number
  readonly scale: number
  readonly window?: number
}

export const attentionName = ({ heads, kvHeads, headDim, scale, window = 0 }: Heads): string =>
  `attention ${heads} / ${kvHeads} x ${headDim} scale ${scale} window ${window}`

/** Positions of a tile. */
const tile = 64
/** Bytes of a participant's scratch: a tile's scores, and four more. */
export const attentionScratch = 4 * (tile + 4)
/** Rows behind a cache's last that may be read: positions are taken four at a time. */
export const rowsBehind = 3

const zero = v128.const(new Array(16).fill(0))
const lanes = (numbers: readonly number[]): number[] => numbers.flatMap((n) => [4 * n, 4 * n + 1, 4 * n + 2, 4 * n + 3])

export function emitAttention(module: ModuleBuilder, shape: Heads): void {
  const { heads, kvHeads, headDim, window } = shape
  const rowBytes = 4 * headDim
  addOp(module, attentionName(shape), (f, given) => {
    const { a, from, to, more, participant } = given
    const [q, out, keys, values, capacity, position] = a
    const [item, token, seen, at, count, qAt, outAt, kv, k, v, scores] = Array.from({ length: 11 }, () =>
      f.local('i32'),
    )
    const [most, before, total, fade] = Array.from({ length: 4 }, () => f.local('f32'))
    const softmax = softmaxTile(f, { scores, count, most, before, total, fade })
    return seq(
      scores.set(i32.add(more[0].get, i32.mul(participant.get, c(attentionScratch)))),
      item.set(from.get),
      f.while(
        item,
        to.get,
        1,
        token.set(i32.divU(item.get, c(heads))),
        kv.set(i32.divU(i32.remU(item.get, c(heads)), c(heads / kvHeads))),
        kv.set(i32.mul(i32.mul(kv.get, capacity.get), c(rowBytes))),
        qAt.set(element(q, item, rowBytes)),
        outAt.set(element(out, item, rowBytes)),
        seen.set(i32.add(i32.add(position.get, token.get), c(1))),
        at.set(c(0)),
        window === undefined ? [] : when(i32.gtS(seen.get, c(window)), at.set(i32.sub(seen.get, c(window)))),
        most.set(f32.const(Number.NEGATIVE_INFINITY)),
        total.set(f32.const(0)),
        clear(f, outAt, headDim),
        f.while(
          at,
          seen.get,
          tile,
          count.set(i32.sub(seen.get, at.get)),
          when(i32.gtU(count.get, c(tile)), count.set(c(tile))),
          k.set(i32.add(i32.add(keys.get, kv.get), i32.mul(at.get, c(rowBytes)))),
          v.set(i32.add(i32.add(values.get, kv.get), i32.mul(at.get, c(rowBytes)))),
          score(f, shape, { qAt, k, scores, count }),
          softmax,
          weigh(f, headDim, { outAt, v, scores, count, fade }),
        ),
        divide(f, outAt, headDim, total),
      ),
    )
  })
}

type Ints<K extends string> = Readonly<Record<K, Local<'i32'>>>

/** scores[p] = q · k[p] · scale; beyond the tile's end they are -∞. */
function score(
  f: FunctionBuilder,
  { headDim, scale }: Heads,
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
function softmaxTile(
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

/** out = out · fade + Σ scores[p] · v[p], sixteen columns at a time. */
function weigh(
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

function clear(f: FunctionBuilder, outAt: Local<'i32'>, headDim: number): Statement {
  return perFloat(
    f,
    outAt,
    headDim,
    (at) => f32.store(at, f32.const(0)),
    (at) => v128.store(at, zero),
  )
}

function divide(f: FunctionBuilder, outAt: Local<'i32'>, headDim: number, total: Local<'f32'>): Statement {
  return perFloat(
    f,
    outAt,
    headDim,
    (at) => f32.store(at, f32.div(f32.load(at), total.get)),
    (at) => v128.store(at, f32x4.div(v128.load(at), f32x4.splat(total.get))),
  )
}

function perFloat(
  f: FunctionBuilder,
  base: Local<'i32'>,
  count: number,
  one: (at: I32) => Statement,
  four: (at: I32) => Statement,
): Statement {
  const [at, end] = [f.local('i32'), f.local('i32')]
  return seq(
    at.set(base.get),
    end.set(i32.add(base.get, c(4 * (count - (count % 4))))),
    f.while(at, end.get, 16, four(at.get)),
    end.set(i32.add(base.get, c(4 * count))),
    f.while(at, end.get, 4, one(at.get)),
  )
}
