/**
 * The activations that a table was built from: what an array with adders of its own (PRECOMPUTE) is sent instead.
 * takes  tables (groups × M × entries, exact; layout: ../array) · gives  activations (groups × M × K), int8 or int16
 * before ../core/tables, ../core/entry · after ./array
 */
import { entryBytes } from '../array.js'
import { type CoreConfig, entriesOf } from '../config.js'
import { entryReader } from '../core/entry.js'

export function activationsOf(config: CoreConfig, tables: Uint8Array): Uint8Array<ArrayBuffer> {
  const { k, ideas, activation } = config
  const entries = entriesOf(config)
  const count = tables.length / (entries * entryBytes(config))
  const bytes = activation === 'i16' ? 2 : 1
  const found = new Uint8Array(count * k * bytes)
  const to = new DataView(found.buffer)
  const entry = entryReader(config, tables)
  const write = (at: number, x: number): void => {
    if (bytes === 1) to.setInt8(at, x)
    else to.setInt16(2 * at, x, true)
  }
  for (let t = 0; t < count; t++) {
    // Entry 0 is minus the sum of all columns, or 0; setting the bit of a column adds it twice, or once.
    const none = entry(t * entries)
    const times = ideas.reinterpretation ? 2 : 1
    let rest = -none
    for (let j = 0; j < k; j++) {
      const x = 1 << j < entries ? (entry(t * entries + (1 << j)) - none) / times : rest
      rest -= x
      write(t * k + j, x)
    }
  }
  return found
}
