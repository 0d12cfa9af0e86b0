/** A JavaScript engine without vectors: one multiplication or one table entry at a time. */
import type { TDevice } from './device.js'

export const js: TDevice = {
  name: 'js',
  needs: [],
  register: { count: 16, bytes: 8 },
  layers: [
    { name: 'memory', transaction: 64, bytesPerSecond: 8e9 },
    { name: 'L1', transaction: 8, bytes: 32 << 10 },
  ],
  cores: [
    {
      name: 'lookup',
      tile: { tokens: 1, rows: 1, columns: 4 },
      weights: { kind: 'planes', mostBits: 8 },
      activations: 'i8',
      sums: 'i32',
      lane: 32,
      instructions: 4,
    },
    {
      name: 'imul',
      tile: { tokens: 1, rows: 1, columns: 1 },
      weights: { kind: 'integer', least: -32768, most: 32767 },
      activations: 'i8',
      sums: 'i32',
      lane: 32,
      instructions: 4,
    },
    {
      name: 'f64',
      tile: { tokens: 1, rows: 1, columns: 1 },
      weights: { kind: 'float' },
      activations: 'f32',
      sums: 'f32',
      lane: 32,
      instructions: 4,
    },
  ],
  convert: { slice: 2, table: 2, widen: 0, step: 1, gather: 2 },
  instructionsPerSecond: 4e9,
  source: 'estimated for V8 11.3 on x64',
}
