/** A model that knows nothing: repeats the prompt word by word, and reads actions as JSON. Simulated, and says so. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Action, Skills } from '../../../sdk/action/index.js'
import type { AskOptions, TextModel } from '../../../sdk/iot/model.js'
import { fromGenerator } from '../../../sdk/stream/index.js'
import type { Token } from '../../../sdk/stream/token.js'

export interface SimulatedModel extends TextModel {
  /** Every prompt and instruction that reached it. */
  readonly asked: string[]
  /** Generations under way now, and cancelled ones. */
  running: number
  cancelled: number
}

export function simulatedModel({ pace = 1, name = 'simulated model' } = {}): SimulatedModel {
  async function* speak(text: string, { maxTokens = 1000 }: AskOptions, signal?: AbortSignal): AsyncGenerator<Token> {
    model.asked.push(text)
    model.running++
    try {
      for (const [index, word] of (text.match(/\S+\s*/g) ?? []).slice(0, maxTokens).entries()) {
        if (pace > 0) await sleep(pace, undefined, { signal })
        yield { id: index, text: word, logprob: 0, index, ms: index }
      }
    } catch (error) {
      model.cancelled++
      throw error
    } finally {
      model.running--
    }
  }
  const model: SimulatedModel = {
    name,
    asked: [],
    running: 0,
    cancelled: 0,
    tokens: (prompt, options = {}) => fromGenerator((signal) => speak(prompt, options, signal)),
    async interpret(
      text: string,
      { signal, onToken }: { skills?: Skills; signal?: AbortSignal; onToken?: (t: Token) => void } = {},
    ) {
      let raw = ''
      for await (const token of speak(text, {}, signal)) {
        raw += token.text
        onToken?.(token)
      }
      return { actions: actionsOf(raw), raw }
    },
  }
  return model
}

function actionsOf(text: string): Action[] {
  try {
    return JSON.parse(text.slice(text.indexOf('['), text.lastIndexOf(']') + 1)) as Action[]
  } catch {
    return [{ skill: 'refuse', reason: 'unclear' }]
  }
}
