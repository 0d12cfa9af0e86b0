/**
 * Tokens → actions, each as soon as its JSON object closes, long before the list does.
 * takes  Observable<Token> of a JSON list of actions · gives Observable<Action>, not yet guarded
 * before sdk/stream · after ./guarded
 */
import { LutraError } from '../../hal/error.js'
import { isSchemaObject } from '../grammar/schema.js'
import { json } from '../stream/json.js'
import { concatMap, map, type OperatorFunction, pipe } from '../stream/rx.js'
import { text } from '../stream/text.js'
import type { Token } from '../stream/token.js'
import type { Action } from './action.js'

/** `decode` turns what the model writes into actions where that is not the same (the pilot's units, for one). */
export function actions(
  decode: (written: Action) => readonly Action[] = (action) => [action],
): OperatorFunction<Token, Action> {
  return pipe(
    text(),
    json(),
    map(asAction),
    // Synchronous, so that backpressure goes through.
    concatMap((action) => decode(action)),
  )
}

function asAction(value: unknown): Action {
  if (isSchemaObject(value) && Object.hasOwn(value, 'skill') && typeof value.skill === 'string') return value as Action
  throw new LutraError('format', `Expected an action with a skill but found ${JSON.stringify(value).slice(0, 80)}`)
}
