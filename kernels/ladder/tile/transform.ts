/**
 * The offline primitives of weights carried out one after another, bit by bit, as their names say: what the packer (./pack)
 * must give, without its speed.
 * takes  a graph's weights, codes (rows × columns, one to an element) · gives  the bytes of codes, metadata left out
 * after the tests
 */
import type { Step } from './graph.js'
import { place } from './layout.js'

interface Grid {
  readonly rows: number
  readonly columns: number
  readonly codes: Uint32Array
}

/** `lanes`: columns that a code stands for. */
export function transform(steps: readonly Step[], codes: Grid, lanes: number): Uint8Array {
  let grid = codes
  let tiles: Grid[] = []
  for (const { at, primitive } of steps) {
    if (at !== 'offline') break
    switch (primitive.op) {
      case 'pad':
        grid = pad(grid, primitive.rows, primitive.group && primitive.group / lanes, primitive.padded / lanes)
        break
      case 'convert':
        grid = { ...grid, codes: grid.codes.map((code) => primitive.recode?.[code] ?? code) }
        break
      case 'slice':
        tiles = slice(grid, primitive.rows, primitive.columns / lanes)
        break
      case 'map': {
        const { parts, unitBytes } = primitive.layout
        const bytes = new Uint8Array(tiles.length * unitBytes)
        tiles.forEach((tile, t) => {
          for (const part of parts)
            for (let r = 0; r < tile.rows; r++)
              for (let c = 0; c < tile.columns; c++)
                for (let b = 0; b < part.width; b++) {
                  const bit = t * unitBytes * 8 + place(part, r, c) + b
                  if ((tile.codes[r * tile.columns + c] >>> (part.from + b)) & 1) bytes[bit >> 3] |= 1 << (bit & 7)
                }
        })
        return bytes
      }
    }
  }
  throw new Error('weights without a map')
}

/** Every group by itself, then rows, then what is left to whole tiles of columns. */
function pad({ rows, columns, codes }: Grid, toRows: number, group = columns, padded: number): Grid {
  const groups = Math.ceil(columns / group)
  const wide = group === columns ? Math.ceil(columns / padded) * padded : groups * padded
  const tall = Math.ceil(rows / toRows) * toRows
  const all = new Uint32Array(tall * wide)
  for (let r = 0; r < rows; r++)
    for (let c = 0; c < columns; c++)
      all[r * wide + (group === columns ? c : Math.floor(c / group) * padded + (c % group))] = codes[r * columns + c]
  return { rows: tall, columns: wide, codes: all }
}

function slice({ rows, columns, codes }: Grid, tileRows: number, tileColumns: number): Grid[] {
  const tiles: Grid[] = []
  for (let row = 0; row < rows; row += tileRows)
    for (let column = 0; column < columns; column += tileColumns) {
      const tile = new Uint32Array(tileRows * tileColumns)
      for (let r = 0; r < tileRows; r++)
        for (let c = 0; c < tileColumns && column + c < columns; c++)
          tile[r * tileColumns + c] = codes[(row + r) * columns + column + c]
      tiles.push({ rows: tileRows, columns: tileColumns, codes: tile })
    }
  return tiles
}
