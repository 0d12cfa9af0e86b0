/**
 * A command as the legs that the simulated wheels have to do.
 * takes  a WireCommand, where the rover is · gives  legs, or why it cannot
 * before ./firmware · after ./room
 */
import type { NackReason, WireCommand } from '../protocol/index.js'
import type { Leg } from './body.js'
import { type Point, place, route } from './room.js'

interface Pose extends Point {
  /** Radians. */
  readonly heading: number
}

/** What the wheels have to do, or why not. Lamps, arms and words take a moment without wheels. */
export function legsOf(command: WireCommand, from: Pose): Leg[] | NackReason {
  switch (command.skill) {
    case 'drive':
      return [{ kind: 'drive', metres: command.metres }]
    case 'turn':
      return [{ kind: 'turn', radians: (command.degrees * Math.PI) / 180 }]
    case 'drive_until':
      return [{ kind: 'until', sign: command.direction === 'forward' ? 1 : -1, event: command.event }]
    case 'goto':
      return wayTo(command.place, from)
    case 'wait':
      return [{ kind: 'hold', seconds: command.seconds }]
    default:
      return [{ kind: 'hold', seconds: 0.6 }]
  }
}

function wayTo(name: string, from: Pose): Leg[] | NackReason {
  const goal = place(name)
  const way = goal && route(from, goal)
  if (!way) return 'unable'
  const legs: Leg[] = []
  let { x, y, heading } = from
  for (const point of way) {
    const aim = Math.atan2(point.y - y, point.x - x)
    const radians = ((((aim - heading + Math.PI) % (2 * Math.PI)) + 2 * Math.PI) % (2 * Math.PI)) - Math.PI
    legs.push({ kind: 'turn', radians }, { kind: 'drive', metres: Math.hypot(point.x - x, point.y - y) })
    heading = aim
    x = point.x
    y = point.y
  }
  return legs
}
