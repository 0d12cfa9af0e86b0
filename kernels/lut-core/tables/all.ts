/**
 * All tables of the paper that `lutra lut-core tables` regenerates.
 * before ./table-1 … · after sdk/cli/lut-core/tables
 */
import { inputsOfShape } from '../system/core-tables.js'
import { type EndToEnd, endToEnd } from '../system/end-to-end.js'
import { bitnet2b } from '../system/models.js'
import { type Dp4Ratios, makeDp4 } from './dp4.js'
import { type Table, type TableId, tableIds } from './table.js'
import { type ArrayRatios, figures, makeTable1 } from './table-1.js'
import { type Chain, makeTable2 } from './table-2.js'
import { makeTable4, type OwnModel } from './table-4.js'
import { makeTable5 } from './table-5.js'

/** What only synthesized RTL can tell; what is absent is told as not synthesized. */
export interface Synthesized {
  readonly arrays?: ArrayRatios
  readonly chain?: Chain
  readonly dp4?: Dp4Ratios
}

/** The tables asked for, in the paper's order. `own`: models whose table entries on our core are counted in table 4. */
export function makeTables(
  only: readonly TableId[] = tableIds,
  synthesized: Synthesized = {},
  own: readonly OwnModel[] = [],
): readonly Table[] {
  let found: EndToEnd | undefined
  const latencies = () => {
    found ??= endToEnd(figures)
    return found
  }
  const make: Readonly<Record<TableId, () => Table>> = {
    '1': () => makeTable1(latencies(), synthesized.arrays),
    '2': () => makeTable2(synthesized.chain),
    '4': () => makeTable4(latencies(), [...own, { name: bitnet2b.name, inputs: inputsOfShape(bitnet2b) }]),
    '5': makeTable5,
    dp4: () => makeDp4(synthesized.dp4),
  }
  return tableIds.filter((id) => only.includes(id)).map((id) => make[id]())
}
