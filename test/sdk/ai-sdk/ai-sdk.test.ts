/** The provider under Vercel's AI SDK, unmodified, with a small random model: text, streams, JSON, tools, aborts. */

import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { embedMany, generateObject, generateText, jsonSchema, Output, stepCountIs, streamText, tool } from 'ai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { lutra, lutraEmbedding } from '../../../sdk/ai-sdk/index.js'
import type { Model } from '../../../sdk/open.js'
import { smallModel } from '../server/served.js'

let small: Model
beforeAll(async () => {
  small = await smallModel()
})
afterAll(() => small.close())

const usual = { maxOutputTokens: 16, temperature: 1, seed: 4, maxRetries: 0 }
const schema = jsonSchema<{ name: string; age: number }>({
  type: 'object',
  properties: { name: { type: 'string', maxLength: 4 }, age: { type: 'integer', minimum: 0, maximum: 9 } },
  required: ['name', 'age'],
  additionalProperties: false,
})

describe('the AI SDK', () => {
  it('generates and streams the same text', async () => {
    const model = lutra(small)
    const { text, usage, finishReason } = await generateText({ model, prompt: 'hello', ...usual })
    const same: string[] = []
    for await (const { text } of small.chat([{ role: 'user', content: 'hello' }], {
      maxTokens: 16,
      temperature: 1,
      seed: 4,
    }))
      same.push(text ?? '')
    expect(text).toBe(same.join(''))
    expect(text).not.toBe('')
    expect(['stop', 'length']).toContain(finishReason)
    expect(usage.outputTokens).toBeGreaterThan(0)

    const stream = streamText({ model, prompt: 'hello', ...usual })
    let streamed = ''
    for await (const piece of stream.textStream) streamed += piece
    expect(streamed).toBe(text)
    const { inputTokenDetails, inputTokens } = await stream.usage
    // The session still held the prompt.
    expect(inputTokenDetails.cacheReadTokens).toBe(inputTokens! - 1)
  })

  it('gives objects that fit their schema', async () => {
    const options = { model: lutra(small), prompt: 'who?', ...usual, maxOutputTokens: 200 }
    const { object } = await generateObject({ ...options, schema })
    expect(object.name.length).toBeLessThanOrEqual(4)
    expect(object.age).toBeLessThan(10)
    const { output } = await generateText({ ...options, output: Output.object({ schema }) })
    expect(output).toEqual(object)
  })

  it('calls tools in several steps, whole and streamed', async () => {
    const asked: string[] = []
    const weather = tool({
      description: 'x',
      inputSchema: jsonSchema<{ city: string }>({
        type: 'object',
        properties: { city: { type: 'string', maxLength: 3 } },
        required: ['city'],
        additionalProperties: false,
      }),
      execute: async ({ city }) => {
        asked.push(city)
        return { degrees: 3 }
      },
    })
    const options = {
      tools: { weather },
      toolChoice: 'required',
      stopWhen: stepCountIs(2),
      ...usual,
      maxOutputTokens: 100,
    } as const
    const { steps } = await generateText({ model: lutra(small), prompt: 'hi', ...options })
    expect(steps.map(({ finishReason }) => finishReason)).toEqual(['tool-calls', 'tool-calls'])
    expect(steps[0].toolResults[0]).toMatchObject({ toolName: 'weather', output: { degrees: 3 } })
    expect(asked.length).toBeGreaterThanOrEqual(2)

    const stream = streamText({ model: lutra(small), prompt: 'hi', ...options })
    const kinds: string[] = []
    for await (const part of stream.fullStream) kinds.push(part.type)
    expect(kinds).toContain('tool-input-delta')
    expect(kinds).toContain('tool-result')
    expect((await stream.steps)[0].toolCalls[0].input).toEqual(steps[0].toolCalls[0].input)
  })

  it('stops within a token when it is aborted', async () => {
    const stop = new AbortController()
    const stream = streamText({
      ...{ model: lutra(small), prompt: 'hello', ...usual, maxOutputTokens: 900, stopSequences: [] },
      abortSignal: stop.signal,
      onError: () => {},
    })
    const kinds: string[] = []
    for await (const part of stream.fullStream) {
      kinds.push(part.type)
      if (part.type === 'text-delta') stop.abort()
    }
    expect(kinds.filter((kind) => kind === 'text-delta').length).toBeLessThan(5)
    expect(kinds.at(-1)).toBe('abort')
    const aborted = generateText({ model: lutra(small), prompt: 'hello', ...usual, abortSignal: AbortSignal.abort() })
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' })
  })

  it('warns of what it cannot do', async () => {
    const image = { type: 'file' as const, data: 'AAAA', mediaType: 'image/png' }
    const { warnings } = await lutra(small).doGenerate({
      prompt: [{ role: 'user', content: [{ type: 'text', text: 'hi' }, image] }],
      maxOutputTokens: 4,
      responseFormat: {
        type: 'json',
        schema: { type: 'object', properties: { at: { type: 'string', format: 'date' } } },
      },
    })
    expect(warnings.map((each) => each.type === 'unsupported' && each.feature)).toEqual([
      'responseFormat.schema',
      'file parts',
    ])
  })

  it('embeds', async () => {
    const { embeddings, usage } = await embedMany({ model: lutraEmbedding(small), values: ['word300', 'word301'] })
    expect(embeddings[0]).toEqual([...(await small.embed('word300'))])
    expect(usage.tokens).toBeGreaterThan(1)
  })
})

it('the example chats', async ({ skip }) => {
  const example = join(import.meta.dirname, '../../../dist/examples/ai-sdk-chat.js')
  if (!existsSync(example)) skip('the examples are not built')
  const child = spawn(process.execPath, [example, small.summary().path])
  let out = ''
  let err = ''
  child.stdout.on('data', (part) => (out += part))
  child.stderr.on('data', (part) => (err += part))
  child.stdin.end('hello\nhow full are you?\n')
  const code = await new Promise((resolve) => child.on('close', resolve))
  expect({ code, err }).toEqual({ code: 0, err: '' })
  expect(out.match(/tokens read/g)).toHaveLength(2)
})
