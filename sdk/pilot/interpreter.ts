/**
 * An instruction through the pilot: normalize, spell, encode, decode under the wire grammar, convert to SI.
 * takes  an open pilot, any text · gives  an Interpretation; text that the pilot cannot read is refused as unclear
 */
import type { Program } from '../../hal/backend.js'
import { LutraError } from '../../hal/error.js'
import type { Action } from '../action/action.js'
import { generate } from '../decoder/decoder.js'
import { createConstraint, grammarOf } from '../grammar/index.js'
import { createSampler } from '../sampler/index.js'
import type { Token } from '../stream/token.js'
import type { Tokenizer } from '../tokenizer/tokenizer.js'
import { normalize } from './normalize.js'
import type { PilotAction } from './skills.js'
import { type Spelled, spellText, type WordList } from './spelling.js'
import { toActions } from './wire.js'
import { wireSchema } from './wire-schema.js'

/** Tokens of the longest answer that is worth waiting for: sixteen actions. */
const maxAnswer = 160

/** Nobody speaks in braces or backslashes: JSON and code are no instructions, whatever words they hold. */
const MARKUP = /[{}\\]/

export interface PilotOptions {
  /** The model file's words (./words); without them nothing is spelled right before the model reads it. */
  readonly words?: WordList
  readonly signal?: AbortSignal
  readonly onToken?: (token: Token) => void
}

export async function interpret(program: Program, tokenizer: Tokenizer, instruction: string, options: PilotOptions) {
  const started = performance.now()
  const answer = (actions: readonly Action[], raw: string, tokens: number, ttftMs: number) => {
    const refused = actions.some(({ skill }) => skill === 'refuse')
    return { actions, refused, raw, ms: performance.now() - started, tokens, ttftMs }
  }
  const { text: typed, foreign, tooLong } = normalize(instruction)
  if (foreign || tooLong || typed === '' || MARKUP.test(instruction)) return answer(unclear, '', 0, 0)
  const spelled = spellText(typed, options.words ?? noWords)
  const { text } = spelled

  const ids = [tokenizer.bos ?? 1, ...tokenizer.encode(text, { bos: false }), separator(tokenizer)]
  if (ids.length + maxAnswer > program.context) return answer(unclear, '', 0, 0)
  const constraint = createConstraint(grammarOf(wireSchema), tokenizer, { prompt: text })
  let raw = ''
  let tokens = 0
  let ttftMs = 0
  const sampler = createSampler({ temperature: 0 })
  const { signal, onToken } = options
  for await (const token of generate({ program, tokenizer, ids, sampler, constraint, maxTokens: maxAnswer, signal })) {
    if (tokens++ === 0) ttftMs = performance.now() - started
    raw += token.text
    onToken?.(token)
  }
  if (options.signal?.aborted)
    throw new LutraError('cancelled', 'Expected to finish the instruction but it was cancelled')
  return answer(understood(raw, spelled), raw, tokens, ttftMs)
}

const noWords: WordList = new Map()
const unclear: readonly Action[] = [{ skill: 'refuse', reason: 'unclear' }]

/** An answer that was cut off is refused, never executed in part. */
function understood(raw: string, { restore }: Spelled): readonly Action[] {
  try {
    return asTyped(toActions(raw), restore)
  } catch (fault) {
    if (fault instanceof LutraError && fault.kind === 'format') return unclear
    throw fault
  }
}

/** The words to say, as they were typed. */
const asTyped = (actions: readonly PilotAction[], restore: Spelled['restore']): PilotAction[] =>
  actions.map((action) =>
    action.skill === 'say'
      ? { ...action, text: restore(action.text) }
      : action.skill === 'repeat'
        ? { ...action, actions: asTyped(action.actions, restore) as typeof action.actions }
        : action,
  )

function separator(tokenizer: Tokenizer): number {
  const id = tokenizer.idOf('<sep>')
  if (id === undefined)
    throw new LutraError('mismatch', "Expected the token <sep> in the pilot's vocabulary but found none")
  return id
}
