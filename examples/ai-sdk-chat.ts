/**
 * A chat through Vercel's AI SDK: the model answers as it writes, and may ask a tool for the battery first.
 * takes  a GGUF file with a chat template · node dist/examples/ai-sdk-chat.js model.gguf, then a line a turn; Ctrl-D ends it
 * board  any; the battery is simulated
 */
import { createInterface } from 'node:readline'
import { jsonSchema, type ModelMessage, stepCountIs, streamText, tool } from 'ai'
import { lutra } from '../sdk/ai-sdk/index.js'
import { open } from '../sdk/index.js'

const [, , path] = process.argv
if (path === undefined) {
  console.error('usage: ai-sdk-chat MODEL.gguf')
  process.exit(2)
}

const battery = tool({
  description: 'how full the battery is',
  inputSchema: jsonSchema<Record<string, never>>({ type: 'object', properties: {}, additionalProperties: false }),
  execute: async () => ({ percent: 80, simulated: true }),
})

const model = await open(path)
const chat = lutra(model)
const messages: ModelMessage[] = []
for await (const content of createInterface({ input: process.stdin })) {
  messages.push({ role: 'user', content })
  const answer = streamText({
    model: chat,
    messages,
    tools: { battery },
    stopWhen: stepCountIs(3),
    maxOutputTokens: 128,
    onError: ({ error }) => console.error(String(error)),
  })
  for await (const piece of answer.textStream) process.stdout.write(piece)
  const { inputTokens, outputTokens } = await answer.totalUsage
  process.stdout.write(`\n(${inputTokens} tokens read, ${outputTokens} written)\n`)
  messages.push(...(await answer.response).messages)
}
await model.close()
