/**
 * Where a robot may be: a polygon, a box or a circle, and how far inside its border a point or a way stays.
 * takes  metres in the fence's own frame · gives  clearances in metres, negative outside
 * after ./fence
 */
import { LutraError } from '../../../hal/error.js'

export interface Point {
  readonly x: number
  readonly y: number
  readonly z?: number
}

type Range = readonly [least: number, most: number]

export interface AreaShape {
  /** Corners in order, at least three; the last is joined to the first. */
  readonly polygon?: readonly (readonly [x: number, y: number])[]
  /** `z` limits arms and tools only: a base has no height. */
  readonly box?: { readonly x: Range; readonly y: Range; readonly z?: Range }
  readonly circle?: { readonly x: number; readonly y: number; readonly radius: number }
}

export interface Area {
  /** Distance to the border; negative outside. */
  clearance(at: Point): number
  /** The least of it on the straight way between two points. */
  along(from: Point, to: Point): number
}

export function areaOf(shape: AreaShape): Area {
  const { polygon, box, circle } = shape
  if ([polygon, box, circle].filter((each) => each !== undefined).length !== 1)
    throw new LutraError('mismatch', 'Expected a fence of one polygon, box or circle but found none or several')
  if (polygon) return polygonArea(polygon)
  if (box) return boxArea(box)
  return circleArea(circle as NonNullable<typeof circle>)
}

function boxArea({ x, y, z }: NonNullable<AreaShape['box']>): Area {
  for (const range of [x, y, ...(z ? [z] : [])])
    if (!(range[0] < range[1] && range.every(Number.isFinite)))
      throw new LutraError(
        'mismatch',
        `Expected a box of ranges [least, most] in metres but found ${JSON.stringify(range)}`,
      )
  const inside = (value: number, [least, most]: Range) => Math.min(value - least, most - value)
  const clearance = (at: Point) =>
    Math.min(inside(at.x, x), inside(at.y, y), z && at.z !== undefined ? inside(at.z, z) : Number.POSITIVE_INFINITY)
  return { clearance, along: (from, to) => Math.min(clearance(from), clearance(to)) }
}

function circleArea({ x, y, radius }: NonNullable<AreaShape['circle']>): Area {
  if (!(radius > 0 && [x, y, radius].every(Number.isFinite)))
    throw new LutraError('mismatch', 'Expected a circle of finite x, y and a radius above 0 in metres')
  const clearance = (at: Point) => radius - Math.hypot(at.x - x, at.y - y)
  return { clearance, along: (from, to) => Math.min(clearance(from), clearance(to)) }
}

function polygonArea(polygon: NonNullable<AreaShape['polygon']>): Area {
  if (polygon.length < 3 || !polygon.flat().every(Number.isFinite))
    throw new LutraError('mismatch', 'Expected a polygon of at least three corners [x, y] in metres')
  const corners = polygon.map(([x, y]) => ({ x, y }))
  const edges = corners.map((corner, i) => [corner, corners[(i + 1) % corners.length]] as const)
  const inside = (at: Point) =>
    edges.reduce((odd, [a, b]) => {
      const crosses = a.y > at.y !== b.y > at.y && at.x < a.x + ((at.y - a.y) / (b.y - a.y)) * (b.x - a.x)
      return crosses ? !odd : odd
    }, false)
  const signed = (at: Point, distance: number) => (inside(at) ? distance : -distance)
  return {
    clearance: (at) => signed(at, Math.min(...edges.map(([a, b]) => toSegment(at, a, b)))),
    along: (from, to) => signed(from, Math.min(...edges.map(([a, b]) => between(from, to, a, b)))),
  }
}

/** Distance of a point to a segment. */
function toSegment(p: Point, a: Point, b: Point): number {
  const [dx, dy] = [b.x - a.x, b.y - a.y]
  const length = dx * dx + dy * dy
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((p.x - a.x) * dx + (p.y - a.y) * dy) / length))
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy)
}

/** Distance of two segments: none where they cross, else that of the nearest end. */
function between(a: Point, b: Point, c: Point, d: Point): number {
  const side = (p: Point, q: Point, r: Point) => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x)
  if (side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0) return 0
  return Math.min(toSegment(a, c, d), toSegment(b, c, d), toSegment(c, a, b), toSegment(d, a, b))
}
