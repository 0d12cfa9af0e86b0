/**
 * JSON Schema → Grammar: each schema becomes a few nodes, definitions are compiled once and referred to.
 * takes  a schema (objects closed: no properties but the declared ones, in declared order) · gives a Grammar
 * before ./schema · after ./constrain, ./form
 */

import { LutraError } from '../../hal/error.js'
import { utf8Bytes } from '../../hal/text.js'
import { anyCharacter, parsePattern } from './char-set.js'
import { decimalRange } from './decimal.js'
import { addNode, finished, type Plan } from './finish.js'
import type { Grammar, Node, ReferenceNode } from './node.js'
import { pointer } from './reference.js'
import {
  bad,
  checkWords,
  countOf,
  isSchemaObject,
  type JsonSchema,
  MAX_LITERAL_BYTES,
  MAX_SCHEMA_DEPTH,
  numberOf,
  own,
  type SchemaObject,
  type TypeName,
  WORDS,
} from './schema.js'
import { hasType, typesOf } from './schema-type.js'

export interface CompileOptions {
  /** Deepest nesting of arrays and objects in the output; recursion through $ref ends there. Default 32. */
  readonly maxDepth?: number
  /** Most digits after the point where multipleOf does not say. Default 9. */
  readonly decimals?: number
  /** Lets one space follow each comma and colon, as models without a schema like to write. Default false. */
  readonly spaces?: boolean
}

/** Compiles a JSON Schema. A keyword that cannot be held to is LutraError unsupported and named. */
export function compileSchema(schema: JsonSchema, options: CompileOptions = {}): Grammar {
  const compiler = new Compiler(schema, options)
  return finished(compiler.any(schema, '#', 0), compiler.nodes, options)
}

export class Compiler {
  readonly #definitions = new Map<string, ReferenceNode>()
  readonly #literals = new Map<string, Node>()
  #literalBytes = 0
  #json: Node | undefined

  /** `nodes` is shared where several schemas are parts of one grammar; see ./form. */
  constructor(
    readonly schema: JsonSchema,
    readonly options: CompileOptions,
    readonly nodes: Node[] = [],
  ) {}

  any(schema: unknown, path: string, depth: number): Node {
    if (depth > MAX_SCHEMA_DEPTH)
      throw new LutraError(
        'limit',
        `Expected a schema at most ${MAX_SCHEMA_DEPTH} levels deep but found more at ${path.slice(0, 80)}`,
      )
    if (schema === true) return this.#anyJson()
    if (!isSchemaObject(schema)) throw bad(path, 'a schema object or true', schema)
    if (own(schema, '$ref') !== undefined) return this.#reference(schema, path, depth)
    if (own(schema, 'const') !== undefined || own(schema, 'enum') !== undefined) return this.#constants(schema, path)
    for (const word of ['anyOf', 'oneOf']) {
      const options = own(schema, word)
      if (options === undefined) continue
      checkWords(schema, [word], path)
      if (!Array.isArray(options) || options.length === 0) throw bad(`${path}/${word}`, 'a list of schemas', options)
      return this.#choice(options.map((option, i) => this.any(option, `${path}/${word}/${i}`, depth + 1)))
    }
    const types = typesOf(schema, path)
    if (types.length === 0) {
      checkWords(schema, [], path)
      return this.#anyJson()
    }
    checkWords(schema, ['type', ...types.flatMap((type) => WORDS[type] as readonly string[])], path)
    return this.#choice(types.map((type) => this.#typed(type, schema, path, depth)))
  }

  #typed(type: TypeName, schema: SchemaObject, path: string, depth: number): Node {
    switch (type) {
      case 'null':
        return this.#literal('null')
      case 'boolean':
        return this.#choice([this.#literal('true'), this.#literal('false')])
      case 'integer':
      case 'number':
        return this.#number(type === 'integer', schema, path)
      case 'string':
        return this.#string(schema, path)
      case 'array':
        return this.#array(schema, path, depth)
      case 'object':
        return this.#object(schema, path, depth)
    }
  }

  #number(integer: boolean, schema: SchemaObject, path: string): Node {
    const [minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf] = WORDS.number.map((word) =>
      numberOf(schema, word, path),
    )
    if (multipleOf !== undefined && multipleOf <= 0) throw bad(`${path}/multipleOf`, 'a number above 0', multipleOf)
    const decimals = this.options.decimals ?? 9
    const range = decimalRange({ integer, decimals, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf })
    return this.#add({ kind: 'number', range })
  }

  #string(schema: SchemaObject, path: string): Node {
    const min = countOf(schema, 'minLength', 0, path)
    const max = countOf(schema, 'maxLength', Number.POSITIVE_INFINITY, path)
    const pattern = own(schema, 'pattern')
    if (own(schema, 'x-copy') === true) {
      if (pattern !== undefined)
        throw new LutraError(
          'unsupported',
          `Expected "x-copy" without "pattern" at ${path} of the schema but found both`,
        )
      const lead = own(schema, 'x-copy-lead') ?? ''
      if (typeof lead !== 'string') throw bad(`${path}/x-copy-lead`, 'a string', lead)
      return this.#sequence([this.#literal('"'), this.#add({ kind: 'copy', min, max, lead })])
    }
    if (pattern === undefined) return this.#text(min, max)
    const parsed = typeof pattern === 'string' ? parsePattern(pattern) : undefined
    if (parsed === undefined) {
      throw new LutraError(
        'unsupported',
        `Expected "pattern" to be one anchored character set such as ^[a-z ]{1,8}$ at ${path} but found ${String(pattern).slice(0, 80)}`,
      )
    }
    const node = this.#add({
      kind: 'text',
      min: Math.max(min, parsed.min),
      max: Math.min(max, parsed.max),
      set: parsed.set,
    })
    return this.#sequence([this.#literal('"'), node])
  }

  #text(min: number, max: number): Node {
    return this.#sequence([this.#literal('"'), this.#add({ kind: 'text', min, max, set: anyCharacter })])
  }

  #array(schema: SchemaObject, path: string, depth: number): Node {
    const items = own(schema, 'items')
    const item = items === undefined ? this.#anyJson() : this.any(items, `${path}/items`, depth + 1)
    return this.#list(
      '[',
      item,
      countOf(schema, 'minItems', 0, path),
      countOf(schema, 'maxItems', Number.POSITIVE_INFINITY, path),
      ']',
    )
  }

  #list(open: string, item: Node, min: number, max: number, close: string): Node {
    const repeat = this.#add({ kind: 'repeat', first: item, more: this.#sequence([this.#comma(), item]), min, max })
    return this.#sequence([this.#literal(open), repeat, this.#literal(close)], true)
  }

  #object(schema: SchemaObject, path: string, depth: number): Node {
    const properties = own(schema, 'properties') ?? {}
    const required = own(schema, 'required') ?? []
    const more = own(schema, 'additionalProperties') ?? false
    if (!isSchemaObject(properties)) throw bad(`${path}/properties`, 'an object of schemas', properties)
    if (!Array.isArray(required)) throw bad(`${path}/required`, 'a list of names', required)
    const keys = Object.keys(properties)
    // Sets: a hostile schema names thousands, and lists would be searched that often.
    const [declared, needed] = [new Set<unknown>(keys), new Set<unknown>(required)]
    const unknown = required.find((name) => !declared.has(name))
    if (more !== false) {
      if (keys.length > 0 || required.length > 0) {
        throw new LutraError(
          'unsupported',
          `Expected "additionalProperties" false beside "properties" or "required" at ${path} but found more: keys outside the list are not supported`,
        )
      }
      return this.#map(this.any(more, `${path}/additionalProperties`, depth + 1))
    }
    if (unknown !== undefined) throw bad(`${path}/required`, 'names of declared properties', unknown)
    const items = keys.map((key) => {
      const name = this.#literal(`${JSON.stringify(key)}:`)
      const value = this.any(properties[key], `${path}/properties/${key}`, depth + 1)
      const first = this.#sequence([name, ...this.#gap(), value])
      return { first, more: this.#sequence([this.#comma(), first]), required: needed.has(key) }
    })
    return this.#sequence([this.#literal('{'), this.#add({ kind: 'members', items }), this.#literal('}')], true)
  }

  #map(value: Node): Node {
    const member = this.#sequence([this.#text(0, Number.POSITIVE_INFINITY), this.#literal(':'), ...this.#gap(), value])
    return this.#list('{', member, 0, Number.POSITIVE_INFINITY, '}')
  }

  /** Any JSON value: the one grammar that is recursive without a $ref. */
  #anyJson(): Node {
    if (this.#json !== undefined) return this.#json
    const self = this.#add({ kind: 'reference', target: undefined }) as ReferenceNode
    this.#json = self
    const words = ['null', 'true', 'false'].map((word) => this.#literal(word))
    const number = this.#number(false, {}, '#')
    const array = this.#list('[', self, 0, Number.POSITIVE_INFINITY, ']')
    self.target = this.#choice([...words, number, this.#text(0, Number.POSITIVE_INFINITY), array, this.#map(self)])
    return self
  }

  #constants(schema: SchemaObject, path: string): Node {
    const single = own(schema, 'const') !== undefined
    // A type beside a constant says nothing new where they agree.
    checkWords(schema, [single ? 'const' : 'enum', 'type'], path)
    const all = single ? [schema.const] : schema.enum
    if (!Array.isArray(all) || all.length === 0) throw bad(`${path}/enum`, 'a list of values', all)
    const types = own(schema, 'type') === undefined ? undefined : typesOf(schema, path)
    const values = all.filter((value) => types === undefined || types.some((type) => hasType(value, type)))
    if (values.length === 0) throw bad(path, 'a constant of the declared type', all)
    return this.#choice(
      values.map((value) => {
        const text = JSON.stringify(value)
        if (text === undefined) throw bad(path, 'a JSON value', value)
        return this.#literal(text)
      }),
    )
  }

  #reference(schema: SchemaObject, path: string, depth: number): Node {
    checkWords(schema, ['$ref'], path)
    const name = schema.$ref
    if (typeof name !== 'string' || !/^#(\/|$)/.test(name))
      throw bad(`${path}/$ref`, 'a reference inside the schema such as #/$defs/name', name)
    const known = this.#definitions.get(name)
    if (known !== undefined) return known
    const node = this.#add({ kind: 'reference', target: undefined }) as ReferenceNode
    this.#definitions.set(name, node)
    node.target = this.any(pointer(this.schema, name, path), name, depth + 1)
    return node
  }

  #choice(options: readonly Node[]): Node {
    return options.length === 1 ? options[0] : this.#add({ kind: 'choice', options })
  }

  #sequence(items: readonly Node[], nest = false): Node {
    return this.#add({ kind: 'sequence', items, nest })
  }

  #comma(): Node {
    return this.options.spaces ? this.#choice([this.#literal(','), this.#literal(', ')]) : this.#literal(',')
  }

  #gap(): Node[] {
    return this.options.spaces ? [this.#choice([this.#literal(''), this.#literal(' ')])] : []
  }

  #literal(text: string): Node {
    const known = this.#literals.get(text)
    if (known !== undefined) return known
    const bytes = utf8Bytes(text)
    this.#literalBytes += bytes.length
    if (this.#literalBytes > MAX_LITERAL_BYTES)
      throw new LutraError(
        'limit',
        `Expected at most ${MAX_LITERAL_BYTES} bytes of names and constants in the schema but found more`,
      )
    const node = this.#add({ kind: 'literal', bytes })
    this.#literals.set(text, node)
    return node
  }

  #add(plan: Plan): Node {
    return addNode(this.nodes, plan)
  }
}
