/**
 * Computing by table as one more core type: 16 rows × 4 columns × a bit plane, i8x16.swizzle (TBL on ARM, PSHUFB on x86).
 * Entry i of a table is Σ q over the set bits of i, plus the size of all negative q of the four: never negative, a byte.
 * Σ code · q = Σ over planes of 2^plane · (Σ entries - negatives); spilled tables hold what does not fit in a byte.
 * takes  a layout `planes(bits, …)`, tables (./prepare-tables) · gives  exact sums, lowest · Σq added
 */
import { f32x4, type I32, i8x16, i16x8, i32, i32x4, type Statement, seq, type V128, v128 } from '../code.js'
import type { Core, MakeCore } from './core.js'
import { record, spillEntry } from './form.js'
import { addOffset, type Offset } from './offset.js'

export function lookup(bits: number, offset: Offset, relaxed: boolean): MakeCore {
  const swizzle = relaxed ? i8x16.relaxedSwizzle : i8x16.swizzle
  return (f): Core => {
    const planes = Array.from({ length: bits }, () => ({ all: f.local('v128'), odd: f.local('v128') }))
    const sums = [0, 1, 2, 3].map(() => f.local('v128'))
    const [low, high, codes, found] = [0, 1, 2, 3].map(() => f.local('v128'))
    const entry = f.local('i32')
    const at = f.local('i32')
    const nibble = i8x16.splat(i32.const(15))

    /** Looks eight columns up: their planes begin at `weights`, their two tables at `tables`. */
    const step = (weights: I32, tables: I32, weightAt: number, tableAt: number, first: boolean): Statement =>
      seq(
        low.set(v128.load(tables, tableAt)),
        high.set(v128.load(tables, tableAt + 16)),
        ...planes.flatMap(({ all, odd }, p) => {
          const count = (value: V128, fresh: boolean): Statement[] => [
            found.set(value),
            // Two sums in a lane: that of both bytes, of which the odd one's is taken off in the end.
            all.set(fresh ? found.get : i16x8.add(all.get, found.get)),
            odd.set(
              fresh ? i16x8.shrU(found.get, i32.const(8)) : i16x8.add(odd.get, i16x8.shrU(found.get, i32.const(8))),
            ),
          ]
          return [
            codes.set(v128.load(weights, weightAt + 16 * p)),
            ...count(swizzle(low.get, v128.and(codes.get, nibble)), first),
            ...count(swizzle(high.get, v128.and(i16x8.shrU(codes.get, i32.const(4)), nibble)), false),
          ]
        }),
      )

    /** Adds what the planes counted to the sums: eight lookups of a plane, times 2^bits - 1, stay below 2^16. */
    const flush = (): Statement => {
      const weigh = (of: (p: number) => V128): V128 =>
        planes.map((_, p) => (p === 0 ? of(p) : i16x8.shl(of(p), i32.const(p)))).reduce((a, b) => i16x8.add(a, b))
      const even = ({ all, odd }: (typeof planes)[number]) => i16x8.sub(all.get, i16x8.shl(odd.get, i32.const(8)))
      const wide = [i32x4.extendLowU, i32x4.extendHighU]
      return seq(
        low.set(weigh((p) => even(planes[p]))),
        high.set(weigh((p) => planes[p].odd.get)),
        ...sums.map((sum, q) => sum.set(i32x4.add(sum.get, wide[q % 2](q < 2 ? low.get : high.get)))),
      )
    }
    return {
      tokens: 1,
      quads: 4,
      begin: () => seq(...sums.map((sum) => sum.set(v128.const(new Array(16).fill(0))))),
      add: ({ weights, values }, from, to) => {
        const steps: Statement[] = []
        for (let k = from / 8; k < to / 8; k++)
          steps.push(step(weights, values[0], 16 * bits * k, 32 * k, k === from / 8))
        return seq(...steps, flush())
      },
      end: ({ info, spill }) =>
        seq(
          spill
            ? seq(
                entry.set(spill.from),
                f.while(
                  entry,
                  spill.to,
                  spillEntry,
                  at.set(i32.add(spill.weights, i32.mul(i32.load(entry.get), i32.const(16 * bits)))),
                  step(at.get, entry.get, 0, 16, true),
                  flush(),
                ),
              )
            : [],
          addOffset(
            offset,
            sums,
            info[0],
            found,
            i32.mul(i32.load(info[0], record.negative), i32.const(2 ** bits - 1)),
          ),
        ),
      sum: (_, quad) => f32x4.convertI32x4(sums[quad].get),
      whole: (_, quad) => sums[quad].get,
    }
  }
}
