/**
 * How text that nobody vouches for (a sensor's words, an MQTT payload, a tool's result) stands in a prompt: as data.
 * takes  any value · gives one JSON value on one line, limited in length, that can end neither its quotes nor its turn
 * after sdk/tools/messages, sdk/open/skill-prompt, sdk/iot/telemetry. Control tokens are also broken up by sdk/tokenizer/chat, and whatever
 * a model makes of it, grammar and guard bound what it can do
 */

/** Longest text of one value, in characters; what is beyond is left out and said so. */
const MAX_LENGTH = 4096

export interface QuoteOptions {
  /** Most characters, counted before they are escaped. Default 4096. */
  readonly most?: number
}

/** One line of JSON; in its strings no mark of any template, and nothing that cannot be seen, stands as itself. */
export function quoted(value: unknown, { most = MAX_LENGTH }: QuoteOptions = {}): string {
  const text = typeof value === 'string' ? value : jsonOf(value)
  const all = [...text.slice(0, 2 * most)]
  const cut = all.length > most || text.length > 2 * most ? `${all.slice(0, most).join('')}…` : text
  // What was cut is no JSON any more: then its beginning is quoted as text.
  const json = typeof value === 'string' || cut !== text ? JSON.stringify(cut) : text
  return json.replace(/"(?:[^"\\]|\\.)*"/gu, (string) => string.replace(UNSEEN, escaped))
}

/**
 * Brackets and bars are what the marks of all known templates are made of; controls, bidirectional, zero-width and private
 * characters, tags, variation selectors and line separators hide what is written from who reads it.
 */
const UNSEEN = /[<>|[\]]|[\p{C}\p{Zl}\p{Zp}\p{Variation_Selector}]/gu

function escaped(character: string): string {
  return character
    .split('')
    .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)
    .join('')
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? 'null'
  } catch {
    // Cycles, big integers, getters that throw.
    return '"unreadable"'
  }
}
