/**
 * Finds the calls in what a model writes, token by token, and gives everything else as text.
 * takes  token ids, or texts · gives ChatParts in order. What only looks like a call is text
 * before ./dialect, sdk/stream/json-scanner · after sdk/open/chat
 */
import { randomInt } from 'node:crypto'
import { LutraError } from '../../hal/error.js'
import { openEnd } from '../decoder/text-stop.js'
import { isSchemaObject } from '../grammar/schema.js'
import { JsonScanner } from '../stream/json-scanner.js'
import { Detokenizer } from '../tokenizer/detokenizer.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import type { Dialect } from './dialect.js'
import type { ChatPart, ToolCall } from './tool.js'

/** `text`: outside of calls. `name`, `json`: inside one. `after`: behind one, where white space and its end say nothing. */
type Mode = 'text' | 'name' | 'json' | 'after'

const MAX_NAME = 64

export class CallReader {
  #mode: Mode = 'text'
  /** Not given yet: it may be the beginning of something. */
  #held = ''
  /** Everything since the call was opened, in case it is none. */
  #raw = ''
  #name: string | undefined
  #scanner = new JsonScanner()
  /** Calls of the list being read: given when the list is whole. */
  #calls: ToolCall[] = []
  /** Nothing but white space has come yet. */
  #fresh = true
  readonly #detokenizer: Detokenizer
  readonly #special: ReadonlySet<number>

  constructor(
    readonly dialect: Dialect,
    /** Names of the tools: a call of any other is text. */
    readonly names: ReadonlySet<string>,
    readonly tokenizer: Pick<Tokenizer, 'bytes' | 'piece' | 'idOf' | 'isControl'>,
  ) {
    this.#detokenizer = new Detokenizer(tokenizer)
    const pieces = [dialect.open, dialect.close, dialect.named].filter((piece) => piece !== undefined)
    const ids = pieces.map((piece) => tokenizer.idOf(piece)).filter((id) => id !== undefined)
    this.#special = new Set(ids.filter((id) => tokenizer.isControl(id)))
  }

  /** A call that was begun and not ended, as it was written; empty between calls. */
  get unfinished(): string {
    return this.#mode === 'json' || this.#mode === 'name' ? this.#raw : ''
  }

  token(id: number): ChatPart[] {
    // A dialect's control tokens are read as their pieces, others have no text.
    if (!this.#special.has(id)) return this.text(this.#detokenizer.push(id))
    return [...this.text(this.#detokenizer.flush()), ...this.text(this.tokenizer.piece(id))]
  }

  text(piece: string): ChatPart[] {
    const parts: ChatPart[] = []
    let rest = piece
    while (rest !== '') rest = this.#take(rest, parts)
    return joined(parts)
  }

  /** The end came: what was held back is text after all, but not a call cut off. */
  end(): ChatPart[] {
    const parts = this.text(this.#detokenizer.flush())
    if (this.#mode === 'text' || this.#mode === 'after') say(parts, this.#held)
    this.#held = ''
    return joined(parts)
  }

  /** Takes from `text` as far as one mode goes; gives what is left for the next. */
  #take(text: string, parts: ChatPart[]): string {
    switch (this.#mode) {
      case 'text':
        return this.#takeText(text, parts)
      case 'name':
        return this.#takeName(text, parts)
      case 'json':
        return this.#takeJson(text, parts)
      case 'after':
        return this.#takeAfter(text)
    }
  }

  #takeText(text: string, parts: ChatPart[]): string {
    const { open, heads } = this.dialect
    const held = this.#held + text
    this.#held = ''
    const begin = held.trimStart()
    const fresh = this.#fresh && heads.length > 0
    if (fresh && heads.some((head) => begin.startsWith(head))) return this.#begin('json', '', begin)
    const at = open === undefined ? -1 : held.indexOf(open)
    if (open !== undefined && at >= 0) {
      this.#say(parts, held.slice(0, at))
      return this.#begin(this.dialect.named === undefined ? 'json' : 'name', open, held.slice(at + open.length))
    }
    const undecided = fresh && heads.some((head) => head.startsWith(begin))
    const kept = undecided ? held.length : open === undefined ? 0 : openEnd(held, open)
    this.#say(parts, held.slice(0, held.length - kept))
    this.#held = held.slice(held.length - kept)
    return ''
  }

  #begin(mode: Mode, raw: string, rest: string): string {
    this.#mode = mode
    this.#raw = raw
    this.#name = undefined
    this.#scanner = new JsonScanner()
    this.#calls = []
    this.#fresh = false
    return rest
  }

  /** Character by character, as the JSON: how an answer is cut into pieces changes nothing. */
  #takeName(text: string, parts: ChatPart[]): string {
    const { open = '', named = '' } = this.dialect
    for (let i = 0; i < text.length; i++) {
      this.#raw += text[i]
      if (this.#raw.endsWith(named)) {
        const name = this.#raw.slice(open.length, -named.length).trim()
        if (!this.names.has(name)) return this.#giveUp(text.slice(i + 1), parts)
        this.#name = name
        this.#mode = 'json'
        return text.slice(i + 1)
      }
      if (this.#raw.length > open.length + MAX_NAME + named.length) return this.#giveUp(text.slice(i + 1), parts)
    }
    return ''
  }

  #takeJson(text: string, parts: ChatPart[]): string {
    let taken = 0
    try {
      for (const character of text) {
        taken += character.length
        this.#raw += character
        if (this.#scanner.closed && !/[\s{[]/.test(character)) return this.#giveUp(text.slice(taken), parts)
        for (const value of this.#scanner.push(character))
          if (!this.#add(value)) return this.#giveUp(text.slice(taken), parts)
        if (this.#scanner.closed && character.trim() !== '') {
          if (this.#calls.length === 0) return this.#giveUp(text.slice(taken), parts)
          for (const call of this.#calls) parts.push({ call })
          this.#mode = 'after'
          this.#held = ''
          return text.slice(taken)
        }
      }
    } catch (fault) {
      if (!(fault instanceof LutraError)) throw fault
      return this.#giveUp(text.slice(taken), parts)
    }
    return ''
  }

  /** One JSON value of the call or list; false where it is no call of a tool. */
  #add(text: string): boolean {
    const value = parsed(text)
    if (!isSchemaObject(value)) return false
    const name = this.#name ?? value.name
    const found = this.#name === undefined ? (value.arguments ?? value.parameters ?? {}) : value
    if (typeof name !== 'string' || !this.names.has(name) || !isSchemaObject(found)) return false
    this.#calls.push({ id: newId(), name, arguments: found })
    return true
  }

  /** It was no call: its opening is text, and what follows that is read anew, for there may be one in it. */
  #giveUp(rest: string, parts: ChatPart[]): string {
    const raw = this.#raw
    const { open = '' } = this.dialect
    const opening = raw.startsWith(open) ? open.length : 0
    this.#say(parts, raw.slice(0, opening))
    this.#mode = 'text'
    this.#raw = ''
    return raw.slice(opening) + rest
  }

  #takeAfter(text: string): string {
    const { close, between, heads } = this.dialect
    const held = this.#held + text
    const rest = held.trimStart()
    this.#held = ''
    if (close !== undefined && rest.startsWith(close)) return rest.slice(close.length)
    if (rest === '' || (close?.startsWith(rest) ?? false)) {
      this.#held = rest
      return ''
    }
    if (heads.length > 0 && between.trim() !== '' && rest.startsWith(between.trim()))
      return rest.slice(between.trim().length)
    if (heads.length > 0 && rest.startsWith('{')) return this.#begin('json', '', rest)
    this.#mode = 'text'
    return rest
  }

  #say(parts: ChatPart[], text: string): void {
    if (text.trim() !== '') this.#fresh = false
    say(parts, text)
  }
}

function say(parts: ChatPart[], text: string): void {
  if (text !== '') parts.push({ text })
}

/** Neighbouring texts as one. */
function joined(parts: readonly ChatPart[]): ChatPart[] {
  const out: ChatPart[] = []
  for (const part of parts) {
    const last = out.at(-1)
    if (part.text !== undefined && last?.text !== undefined) out[out.length - 1] = { text: last.text + part.text }
    else out.push(part)
  }
  return out
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

function newId(): string {
  return Array.from({ length: 9 }, () => letters[randomInt(letters.length)]).join('')
}
