/**
 * Reads table entries out of their bytes (layout: ../array).
 * after  ./functional, ./fast/full-tables
 */
import { f16ToF32 } from '../../../hal/half.js'
import { entryBytes } from '../array.js'
import type { CoreConfig } from '../config.js'

export function entryReader(config: CoreConfig, tables: Uint8Array): (index: number) => number {
  const view = new DataView(tables.buffer, tables.byteOffset, tables.byteLength)
  if (config.tableMode === 'float') return (index) => f16ToF32(view.getUint16(2 * index, true))
  switch (entryBytes(config)) {
    case 1:
      return (index) => view.getInt8(index)
    case 2:
      return (index) => view.getInt16(2 * index, true)
    default:
      return (index) => view.getInt32(4 * index, true)
  }
}
