/**
 * The simulated flat: a plan drawn in characters, a quarter of a metre each; origin at the lower left, y upwards.
 * gives  obstacle(x, y), sees(event, pose, sign), place(name) in metres, route(from, to) as way points
 * before ./body, ./floor-plan
 */
import type { places } from '../skills.js'

/** `#` wall, `e` edge of the stairs, `P` a person, `=` a line on the floor; letters are places, see `signs`. */
// biome-ignore format: a drawing
export const plan = [
  '################################################',
  '#           #           #           #          #',
  '#           #        w  #        D  #          #',
  '#           #           #           #          #',
  '#     B     #    b      #           #          #',
  '#           #           #     o     #          #',
  '#           #           #           #     g    #',
  '#           #           #           #          #',
  '#####    ########    ########    ####          #',
  '# e                                 #          #',
  '# e                                            #',
  '# e  x        h                                #',
  '# e             c                 d          C #',
  '# e                                            #',
  '#############                       ############',
  '#           # ===================== #          #',
  '#  S        #                       #          #',
  '#                                              #',
  '#                              P               #',
  '#    k              t                     G    #',
  '#                          s                   #',
  '#           #                       #          #',
  '#           #                       #          #',
  '################################################',
]

export const signs: Record<(typeof places)[number], string> = {
  ...{ kitchen: 'k', door: 'd', desk: 'D', charger: 'c', shelf: 'S', window: 'w', table: 't', sofa: 's' },
  ...{ bed: 'b', bathroom: 'B', hallway: 'h', garage: 'g', garden: 'G', office: 'o', stairs: 'x', corner: 'C' },
}

export type Event = 'wall' | 'person' | 'line' | 'edge' | 'sound'
export interface Point {
  readonly x: number
  readonly y: number
}

/** Metres per character, and of the whole flat. */
export const cell = 0.25
export const width = plan[0].length * cell
export const height = plan.length * cell
/** The rover's radius in metres: what must fit through a door. */
export const radius = 0.2
/** What a planned way keeps clear of things. */
const berth = 0.28
/** How far its sensors see, in metres. */
const reach: Record<Exclude<Event, 'sound'>, number> = { wall: 0.45, person: 0.9, line: 0, edge: 0.45 }

export function at(x: number, y: number): string {
  return plan[plan.length - 1 - Math.floor(y / cell)]?.[Math.floor(x / cell)] ?? '#'
}

/** Would something `size` metres round touch anything here? */
export function obstacle(x: number, y: number, size = radius): boolean {
  for (let turn = 0; turn < 8; turn++) {
    const sign = at(x + size * Math.cos((turn * Math.PI) / 4), y + size * Math.sin((turn * Math.PI) / 4))
    if (sign === '#' || sign === 'P' || sign === 'e') return true
  }
  return false
}

/** Does the rover, looking along `heading` (radians), notice this event? */
export function sees(event: Exclude<Event, 'sound'>, x: number, y: number, heading: number): boolean {
  const sign = { wall: '#', person: 'P', line: '=', edge: 'e' }[event]
  for (let far = 0; far <= reach[event]; far += cell / 4)
    if (at(x + far * Math.cos(heading), y + far * Math.sin(heading)) === sign) return true
  return false
}

/** The middle of a place, or undefined where the plan has none of this name. */
export function place(name: string): Point | undefined {
  const sign = signs[name as keyof typeof signs]
  for (const [row, line] of plan.entries()) {
    const column = sign ? line.indexOf(sign) : -1
    if (column >= 0) return { x: (column + 0.5) * cell, y: (plan.length - row - 0.5) * cell }
  }
}

/** Way points from here to there round every obstacle: breadth first over free cells, then straightened. */
export function route(from: Point, to: Point): Point[] | undefined {
  const columns = plan[0].length
  const index = ({ x, y }: Point) => Math.floor(y / cell) * columns + Math.floor(x / cell)
  const middle = (i: number): Point => ({ x: ((i % columns) + 0.5) * cell, y: (Math.floor(i / columns) + 0.5) * cell })
  const goal = index(to)
  const before = new Map<number, number>([[index(from), -1]])
  for (const now of before.keys()) {
    if (now === goal) break
    for (const next of [now - 1, now + 1, now - columns, now + columns]) {
      const { x, y } = middle(next)
      if (!before.has(next) && !obstacle(x, y, berth)) before.set(next, now)
    }
  }
  if (!before.has(goal)) return undefined
  const cells: Point[] = []
  for (let now = goal; now >= 0; now = before.get(now)!) cells.unshift(middle(now))
  return straighten([from, ...cells.slice(1), to])
}

/** Leaves out way points that a straight line can do without. */
function straighten(way: readonly Point[]): Point[] {
  const kept: Point[] = []
  for (let here = 0; here < way.length - 1; ) {
    let far = way.length - 1
    while (far > here + 1 && !clear(way[here], way[far])) far--
    kept.push(way[far])
    here = far
  }
  return kept
}

function clear(a: Point, b: Point): boolean {
  const length = Math.hypot(b.x - a.x, b.y - a.y)
  for (let far = 0; far <= length; far += cell / 5)
    if (obstacle(a.x + ((b.x - a.x) * far) / length, a.y + ((b.y - a.y) * far) / length, berth)) return false
  return true
}
