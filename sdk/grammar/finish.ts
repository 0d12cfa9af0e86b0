/**
 * Nodes get their numbers, and all of them together become a Grammar.
 * takes  nodes as they are made · gives a checked Grammar
 * after ./compile, ./form
 */
import { LutraError } from '../../hal/error.js'
import { anyByte } from './alphabet.js'
import type { CompileOptions } from './compile.js'
import type { Grammar, Node } from './node.js'
import { heights } from './reach.js'
import { refuseLoops } from './reference.js'
import { MAX_NODES } from './schema.js'

/** A node before it has its number. */
export type Plan<N = Node> = N extends Node ? Omit<N, 'id'> : never

/** Puts a node at the end of the list, with its number. */
export function addNode(nodes: Node[], plan: Plan): Node {
  if (nodes.length >= MAX_NODES)
    throw new LutraError('limit', `Expected a schema of at most ${MAX_NODES} parts but found more; split it`)
  const node = { ...plan, id: nodes.length } as Node
  nodes.push(node)
  return node
}

/** The nodes as a Grammar; refused where nothing can be written by it. */
export function finished(root: Node, nodes: readonly Node[], options: CompileOptions): Grammar {
  const grammar: Grammar = {
    root,
    nodes,
    maxDepth: options.maxDepth ?? 32,
    copies: nodes.some((node) => node.kind === 'copy'),
  }
  refuseLoops(grammar.nodes)
  // Copied strings depend on the prompt, so whether they fit is seen when there is one.
  if (!grammar.copies && !(heights(grammar.nodes, anyByte, new Set())[root.id] <= grammar.maxDepth)) {
    throw new LutraError(
      'mismatch',
      'Expected a schema that some value satisfies but found that its limits leave none; check ranges, minItems and recursion',
    )
  }
  return grammar
}
