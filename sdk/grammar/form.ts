/**
 * A grammar of words with JSON between them: what stands round a tool's arguments, for one.
 * takes  a Form: texts and schemas, one after the other, one of several, or a list · gives a Grammar
 * before ./compile · after ./constrain, sdk/tools
 */
import { type CompileOptions, Compiler } from './compile.js'
import { addNode, finished } from './finish.js'
import type { Grammar, Node } from './node.js'
import type { JsonSchema } from './schema.js'

export type Form =
  | string
  | { readonly schema: JsonSchema }
  | { readonly all: readonly Form[] }
  | { readonly any: readonly Form[] }
  /** At least one item; `between` stands between two. */
  | { readonly list: Form; readonly between: Form; readonly most: number }

/** A `$ref` in one of the schemas leads to that schema's own definitions. */
export function compileForm(form: Form, options: CompileOptions = {}): Grammar {
  const nodes: Node[] = []
  const texts = new Map<string, Node>()

  const node = (form: Form): Node => {
    if (typeof form === 'string') {
      const known = texts.get(form) ?? addNode(nodes, { kind: 'literal', bytes: new Uint8Array(Buffer.from(form)) })
      texts.set(form, known)
      return known
    }
    if ('schema' in form) return new Compiler(form.schema, options, nodes).any(form.schema, '#', 0)
    if ('all' in form) return addNode(nodes, { kind: 'sequence', items: form.all.map(node), nest: false })
    if ('any' in form) return addNode(nodes, { kind: 'choice', options: form.any.map(node) })
    const first = node(form.list)
    const more = addNode(nodes, { kind: 'sequence', items: [node(form.between), first], nest: false })
    return addNode(nodes, { kind: 'repeat', first, more, min: 1, max: form.most })
  }

  return finished(node(form), nodes, options)
}
