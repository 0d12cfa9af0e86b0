/** Core types that several devices share. Instructions are the product's own and its part of a broadcast load. */
import type { CoreType } from './device.js'

const one = (rows: number, columns: number) => ({ tokens: 1, rows, columns })
const bytes = { kind: 'integer', least: -128, most: 127 } as const

/** SDOT: 4 rows × 4 columns of int8 (Armv8.2 dotprod). */
export const sdot: CoreType = {
  ...{ name: 'sdot', tile: one(4, 4), weights: bytes, activations: 'i8', sums: 'i32', lane: 8 },
  instructions: 1.25,
  needs: ['dotprod'],
}

/** SMMLA: 2 tokens × 2 rows × 8 columns of int8 (Armv8.6 i8mm). */
export const smmla: CoreType = {
  ...{
    name: 'smmla',
    tile: { tokens: 2, rows: 2, columns: 8 },
    weights: bytes,
    activations: 'i8',
    sums: 'i32',
    lane: 8,
  },
  instructions: 1.25,
  needs: ['i8mm'],
}

/** SMULL and SADALP: 16 products of int8 to 32-bit sums in four instructions, where there is no SDOT. */
export const smull: CoreType = {
  ...{ name: 'smull', tile: one(4, 4), weights: bytes, activations: 'i8', sums: 'i32', lane: 8 },
  instructions: 4.25,
}

/** TBL over 16 bytes, and UADALP: 16 rows × 4 columns × a bit plane. */
export const tbl: CoreType = {
  ...{
    name: 'tbl',
    tile: one(16, 4),
    weights: { kind: 'planes', mostBits: 5 },
    activations: 'i8',
    sums: 'i32',
    lane: 8,
  },
  instructions: 4,
}

/** FMLA: 4 rows × 1 column of float32. */
export const fmla: CoreType = {
  ...{ name: 'fmla', tile: one(4, 1), weights: { kind: 'float' }, activations: 'f32', sums: 'f32', lane: 32 },
  instructions: 1.25,
}

/** PMADDUBSW and PMADDWD: 8 rows × 4 columns, unsigned by signed bytes. */
export const maddubs: CoreType = {
  name: 'maddubs',
  tile: one(8, 4),
  weights: { kind: 'integer', least: 0, most: 127 },
  activations: 'i8',
  sums: 'i32',
  lane: 8,
  instructions: 3.25,
}

/** VPDPBUSD: the same in one instruction. */
export const vpdpbusd: CoreType = { ...maddubs, name: 'vpdpbusd', instructions: 1.25, needs: ['avx-vnni'] }

/** PSHUFB and PMADDUBSW with ones: 32 rows × 4 columns × a bit plane. */
export const pshufb: CoreType = {
  ...{
    name: 'pshufb',
    tile: one(32, 4),
    weights: { kind: 'planes', mostBits: 5 },
    activations: 'i8',
    sums: 'i32',
    lane: 8,
  },
  instructions: 4,
}

/** VFMADD: 8 rows × 1 column of float32. */
export const fma256: CoreType = { ...fmla, name: 'vfmadd', tile: one(8, 1) }
