/**
 * How many levels of nesting each node needs to come to an end: what keeps a matcher off roads without one.
 * takes  the nodes, what the vocabulary spells, which copies find words · gives a height per node, Infinity for no end
 * before ./compile · after ./matcher
 */
import type { Alphabet } from './alphabet.js'
import { isEmpty } from './decimal.js'
import type { Node, NumberNode } from './node.js'
import { textFits } from './text.js'

/** Heights by node id; a node may be entered at depth d only if d + height <= maxDepth. */
export function heights(nodes: readonly Node[], alphabet: Alphabet, copies: ReadonlySet<Node>): Float64Array {
  const height = new Float64Array(nodes.length).fill(Number.POSITIVE_INFINITY)
  const leaf = nodes.map((node) => leafFits(node, alphabet, copies))
  // Heights only fall, each round settles at least one more level.
  for (let changed = true; changed; ) {
    changed = false
    for (let i = nodes.length - 1; i >= 0; i--) {
      const found = heightOf(nodes[i], height, leaf[i])
      if (found < height[i]) {
        height[i] = found
        changed = true
      }
    }
  }
  return height
}

function heightOf(node: Node, height: Float64Array, fits: boolean): number {
  switch (node.kind) {
    case 'sequence':
      return node.items.reduce((most, item) => Math.max(most, height[item.id]), 0) + (node.nest ? 1 : 0)
    case 'choice':
      return node.options.reduce((least, option) => Math.min(least, height[option.id]), Number.POSITIVE_INFINITY)
    case 'repeat':
      if (node.min > node.max) return Number.POSITIVE_INFINITY
      return node.min === 0 ? 0 : Math.max(height[node.first.id], node.min > 1 ? height[node.more.id] : 0)
    case 'members': {
      // A required member needs its comma form too where another may stand before it: both have the same value.
      const needed = node.items.filter((item) => item.required)
      return needed.reduce((most, item) => Math.max(most, height[item.first.id], height[item.more.id]), 0)
    }
    case 'reference':
      return node.target === undefined ? Number.POSITIVE_INFINITY : height[node.target.id]
    default:
      return fits ? 0 : Number.POSITIVE_INFINITY
  }
}

function leafFits(node: Node, alphabet: Alphabet, copies: ReadonlySet<Node>): boolean {
  switch (node.kind) {
    case 'text':
      return textFits(node, alphabet)
    case 'copy':
      return copies.has(node)
    case 'number':
      return numberFits(node, alphabet)
    default:
      return true
  }
}

/** All ten digits, and the signs that the range may ask for. */
function numberFits({ range }: NumberNode, alphabet: Alphabet): boolean {
  const needed = `0123456789${range.lo < 0n ? '-' : ''}${range.decimals > 0 ? '.' : ''}`
  return !isEmpty(range) && [...needed].every((c) => alphabet.hasByte(c.charCodeAt(0)))
}
