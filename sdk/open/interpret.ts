/**
 * An instruction through a general model, which is told what the robot can do and held to it.
 * takes  a model's parts, a SkillSet, any text · gives  an Interpretation
 * before ./skill-prompt, ./generate · after ./model
 */
import { LutraError } from '../../hal/error.js'
import type { Action, SkillSet } from '../action/index.js'
import { grammarOf } from '../grammar/grammar-of.js'
import { chatTemplateOf } from '../tokenizer/chat-source.js'
import { generateFrom, type Speaker } from './generate.js'
import type { ActOptions, Interpretation } from './options.js'
import { instructionPrompt } from './skill-prompt.js'

export async function interpretByPrompt(
  speaker: Speaker,
  set: SkillSet,
  instruction: string,
  { data, signal, onToken }: ActOptions,
): Promise<Interpretation> {
  const started = performance.now()
  const chat = chatTemplateOf(speaker.file) !== undefined
  const { tokenizer, program } = speaker
  const room = program.context - Math.min(program.context >> 2, 256)
  // No token has more characters on average: what is far too long need not be encoded to know.
  const fits = (text: string) => text.length <= 32 * room && tokenizer.encode(text).length <= room
  const prompt = instructionPrompt(set, { instruction, data }, fits)
  // Strings are copied from the instruction alone: what a sensor says is nothing to be said, or gone to.
  const options = { schema: set.schema, copyFrom: instruction, chat, maxTokens: 512, signal }
  let raw = ''
  let tokens = 0
  let ttftMs = 0
  try {
    for await (const token of generateFrom(speaker, prompt, options)) {
      if (tokens++ === 0) ttftMs = performance.now() - started
      raw += token.text
      onToken?.(token)
    }
  } catch (fault) {
    if (tokens > 0 || !unreadable(fault, set)) throw fault
  }
  if (signal?.aborted) throw new LutraError('cancelled', 'Expected to finish the instruction but it was cancelled')
  const actions = complete(raw)
  return {
    actions,
    refused: actions.some((a) => a.skill === 'refuse'),
    raw,
    ms: performance.now() - started,
    tokens,
    ttftMs,
  }
}

/** What was generated in full; a plan that the context cut off is refused, never executed in part. */
function complete(raw: string): readonly Action[] {
  try {
    return JSON.parse(raw) as Action[]
  } catch {
    return [{ skill: 'refuse', reason: 'unclear' }]
  }
}

/** An instruction too long for the context, or without the words that every skill would have to copy from it. */
function unreadable(fault: unknown, { schema }: SkillSet): boolean {
  if (!(fault instanceof LutraError)) return false
  return fault.kind === 'limit' || (fault.kind === 'mismatch' && grammarOf(schema).copies)
}
