/**
 * Phrasing templates: "<drive*3|go> {dist} (forward|ahead|)". (a|b) chooses, a*3 weighs, {x} is a slot or a macro,
 * <…> is the leading verb, which bends. A leading "!" keeps a template in training (the plainest
 * phrasings, and words that occur nowhere else), "^" keeps it for the held-out split.
 * takes  template text · gives  Template, expanded with a Random, slots and a verb form
 */
import type { Random } from './random.js'
import { hash } from './random.js'
import { type Form, inflect } from './verb.js'

export type Slots = Readonly<Record<string, string>>

export interface Template {
  readonly id: string
  /** As declared, without its mark. */
  readonly text: string
  /** Used only in the held-out split. */
  readonly held: boolean
  /** Begins with a verb, so that it can follow "please", "could you", "after …ing". */
  readonly verb: boolean
  expand(random: Random, slots: Slots, form: Form): string
}

/** All words of all templates: a typing slip (./noise) that makes one of them would change the meaning. */
export const phraseWords = new Set<string>()

type Node = (random: Random, slots: Slots, form: Form) => string

/** One template in HELD_SHARE is kept for the held-out split. */
export const HELD_SHARE = 9

export function compile(group: string, text: string): Template {
  const mark = /^[!^]/.exec(text)?.[0]
  const body = mark ? text.slice(1) : text
  const id = `${group}:${hash(body).toString(36)}`
  return {
    id,
    text: body,
    held: mark === '^' || (mark !== '!' && hash(id) % HELD_SHARE === 0),
    verb: body.startsWith('<'),
    expand: sequence(body),
  }
}

const macros = new Map<string, Node>()
const sources = new Map<string, string>()

/** Names a piece that any template may use as {name}. */
export function define(definitions: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(definitions)) {
    macros.set(name, sequence(text))
    sources.set(name, text)
  }
}

function sequence(text: string): Node {
  for (const [word] of text.matchAll(/[a-z']+/g)) phraseWords.add(word)
  const nodes: Node[] = []
  let literal = ''
  const flush = () => {
    if (literal) {
      const words = literal
      nodes.push(() => words)
      literal = ''
    }
  }
  for (let i = 0; i < text.length; i++) {
    const c = text[i]
    if (c === '(' || c === '<') {
      flush()
      const end = close(text, i)
      const inner = text.slice(i + 1, end)
      nodes.push(c === '(' ? choice(inner) : verb(inner))
      i = end
    } else if (c === '{') {
      flush()
      const end = text.indexOf('}', i)
      const name = text.slice(i + 1, end)
      nodes.push((random, slots, form) => slots[name] ?? macro(name)(random, slots, form))
      i = end
    } else literal += c
  }
  flush()
  if (nodes.length === 1) return nodes[0]
  return (random, slots, form) => {
    let out = ''
    for (const node of nodes) out += node(random, slots, form)
    return out
  }
}

function choice(inner: string): Node {
  const options = weigh(inner).map(sequence)
  return (random, slots, form) => random.pick(options)(random, slots, form)
}

/** A verb list may be a macro: <{name}>. */
function verb(text: string): Node {
  const inner = text.startsWith('{') ? (sources.get(text.slice(1, -1)) ?? text) : text
  const strange = weigh(inner).find((each) => /[{}()]/.test(each))
  if (strange !== undefined)
    throw new Error(`Expected plain verbs in <…> but found "${strange}", which would be said as it stands`)
  const forms = weigh(inner).map((v) => ({ plain: v, ing: inflect(v, 'ing'), done: inflect(v, 'done') }))
  for (const { ing, done } of forms) for (const [word] of `${ing} ${done}`.matchAll(/[a-z']+/g)) phraseWords.add(word)
  return (random, _slots, form) => random.pick(forms)[form]
}

/** Splits at the outer bars and repeats what is weighted. */
function weigh(inner: string): string[] {
  const parts: string[] = []
  let depth = 0
  let part = ''
  for (const c of `${inner}|`) {
    if (c === '|' && depth === 0) {
      const weight = /\*(\d+)$/.exec(part)
      const words = weight ? part.slice(0, weight.index) : part
      for (let n = weight ? Number(weight[1]) : 1; n > 0; n--) parts.push(words)
      part = ''
      continue
    }
    if (c === '(' || c === '{') depth++
    if (c === ')' || c === '}') depth--
    part += c
  }
  return parts
}

function close(text: string, start: number): number {
  const [open, shut] = text[start] === '(' ? ['(', ')'] : ['<', '>']
  let depth = 0
  for (let i = start; i < text.length; i++) {
    if (text[i] === open) depth++
    else if (text[i] === shut && --depth === 0) return i
  }
  throw new Error(`Expected "${shut}" in the template ${text}`)
}

function macro(name: string): Node {
  const node = macros.get(name)
  if (!node) throw new Error(`Expected a slot or a macro named "${name}"; define it or fill it`)
  return node
}
