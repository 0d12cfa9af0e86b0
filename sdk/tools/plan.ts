/**
 * Calls valid by construction: what a dialect opens a call with, and the grammar of what follows, from the tools' schemas.
 * takes  ready tools, a dialect, how many and which calls may come, a tokenizer · gives a Constraint, one per generation
 * before sdk/grammar/lazy · after sdk/open/chat
 */
import { LutraError } from '../../hal/error.js'
import { compileForm, type Form } from '../grammar/form.js'
import { type Held, LazyConstraint, type LazyOptions } from '../grammar/lazy.js'
import { prepareVocabulary } from '../grammar/token-trie.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import type { Dialect } from './dialect.js'
import type { ReadyTool, ToolChoice } from './tool.js'

export interface CallRules {
  readonly choice: Exclude<ToolChoice, 'none'>
  /** Whether an answer may hold several calls. */
  readonly parallel: boolean
}

/** Most calls of one list. */
const MAX_CALLS = 16
/** Plans kept for each tokenizer, so that their masks are found once. */
const MAX_PLANS = 16

export async function callConstraint(
  tools: readonly ReadyTool[],
  dialect: Dialect,
  rules: CallRules,
  tokenizer: Tokenizer,
): Promise<LazyConstraint> {
  await prepareVocabulary(tokenizer)
  return new LazyConstraint(tokenizer, planOf(tools, dialect, rules, tokenizer))
}

function planOf(tools: readonly ReadyTool[], dialect: Dialect, rules: CallRules, tokenizer: Tokenizer): LazyOptions {
  const known = plans.get(tokenizer) ?? new Map<string, LazyOptions>()
  plans.set(tokenizer, known)
  const key = JSON.stringify([tools.map(({ name, parameters }) => [name, parameters]), dialect.name, rules])
  const plan = known.get(key) ?? makePlan(tools, dialect, rules, tokenizer)
  // The oldest goes; what was used last stands last.
  known.delete(key)
  known.set(key, plan)
  if (known.size > MAX_PLANS) known.delete(known.keys().next().value as string)
  return plan
}

const plans = new WeakMap<Tokenizer, Map<string, LazyOptions>>()

function makePlan(
  all: readonly ReadyTool[],
  dialect: Dialect,
  { choice, parallel }: CallRules,
  tokenizer: Tokenizer,
): LazyOptions {
  const wanted = typeof choice === 'object' ? choice.name : undefined
  const tools = wanted === undefined ? all : all.filter(({ name }) => name === wanted)
  if (tools.length === 0)
    throw new LutraError('mismatch', `Expected one of the tools to be called but found no "${wanted ?? ''}" among them`)
  const most = parallel && wanted === undefined ? MAX_CALLS : 1
  const writer = new Writer(tools, dialect, most, tokenizer)
  const { open, heads } = dialect
  const id = open === undefined ? undefined : controlId(tokenizer, open)
  const opened = open === undefined ? [] : [{ text: open, where: 'anywhere' as const, held: writer.opened() }]
  return {
    openers: [
      ...(id === undefined ? opened : []),
      ...heads.map((text) => ({ text, where: 'start' as const, held: writer.begun() })),
    ],
    ids: new Map(id === undefined ? [] : opened.map(({ held }) => [id, held])),
    ...(choice !== 'auto' && { begin: beginning(writer, dialect, id) }),
    // Calls that each have their own opening follow each other; a list or a row of them is one.
    again: most > 1 && !dialect.list && heads.length === 0,
  }
}

function beginning(writer: Writer, { open, heads }: Dialect, id: number | undefined): LazyOptions['begin'] {
  if (heads.length > 0) return { held: writer.bare() }
  return id === undefined ? { held: writer.opened(open) } : { id, held: writer.opened() }
}

function controlId(tokenizer: Tokenizer, piece: string): number | undefined {
  const id = tokenizer.idOf(piece)
  return id !== undefined && tokenizer.isControl(id) ? id : undefined
}

const gap: Form = { any: ['', ' '] }
const space: Form = { any: ['', ' ', '\n'] }
const comma: Form = { any: [',', ', '] }

/** The grammars of one dialect's calls. */
class Writer {
  readonly #rest: Form
  readonly #whole: Form

  constructor(
    readonly tools: readonly ReadyTool[],
    readonly dialect: Dialect,
    readonly most: number,
    readonly tokenizer: Tokenizer,
  ) {
    const key = `"${dialect.arguments}":`
    this.#rest = {
      any: tools.map(({ name, parameters }) => ({
        all: [gap, `"${name}"`, comma, key, gap, { schema: parameters }, gap, '}'],
      })),
    }
    this.#whole = { all: ['{"name":', this.#rest] }
  }

  /** After what opens a call, or beginning with it. */
  opened(open = ''): Held {
    const { dialect, most } = this
    if (dialect.named !== undefined) return this.#named(open, dialect.named)
    if (dialect.list) {
      const list: Form = { list: this.#whole, between: comma, most }
      return held({ all: [open, space, '[', list, ']', this.#close()] })
    }
    return held({ all: [open, space, this.#row(this.#whole), this.#close()] })
  }

  /** After a head such as `{"name":`. */
  begun(): Held {
    return held(this.#row(this.#rest))
  }

  /** From the JSON's first character. */
  bare(): Held {
    return held(this.#row(this.#whole))
  }

  /** A call, and where nothing opens calls the ones after it. */
  #row(first: Form): Form {
    const { between, heads } = this.dialect
    if (heads.length === 0 || this.most === 1) return first
    const more: Form = { list: this.#whole, between, most: this.most - 1 }
    return { all: [first, { any: ['', { all: [between, more] }] }] }
  }

  /** A control token is none of the grammar's text: it comes freely, or not at all. */
  #close(): Form {
    const { close } = this.dialect
    if (close === undefined || controlId(this.tokenizer, close) !== undefined) return ''
    return { all: [{ any: ['', '\n'] }, close] }
  }

  #named(open: string, named: string): Held {
    const id = controlId(this.tokenizer, named)
    const parametersOf = (name: string) => this.tools.find((tool) => tool.name === name)?.parameters ?? {}
    if (id === undefined)
      return held({
        any: this.tools.map(({ name, parameters }) => ({ all: [open, space, name, named, { schema: parameters }] })),
      })
    const after = new Map(this.tools.map(({ name }) => [name, held({ schema: parametersOf(name) })]))
    const first = compileForm({ all: [open, space, { any: this.tools.map(({ name }) => name) }] })
    const follow = (written: string) => after.get(written.slice(open.length).trim()) as Held
    return { grammar: first, next: { id, held: follow } }
  }
}

function held(form: Form): Held {
  return { grammar: compileForm(form, { spaces: true }) }
}
