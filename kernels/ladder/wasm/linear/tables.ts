/**
 * Lookup tables of four columns each: entry i = Σ q over the set bits of i, plus the size of their negative ones.
 * With a scale for each panel an entry fits in a byte. With one for a token (exact sums) four columns may pass 255: then
 * half of each goes to a second table, on a list that ./lookup walks after the panel.
 * takes  32 or 16 whole numbers of a step · gives  their tables · before ./lookup · after ./prepare
 */
import { f32, f32x4, type I32, i8x16, i32, type Statement, seq, v128, when } from '../code.js'
import type { FunctionBuilder, Local } from '../module.js'
import { type FormShape, spillEntry, spills } from './form.js'
import type { Measures } from './measures.js'

const c = i32.const
const zero = v128.const(new Array(16).fill(0))
/** Bytes of all ones where bit j of their number is set. */
const masks = [0, 1, 2, 3].map((j) => v128.const(Array.from({ length: 16 }, (_, i) => ((i >> j) & 1 ? 255 : 0))))

export function tables(f: FunctionBuilder, form: FormShape, sizes: Measures, prepared: Local<'i32'>) {
  const list = spills(form)
  const [count, index, entry, pair, half, negative, size, q] = Array.from({ length: 8 }, () => f.local('i32'))
  const entryVector = f.local('v128')
  const parts = [0, 1, 2, 3].map(() => f.local('i32'))
  const second = [0, 1, 2, 3].map(() => f.local('i32'))
  const sumOfFour = f.local('v128')

  const build4 = (values: readonly Local<'i32'>[]): Statement =>
    seq(
      negative.set(c(0)),
      ...values.map((value) =>
        negative.set(i32.sub(negative.get, i32.select(value.get, c(0), i32.ltS(value.get, c(0))))),
      ),
      entryVector.set(i8x16.splat(negative.get)),
      ...values.map((value, j) =>
        entryVector.set(i8x16.add(entryVector.get, v128.and(i8x16.splat(value.get), masks[j]))),
      ),
    )
  const magnitude = (value: I32) => i32.select(value, i32.sub(c(0), value), i32.geS(value, c(0)))

  /** The second half of four columns, into the list's entry for their pair of tables. */
  const spill = (which: number): Statement =>
    seq(
      when(
        i32.eqz(half.get),
        seq(
          entry.set(i32.add(i32.add(prepared.get, sizes.entries.get), i32.mul(count.get, c(spillEntry)))),
          i32.store(entry.get, pair.get),
          v128.store(entry.get, zero, 16),
          v128.store(entry.get, zero, 32),
          count.set(i32.add(count.get, c(1))),
          half.set(c(1)),
        ),
      ),
      ...parts.flatMap((part, j) => {
        // Two of them round down and two up, so that neither half passes 254.
        const floor = i32.shrS(part.get, c(1))
        return [
          q.set(j < 2 ? floor : i32.sub(part.get, floor)),
          second[j].set(i32.sub(part.get, q.get)),
          part.set(q.get),
        ]
      }),
      build4(second),
      v128.store(entry.get, entryVector.get, 16 + 16 * which),
    )
  return {
    begin: (): Statement =>
      list
        ? seq(
            count.set(c(0)),
            index.set(i32.add(prepared.get, sizes.spill.get)),
            i32.store(index.get, c(0)),
            pair.set(c(0)),
          )
        : [],
    /** The largest sum of four columns' sizes, of floats not rounded yet. */
    mostOfFour: (inputs: readonly Local<'v128'>[], most: Local<'f32'>): Statement =>
      seq(
        most.set(f32.const(0)),
        ...inputs.flatMap((input) => [
          sumOfFour.set(f32x4.abs(input.get)),
          most.set(
            f32.max(
              most.get,
              [0, 1, 2, 3].map((lane) => f32x4.extract(sumOfFour.get, lane)).reduce((a, b) => f32.add(a, b)),
            ),
          ),
        ]),
      ),
    build: (values: I32, out: I32, width: number): Statement =>
      seq(
        ...Array.from({ length: width / 4 }, (_, t) =>
          seq(
            ...(list && t % 2 === 0 ? [half.set(c(0))] : []),
            ...parts.map((part, j) => part.set(i32.load8S(values, 4 * t + j))),
            ...(list
              ? [
                  size.set(parts.map((part) => magnitude(part.get)).reduce((a, b) => i32.add(a, b))),
                  when(i32.gtS(size.get, c(255)), spill(t % 2)),
                ]
              : []),
            build4(parts),
            v128.store(out, entryVector.get, 16 * t),
            ...(list && t % 2 === 1 ? [pair.set(i32.add(pair.get, c(1)))] : []),
          ),
        ),
      ),
    /** Ends a panel: the list's next part begins here, its pairs count from zero. */
    panel: (): Statement =>
      list ? seq(index.set(i32.add(index.get, c(4))), i32.store(index.get, count.get), pair.set(c(0))) : [],
  }
}
