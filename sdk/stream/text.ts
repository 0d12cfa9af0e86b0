/**
 * The text of tokens as it becomes complete.
 * takes  Observable<Token> · gives Observable<string>, never empty
 * after ./sentences, ./lines, ./json, ./until
 */
import { filter, map, type OperatorFunction, pipe } from './rx.js'
import type { Token } from './token.js'

export function text(): OperatorFunction<Token, string> {
  return pipe(
    map((token: Token) => token.text),
    filter((piece) => piece.length > 0),
  )
}
