/**
 * Causal attention of a token's head over a cache: positions in tiles, with the largest score and the sum so far, so that
 * scores need little room. A head's result is the same however tokens and heads are shared out.
 * takes  q, out, keys, values, capacity, position of token 0; then scratch · items are tokens × heads
 * before ./attention-scores, ./attention-values · after ../compiled
 */
import { f32, f32x4, type I32, i32, type Statement, seq, v128, when } from '../../ladder/wasm/code.js'
import type { FunctionBuilder, Local, ModuleBuilder } from '../../ladder/wasm/module.js'
import { score, softmaxTile } from './attention-scores.js'
import { weigh } from './attention-values.js'
import { addOp, c, element } from './op.js'

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
