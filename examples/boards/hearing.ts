/**
 * What a message of a speech recognizer asks for. Any result with a stop word is a stop: partial, unsure, without the wake
 * word. Everything else counts only when it is final, sure enough, and begins with the wake word.
 * takes  the bytes of { text, final, confidence } or { partial } (as Vosk says it), or plain text · gives  Heard
 * before ./rk3588
 */
export type Heard =
  | { readonly kind: 'stop' | 'go on' | 'unsure' | 'nothing'; readonly text: string }
  | { readonly kind: 'command'; readonly text: string }
  /** No words of a recognizer. */
  | { readonly kind: 'garbage'; readonly text: string }

/** A spoken sentence has no more. */
const mostBytes = 4096
/** Below it a recognizer guesses. */
const sure = 0.6
const stopWords = /\b(stop|halt|freeze)\b/i

export function hear(payload: Uint8Array, wake: string): Heard {
  if (payload.length > mostBytes) return { kind: 'garbage', text: `${payload.length} bytes` }
  const result = read(new TextDecoder().decode(payload))
  if (result === undefined) return { kind: 'garbage', text: 'no result of a recognizer' }
  const text = result.text.replace(/\s+/g, ' ').trim()
  if (stopWords.test(text)) return { kind: 'stop', text }
  const called = new RegExp(`^(hey |ok )?${wake}\\b[ ,.!]*`, 'i').exec(text)
  if (!result.final || !called) return { kind: 'nothing', text }
  if (result.confidence < sure) return { kind: 'unsure', text }
  const rest = text.slice(called[0].length)
  if (/^go on\b/i.test(rest)) return { kind: 'go on', text }
  return rest === '' ? { kind: 'nothing', text } : { kind: 'command', text: rest }
}

interface Result {
  readonly text: string
  readonly final: boolean
  readonly confidence: number
}

function read(words: string): Result | undefined {
  if (!/^\s*[{[]/.test(words)) return { text: words, final: true, confidence: 1 }
  let said: Record<string, unknown>
  try {
    said = JSON.parse(words)
  } catch {
    return undefined
  }
  const { text, partial, final = partial === undefined, confidence = 1 } = said
  const spoken = text ?? partial
  if (typeof spoken !== 'string' || typeof final !== 'boolean') return undefined
  return typeof confidence === 'number' ? { text: spoken, final, confidence } : undefined
}
