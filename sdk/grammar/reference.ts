/**
 * `$ref`: finding the definition, and refusing definitions that never begin.
 * takes  a schema and a JSON Pointer; the compiled nodes · gives the definition; an error for a loop
 * before ./schema, ./node · after ./compile
 */
import { LutraError } from '../../hal/error.js'
import type { Node } from './node.js'
import { bad, isSchemaObject, type JsonSchema, type SchemaObject } from './schema.js'

/** Follows a JSON Pointer from the schema's root. */
export function pointer(root: JsonSchema, name: string, path: string): unknown {
  let at: unknown = root
  for (const part of name.split('/').slice(1)) {
    const key = unescapeUri(part).replaceAll('~1', '/').replaceAll('~0', '~')
    at = (isSchemaObject(at) || Array.isArray(at)) && Object.hasOwn(at, key) ? (at as SchemaObject)[key] : undefined
    if (at === undefined) throw bad(`${path}/$ref`, 'a definition that exists', name)
  }
  return at
}

function unescapeUri(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

/** A definition that is itself before any character was written would never begin. */
export function refuseLoops(nodes: readonly Node[]): void {
  const state = new Uint8Array(nodes.length)
  const visit = (node: Node): void => {
    if (state[node.id] === 2) return
    if (state[node.id] === 1)
      throw new LutraError(
        'unsupported',
        'Expected a "$ref" to lead to a value but found one that leads back to itself',
      )
    state[node.id] = 1
    if (node.kind === 'choice') for (const option of node.options) visit(option)
    if (node.kind === 'reference' && node.target !== undefined) visit(node.target)
    state[node.id] = 2
  }
  for (const node of nodes) visit(node)
}
