/**
 * Where a head becomes logits: all before that is still the model's hidden state, which embeddings are made of.
 * takes  a graph (checked) · gives  the place of the first op that writes the logits, and the buffer that it reads
 * after the engines' `hidden` rows
 */
import type { Graph } from './graph.js'

export function hiddenEnd({ head }: Graph): { readonly at: number; readonly in: string } {
  const at = head.findIndex((op) => 'out' in op && op.out === 'logits')
  const op = head[at]
  return { at, in: op !== undefined && 'in' in op ? op.in : 'logits' }
}
