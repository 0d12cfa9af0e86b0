/**
 * The choices that are worth a look for some price of a byte: the lower convex hull of (bytes, loss), and its steps.
 * takes  an item's choices · gives  hull, steps
 * after  ./choose, ./search
 */
import { LutraError } from '../../../hal/error.js'
import { quote } from '../../model/quote.js'

/** What a tensor, or a group of tensors that share a format, would become. */
export interface Choice {
  readonly type: string
  readonly bytes: number
  /** In any unit that adds up over tensors: loss of output, KLD. */
  readonly loss: number
}

export interface Item {
  readonly name: string
  readonly choices: readonly Choice[]
}

/** A step along the lower hull of one item: this many bytes more take this much loss off. */
export interface Step {
  readonly item: number
  /** Place in the item's hull that the step leads to. */
  readonly to: number
  readonly bytes: number
  readonly gain: number
}

/** Sum of losses. */
export function lossOf(choices: readonly Choice[]): number {
  return choices.reduce((sum, { loss }) => sum + loss, 0)
}

/** Choices that are best for some λ, by bytes ascending: the lower convex hull of (bytes, loss). */
export function hullOf({ name, choices }: Item): readonly [Choice, ...Choice[]] {
  for (const { type, bytes, loss } of choices)
    if (!(bytes >= 0 && bytes < Infinity && Number.isFinite(loss)))
      throw new LutraError(
        'mismatch',
        `Expected a size and a finite loss of ${quote(name)} as ${type} but found ${bytes} bytes and ${loss}`,
      )
  const sorted = [...choices].sort((a, b) => a.bytes - b.bytes || a.loss - b.loss)
  const hull: Choice[] = []
  for (const next of sorted) {
    if (hull.length > 0 && next.loss >= (hull.at(-1)?.loss ?? 0)) continue
    while (
      hull.length >= 2 &&
      slope(hull[hull.length - 2], hull[hull.length - 1]) <= slope(hull[hull.length - 1], next)
    )
      hull.pop()
    hull.push(next)
  }
  const [first, ...rest] = hull
  if (!first) throw new LutraError('mismatch', `Expected formats to choose from for ${quote(name)} but there are none`)
  return [first, ...rest]
}

/** Loss taken off per byte. */
function slope(from: Choice, to: Choice): number {
  return (from.loss - to.loss) / (to.bytes - from.bytes)
}

/** Of all items, best first: the order in which λ, falling from infinity, takes them. */
export function stepsOf(hulls: readonly (readonly Choice[])[]): readonly Step[] {
  return hulls
    .flatMap((hull, item) =>
      hull.slice(1).map((next, i) => ({
        item,
        to: i + 1,
        bytes: next.bytes - hull[i].bytes,
        gain: hull[i].loss - next.loss,
      })),
    )
    .sort((a, b) => b.gain / b.bytes - a.gain / a.bytes || a.item - b.item || a.to - b.to)
}
