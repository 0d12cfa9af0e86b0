/**
 * POST /v1/chat/completions: a conversation's next message, whole or as it is written.
 * takes  a Call · gives  JSON or server-sent events · before ./chat-request, ./speaker, ./chat-answer
 */
import { sendJson } from '../answer.js'
import type { Served } from '../options.js'
import type { Call, Route } from '../route.js'
import { streaming } from '../sse.js'
import { inTurn } from '../turn.js'
import { type CallOfTool, ChatAnswer, type Choice, callDeltas, callOf } from './chat-answer.js'
import { type ChatRequest, chatRequestOf } from './chat-request.js'
import { each } from './each.js'
import { Fields } from './fields.js'
import type { Formats } from './format.js'
import { chatLogprob } from './logprobs.js'
import { modelId } from './models.js'
import { type Ending, finishReason, type Parts, told } from './parts.js'
import { pilotRefusals } from './pilot.js'
import type { Speaker } from './speaker.js'

export function chatRoute(served: Served, speaker: Speaker, formats: Formats): Route {
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    handle: async (call) => {
      const fields = new Fields(await call.json())
      if (speaker.isPilot) fields.refuse(pilotRefusals)
      const request = chatRequestOf(fields, served.model, formats)
      const choose = await prepared(speaker, call, request)
      const shown = request.messages.at(-1)?.content ?? ''
      const parts = (index: number) => told(served, call, 'chat', shown, choose(index))
      const answer = new ChatAnswer(modelId(served.model))
      await inTurn(served, call, () =>
        request.stream ? streamed(served, call, request, answer, parts) : whole(served, call, request, answer, parts),
      )
    },
  }
}

/** Everything that can be known to be wrong is, before the turn; then a choice after the other. */
async function prepared(speaker: Speaker, call: Call, { messages, options, tools, keep }: ChatRequest) {
  if (speaker.isPilot) return () => speaker.pilot(call, messages)
  const ready = await speaker.readyChat(messages, tools, call.signal)
  const stop = [...(options.stop ?? []), ...speaker.chatStops]
  return (index: number) => {
    const seed = options.seed === undefined ? undefined : options.seed + index
    return speaker.chat(call, { ready, options: { ...options, stop, seed }, tools, keep })
  }
}

async function whole(
  served: Served,
  call: Call,
  request: ChatRequest,
  answer: ChatAnswer,
  choose: (i: number) => Parts,
) {
  const choices: Choice[] = []
  const endings: Ending[] = []
  for (let index = 0; index < request.choices; index++) {
    const logprobs: unknown[] = []
    const calls: CallOfTool[] = []
    let text = ''
    const ending = await each(choose(index), (part) => {
      text += part.text
      if (part.call) calls.push(callOf(part.call))
      if (part.token) logprobs.push(chatLogprob(served.model.tokenizer, part.token))
    })
    choices.push({ text, calls, reason: finishReason(ending), ...(request.logprobs ? { logprobs } : {}) })
    endings.push(ending)
  }
  sendJson(call.response, answer.whole(choices, endings))
}

function streamed(served: Served, call: Call, request: ChatRequest, answer: ChatAnswer, choose: (i: number) => Parts) {
  const { tokenizer } = served.model
  return streaming(call.response, served.settings.stall, async (events) => {
    const endings: Ending[] = []
    for (let index = 0; index < request.choices; index++) {
      let begun = false
      const begin = async () => {
        if (!begun) await events.json(answer.chunk(index, { role: 'assistant', content: '' }))
        begun = true
      }
      let calls = 0
      const ending = await each(choose(index), async ({ text, token, call }) => {
        await begin()
        if (call) for (const delta of callDeltas(callOf(call), calls++)) await events.json(answer.chunk(index, delta))
        const logprobs = request.logprobs && token ? [chatLogprob(tokenizer, token)] : undefined
        if (text !== '' || logprobs) await events.json(answer.chunk(index, { content: text }, logprobs))
      })
      await begin()
      await events.json(answer.last(index, finishReason(ending), ending))
      endings.push(ending)
    }
    if (request.includeUsage) await events.json(answer.usage(endings))
    await events.done()
  })
}
