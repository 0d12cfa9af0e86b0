/**
 * Sizes that a kernel works out when it is called, from the columns of the row: the same sums as ./form's, as instructions.
 * after ./prepare, ./run
 */
import { type I32, i32, type Statement, seq } from '../code.js'
import type { FunctionBuilder, Local } from '../module.js'
import { type FormShape, recordBytes, spillEntry, spills, stageBytes, valueBytes } from './form.js'

export interface Measures {
  readonly set: Statement
  /** Groups of a row, padded so that units are whole. */
  readonly groups: Local<'i32'>
  /** Columns of a row and of a group, both padded. */
  readonly columns: Local<'i32'>
  readonly padded: I32
  readonly panels: Local<'i32'>
  /** Bytes of a prepared token, and where in it the records, the list of spilled tables and its entries begin. */
  readonly bytes: Local<'i32'>
  readonly records: Local<'i32'>
  readonly spill: Local<'i32'>
  readonly entries: Local<'i32'>
  readonly stage: Local<'i32'>
}

export function measures(f: FunctionBuilder, form: FormShape, cols: I32): Measures {
  const [groups, columns, panels, bytes, records, spill, entries, stage] = Array.from({ length: 8 }, () =>
    f.local('i32'),
  )
  const { group, padded, unit, panel } = form
  const c = i32.const
  const up = (value: I32, to: number) => i32.mul(i32.divU(i32.add(value, c(to - 1)), c(to)), c(to))
  const sizes =
    group === undefined || padded === undefined
      ? [
          groups.set(c(1)),
          columns.set(up(cols, unit)),
          panels.set(panel === undefined ? c(1) : i32.divU(columns.get, c(panel))),
        ]
      : [
          columns.set(up(i32.mul(i32.divU(i32.add(cols, c(group - 1)), c(group)), c(padded)), unit)),
          groups.set(i32.divU(columns.get, c(padded))),
          panels.set(i32.divU(columns.get, c(panel ?? padded))),
        ]
  return {
    set: seq(
      ...sizes,
      records.set(i32.mul(columns.get, c(valueBytes[form.values]))),
      spill.set(i32.add(records.get, i32.mul(panels.get, c(recordBytes)))),
      ...(spills(form)
        ? [
            entries.set(i32.add(spill.get, i32.mul(i32.divU(i32.add(panels.get, c(4)), c(4)), c(16)))),
            stage.set(i32.add(entries.get, i32.mul(i32.divU(columns.get, c(8)), c(spillEntry)))),
          ]
        : [entries.set(spill.get), stage.set(spill.get)]),
      bytes.set(i32.add(stage.get, c(stageBytes))),
    ),
    ...{ groups, columns, panels, bytes, records, spill, entries, stage },
    padded: padded === undefined ? columns.get : c(padded),
  }
}
