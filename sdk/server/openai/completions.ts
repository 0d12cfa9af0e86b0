/**
 * POST /v1/completions: texts or ids that are gone on with, whole or as it is written.
 * takes  a Call · gives  JSON or server-sent events · before ./completion-request, ./speaker
 */
import { randomUUID } from 'node:crypto'
import type { Token } from '../../stream/token.js'
import { sendJson } from '../answer.js'
import type { Served } from '../options.js'
import type { Call, Route } from '../route.js'
import { streaming } from '../sse.js'
import { inTurn } from '../turn.js'
import { type CompletionRequest, completionRequestOf } from './completion-request.js'
import { each } from './each.js'
import { Fields } from './fields.js'
import { completionLogprobs } from './logprobs.js'
import { modelId } from './models.js'
import { type Ending, finishReason, type Part, told } from './parts.js'
import type { Speaker } from './speaker.js'
import { timingsOf, usageOf } from './usage.js'

export function completionRoute(served: Served, speaker: Speaker): Route {
  return {
    method: 'POST',
    path: '/v1/completions',
    handle: async (call) => {
      const request = await completionRequestOf(new Fields(await call.json()), speaker, call.signal)
      const completion = new Completion(served, speaker, call, request)
      await inTurn(served, call, () => (request.stream ? completion.stream() : completion.whole()))
    },
  }
}

class Completion {
  readonly #head: { readonly id: string; readonly object: string; readonly created: number; readonly model: string }

  constructor(
    readonly served: Served,
    readonly speaker: Speaker,
    readonly call: Call,
    readonly request: CompletionRequest,
  ) {
    const created = Math.floor(Date.now() / 1000)
    this.#head = { id: `cmpl-${randomUUID()}`, object: 'text_completion', created, model: modelId(served.model) }
  }

  async whole(): Promise<void> {
    const choices: object[] = []
    const endings = await this.#all(async (index, parts) => {
      let text = this.#echo(index)
      const offset = text.length
      const tokens: Token[] = []
      const ending = await parts((part) => {
        text += part.text
        if (part.token) tokens.push(part.token)
      })
      choices.push(this.#choice(index, text, tokens, offset, finishReason(ending)))
      return ending
    })
    const timings = timingsOf(endings[0])
    sendJson(this.call.response, { ...this.#head, choices, usage: this.#usage(endings), timings })
  }

  stream(): Promise<void> {
    return streaming(this.call.response, this.served.settings.stall, async (events) => {
      const send = (choice: object) => events.json({ ...this.#head, choices: [choice] })
      const endings = await this.#all(async (index, parts) => {
        let offset = this.#echo(index).length
        if (offset > 0) await send(this.#choice(index, this.#echo(index), [], 0, null))
        const ending = await parts(async ({ text, token }) => {
          if (text === '' && !this.request.logprobs) return
          await send(this.#choice(index, text, token ? [token] : [], offset, null))
          offset += text.length
        })
        await send(this.#choice(index, '', [], offset, finishReason(ending)))
        return ending
      })
      if (this.request.includeUsage) await events.json({ ...this.#head, choices: [], usage: this.#usage(endings) })
      await events.done()
    })
  }

  /** A choice after the other, all choices of a prompt before the next prompt. */
  async #all(
    one: (index: number, parts: (take: (part: Part) => Promise<void> | void) => Promise<Ending>) => Promise<Ending>,
  ): Promise<readonly Ending[]> {
    const { served, speaker, call, request } = this
    const { prompts, choices, options, keep } = request
    const endings: Ending[] = []
    for (let index = 0; index < prompts.length * choices; index++) {
      const { ids, text } = prompts[Math.floor(index / choices)]
      const seed = options.seed === undefined ? undefined : options.seed + (index % choices)
      const parts = speaker.speak(call, { ids, options: { ...options, seed }, keep })
      endings.push(await one(index, (take) => each(told(served, call, 'completion', text, parts), take)))
    }
    return endings
  }

  /** The prompt counts once for all its choices. */
  #usage(endings: readonly Ending[]) {
    const { choices } = this.request
    return usageOf(endings, (index) => index % choices === 0)
  }

  #echo(index: number): string {
    const { echo, prompts, choices } = this.request
    return echo ? prompts[Math.floor(index / choices)].text : ''
  }

  #choice(index: number, text: string, tokens: readonly Token[], offset: number, reason: string | null) {
    const logprobs = this.request.logprobs ? completionLogprobs(this.served.model.tokenizer, tokens, offset) : null
    return { text, index, logprobs, finish_reason: reason }
  }
}
