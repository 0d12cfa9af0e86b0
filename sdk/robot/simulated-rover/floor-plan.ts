/**
 * The simulated flat as shapes, for whoever draws a map of it.
 * gives  its size, walls, edges, people and lines as rectangles, places as points; metres, origin lower left, y upwards
 * after ./room
 */
import { cell, height, type Point, place, plan, signs, width } from './room.js'

export interface Rectangle extends Point {
  readonly width: number
  readonly height: number
}

export interface FloorPlan {
  readonly width: number
  readonly height: number
  readonly walls: readonly Rectangle[]
  /** Where stairs go down. */
  readonly edges: readonly Rectangle[]
  readonly people: readonly Rectangle[]
  readonly lines: readonly Rectangle[]
  readonly places: Readonly<Record<string, Point>>
}

export function floorPlan(): FloorPlan {
  const places = Object.fromEntries(Object.keys(signs).map((name) => [name, place(name)!]))
  const [walls, edges, people, lines] = ['#', 'e', 'P', '='].map(rectangles)
  return { width, height, walls, edges, people, lines, places }
}

/** Runs of one sign along the rows; equal runs under each other are one. */
function rectangles(sign: string): Rectangle[] {
  const found: { from: number; to: number; top: number; bottom: number }[] = []
  for (const [row, line] of plan.entries()) {
    for (const run of line.matchAll(new RegExp(`${sign}+`, 'g'))) {
      const [from, to] = [run.index, run.index + run[0].length]
      const above = found.find((each) => each.from === from && each.to === to && each.bottom === row)
      if (above) above.bottom = row + 1
      else found.push({ from, to, top: row, bottom: row + 1 })
    }
  }
  return found.map(({ from, to, top, bottom }) => ({
    x: from * cell,
    y: (plan.length - bottom) * cell,
    width: (to - from) * cell,
    height: (bottom - top) * cell,
  }))
}
