/**
 * The pilot's vocabulary and how its training examples become ids.
 * takes  vocabulary.json and words.json (made by ./data/make-vocabulary, make-words) · gives  GGUF metadata, and a codec with the SDK's own tokenizer
 */
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LutraError } from '../../hal/error.js'
import { packageRoot } from '../../hal/worker-file.js'
import type { MetadataValue } from '../model/model-file.js'
import { createTokenizer, type Tokenizer } from '../tokenizer/index.js'
import { fragments } from './fragments.js'
import type { WordList } from './spelling.js'
import { unpackWords, WORDS_KEY } from './words.js'

export const ids = { unknown: 0, bos: 1, eos: 2, separator: 3 } as const
const specials = ['<unk>', '<s>', '</s>', '<sep>'] as const

/**
 * Characters of the alphabet that ./normalize leaves, the space as `▁`; and brackets, which it removes: the grammar
 * counts only on texts whose every byte has a token, so that no choice of tokens leads to a dead end.
 */
export const characters = [...'▁abcdefghijklmnopqrstuvwxyz0123456789.,!?\'"-:;/()%&+*=#@$_~{}]']

/** GGUF's `tokenizer.ggml.*`, and `lutra.pilot.version`, which keeps JSON tokens out of what users type. */
export function pilotMetadata(merges = readData('vocabulary.json').merges): Map<string, MetadataValue> {
  const pieces = [...specials, ...fragments, ...characters, ...merges]
  const types = pieces.map((_, i) =>
    i === 0 ? 2 : i < specials.length ? 3 : i < specials.length + fragments.length ? 4 : 1,
  )
  const first = pieces.length - merges.length
  return new Map<string, MetadataValue>([
    ['lutra.pilot.version', 1],
    [WORDS_KEY, readData('words.json').words],
    ['tokenizer.ggml.model', 'llama'],
    ['tokenizer.ggml.tokens', pieces],
    ['tokenizer.ggml.scores', Float32Array.from(pieces, (_, i) => (i < first ? 0 : first - 1 - i))],
    ['tokenizer.ggml.token_type', Int32Array.from(types)],
    ['tokenizer.ggml.unknown_token_id', ids.unknown],
    ['tokenizer.ggml.bos_token_id', ids.bos],
    ['tokenizer.ggml.eos_token_id', ids.eos],
    ['tokenizer.ggml.add_bos_token', true],
    ['tokenizer.ggml.add_space_prefix', true],
  ])
}

/** Prompts and answers as the pilot sees them. */
export class PilotCodec {
  readonly tokenizer: Tokenizer
  readonly #fragments: ReadonlyMap<string, number>
  readonly #longest = Math.max(...fragments.map((fragment) => fragment.length))

  constructor(metadata = pilotMetadata()) {
    this.tokenizer = createTokenizer({ metadata })
    this.#fragments = new Map(fragments.map((fragment, i) => [fragment, specials.length + i]))
  }

  get size(): number {
    return this.tokenizer.size
  }

  /** `<s>` text `<sep>`; the text is normalized. */
  prompt(text: string): number[] {
    return [ids.bos, ...this.tokenizer.encode(text, { bos: false }), ids.separator]
  }

  /** The wire text's tokens and `</s>`. */
  answer(wire: string): number[] {
    const out: number[] = []
    for (let at = 0; at < wire.length; ) {
      const fragment = this.#fragmentAt(wire, at)
      if (fragment !== undefined) {
        out.push(this.#fragments.get(fragment)!)
        at += fragment.length
        if (fragment.endsWith('"text":"')) at = this.#words(wire, at, out)
      } else out.push(this.#character(wire[at++]))
    }
    out.push(ids.eos)
    return out
  }

  text(tokens: readonly number[]): string {
    return this.tokenizer.decode(tokens)
  }

  #fragmentAt(wire: string, at: number): string | undefined {
    for (let length = this.#longest; length > 0; length--) {
      const part = wire.slice(at, at + length)
      if (part.length === length && this.#fragments.has(part)) return part
    }
    return undefined
  }

  /** Words of `say`: they begin with a space, so that they have the same tokens as in the prompt. */
  #words(wire: string, from: number, out: number[]): number {
    const to = wire.indexOf('"', from)
    if (wire[from] !== ' ' || to < 0)
      throw new LutraError('format', `Expected "text":" words" but found ${wire.slice(from - 8, from + 20)}`)
    out.push(...this.tokenizer.encode(wire.slice(from + 1, to), { bos: false }))
    return to
  }

  #character(character: string): number {
    const id = this.tokenizer.idOf(character)
    if (id === undefined) throw new LutraError('format', `Expected wire text but found ${JSON.stringify(character)}`)
    return id
  }
}

/** The words that spelling knows; see ./spelling. */
export const pilotWords = (): WordList => unpackWords(readData('words.json').words)

function readData(name: string) {
  const path = join(packageRoot(dirname(fileURLToPath(import.meta.url))), 'sdk', 'pilot', name)
  return JSON.parse(readFileSync(path, 'utf8'))
}
