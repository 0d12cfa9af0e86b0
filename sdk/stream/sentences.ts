/**
 * Whole sentences, for speaking while the model still writes.
 * takes  Observable<string> in pieces of any size · gives Observable<string>, trimmed, a sentence (or a line without one) each
 * before ./text, ./sentence-scanner
 */
import { createOperatorSubscriber, Observable, type OperatorFunction } from './rx.js'
import { SentenceScanner } from './sentence-scanner.js'

export interface SentenceOptions {
  /** More abbreviations that never end a sentence, without their last full stop: `['Str', 'z.B']`. */
  readonly abbreviations?: readonly string[]
}

/**
 * A sentence ends with `.`, `!`, `?` or `…`, closing quotes and brackets, and white space; with a full stop of Chinese or
 * Japanese at once; and with every line. Not at decimals, initials, list numbers and abbreviations.
 */
export function sentences(options: SentenceOptions = {}): OperatorFunction<string, string> {
  return (source) =>
    new Observable<string>((subscriber) => {
      const scanner = new SentenceScanner(options.abbreviations)
      const give = (sentence: string) => {
        const trimmed = sentence.trim()
        if (trimmed.length > 0) subscriber.next(trimmed)
      }
      const take = (piece: string) => {
        for (const sentence of scanner.push(piece)) {
          give(sentence)
          if (subscriber.closed) return
        }
      }
      const end = () => {
        give(scanner.end())
        subscriber.complete()
      }
      source.subscribe(createOperatorSubscriber(subscriber, take, end))
    })
}
