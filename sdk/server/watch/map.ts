/**
 * The map of a room that is known cell by cell: outlines of its walls as few straight lines, its places, its hazards.
 * takes  a Room drawn in cells · gives  Status.map in metres
 * before ./status · after the simulated rover's room
 */
import type { Status } from './event.js'

export interface Room {
  /** Metres of a cell, and of the whole room. */
  readonly cell: number
  readonly width: number
  readonly height: number
  /** What stands there: `#` a wall, else a key of `marks` or a free place. */
  at(x: number, y: number): string
  readonly places: NonNullable<Status['map']>['places']
  /** Kinds of hazards by their sign. */
  readonly marks?: Readonly<Record<string, string>>
}

type Wall = NonNullable<Status['map']>['walls'][number]

export function mapOf(room: Room): NonNullable<Status['map']> {
  const { cell, width, height, marks = {} } = room
  const [columns, rows] = [Math.round(width / cell), Math.round(height / cell)]
  // Beyond the edge is no wall, so that the outer walls get their outer side as well.
  const sign = (column: number, row: number) =>
    column < 0 || row < 0 || column >= columns || row >= rows ? '' : room.at((column + 0.5) * cell, (row + 0.5) * cell)
  const borders = (a: string, b: string) => (a === '#') !== (b === '#')
  const walls: Wall[] = []
  for (let row = 0; row <= rows; row++)
    for (const [from, to] of runs(columns, (column) => borders(sign(column, row - 1), sign(column, row))))
      walls.push([from * cell, row * cell, to * cell, row * cell])
  for (let column = 0; column <= columns; column++)
    for (const [from, to] of runs(rows, (row) => borders(sign(column - 1, row), sign(column, row))))
      walls.push([column * cell, from * cell, column * cell, to * cell])
  const found = []
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) {
      const kind = Object.hasOwn(marks, sign(column, row)) ? marks[sign(column, row)] : undefined
      if (kind !== undefined) found.push({ kind, x: (column + 0.5) * cell, y: (row + 0.5) * cell })
    }
  return { walls, places: room.places, marks: found }
}

/** Stretches [from, to) in which it is so. */
function runs(length: number, is: (at: number) => boolean): [number, number][] {
  const found: [number, number][] = []
  let from = -1
  for (let at = 0; at <= length; at++) {
    const here = at < length && is(at)
    if (here && from < 0) from = at
    if (!here && from >= 0) {
      found.push([from, at])
      from = -1
    }
  }
  return found
}
