/**
 * Whole sentences, for speaking while the model still writes.
 * takes  Observable<string> · gives Observable<string>, trimmed, a sentence (or a line without one) each
 * before ./text
 */
import type { OperatorFunction } from 'rxjs'
import { split } from './split.js'

/** A full stop counts once white space follows, so 3.5 stays whole; abbreviations such as "Dr. No" are cut. */
const BORDER = /[.!?…]+["'”’)\]]*\s|[。！？]|\n/u

export function sentences(): OperatorFunction<string, string> {
  return split(BORDER, (part) => part.trim() || undefined)
}
