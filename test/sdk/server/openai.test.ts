/** The API as OpenAI's own client from npm uses it, unmodified, against a small random model and the pilot. */
import OpenAI, { type APIError } from 'openai'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { open } from '../../../sdk/open.js'
import { endless, hello, type ServedModel, served, smallModel, until } from './served.js'

let small: ServedModel
let client: OpenAI

beforeAll(async () => {
  small = await served(await smallModel())
  client = new OpenAI({ baseURL: `${small.url}/v1`, apiKey: 'unused', maxRetries: 0 })
})
afterAll(() => small[Symbol.asyncDispose]())

const base = { model: 'small', messages: hello, max_tokens: 12, seed: 1, ...endless }

/** What a request is refused with. */
async function refusal(request: Promise<unknown>): Promise<APIError> {
  const fault = await request.then(
    () => undefined,
    (error) => error,
  )
  expect(fault).toBeInstanceOf(OpenAI.APIError)
  return fault
}

/** More KiB of a schema than is compiled. */
const long = (kib: number) => Array.from({ length: kib }, (_, i) => `${i}`.padEnd(1024, 'x'))

describe('chat', () => {
  it('answers, and the same seed answers the same', async () => {
    const first = await client.chat.completions.create(base)
    const second = await client.chat.completions.create(base)
    expect(first).toMatchObject({ object: 'chat.completion', model: 'small' })
    expect(first.choices).toHaveLength(1)
    expect(first.choices[0]).toMatchObject({ index: 0, finish_reason: 'length', message: { role: 'assistant' } })
    expect(first.choices[0].message.content).not.toBe('')
    expect(second.choices[0].message.content).toBe(first.choices[0].message.content)
    const { prompt_tokens: prompt, completion_tokens: completion, total_tokens: total } = first.usage!
    expect(completion).toBe(12)
    expect(total).toBe(prompt + completion)
    expect(second.usage!.prompt_tokens_details!.cached_tokens).toBe(prompt - 1)
  })

  it('streams what it answers whole: role first, deltas, reason, usage if asked, [DONE]', async () => {
    const whole = await client.chat.completions.create(base)
    const stream = await client.chat.completions.create({
      ...base,
      stream: true,
      stream_options: { include_usage: true },
    })
    const chunks = []
    for await (const chunk of stream) chunks.push(chunk)
    expect(chunks[0].choices[0].delta).toEqual({ role: 'assistant', content: '' })
    expect(new Set(chunks.map(({ id, object, model }) => `${id} ${object} ${model}`)).size).toBe(1)
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('')
    expect(text).toBe(whole.choices[0].message.content)
    expect(chunks.at(-2)!.choices[0]).toMatchObject({ delta: {}, finish_reason: 'length' })
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: 12 } })
    const raw = await fetch(`${small.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ ...base, stream: true }),
    })
    expect(raw.headers.get('content-type')).toContain('text/event-stream')
    const events = (await raw.text()).split('\n\n')
    expect(events.slice(-2)).toEqual(['data: [DONE]', ''])
    expect(events.some((event) => event.includes('"usage"'))).toBe(false)
  })

  it('computes only what a turn adds', async () => {
    const messages = [{ role: 'system' as const, content: 'be brief and say what comes to your mind' }, ...hello]
    const first = await client.chat.completions.create({ ...base, messages })
    const next = [
      ...messages,
      { role: 'assistant' as const, content: first.choices[0].message.content! },
      { role: 'user' as const, content: 'and now?' },
    ]
    const second = await client.chat.completions.create({ ...base, messages: next })
    const cached = second.usage!.prompt_tokens_details!.cached_tokens!
    expect(cached).toBeGreaterThanOrEqual(first.usage!.prompt_tokens - 1)
    const fresh = await client.chat.completions.create({ ...base, messages: next, cache_prompt: false } as typeof base)
    expect(fresh.usage!.prompt_tokens_details!.cached_tokens).toBe(0)
    expect(fresh.choices[0].message.content).toBe(second.choices[0].message.content)
  })

  it('holds the answer to a schema, strictly, and to any object', async () => {
    const schema = {
      type: 'object',
      properties: { name: { type: 'string', maxLength: 5 }, age: { type: 'integer', minimum: 0, maximum: 99 } },
      required: ['name', 'age'],
      additionalProperties: false,
    }
    const { choices } = await client.chat.completions.create({
      ...base,
      max_tokens: 100,
      response_format: { type: 'json_schema', json_schema: { name: 'person', strict: true, schema } },
    })
    const person = JSON.parse(choices[0].message.content!)
    expect(Object.keys(person)).toEqual(['name', 'age'])
    expect(person.age).toBeLessThan(100)
    expect(choices[0].finish_reason).toBe('stop')
    const any = await client.chat.completions.create({ ...base, response_format: { type: 'json_object' } })
    expect(any.choices[0].message.content).toMatch(/^\{/)
  })

  it('tells log probabilities', async () => {
    const { choices } = await client.chat.completions.create({
      ...base,
      temperature: 0,
      logprobs: true,
      top_logprobs: 3,
    })
    const content = choices[0].logprobs!.content!
    expect(content).toHaveLength(12)
    for (const { token, logprob, bytes, top_logprobs: top } of content) {
      expect(logprob).toBeLessThanOrEqual(0)
      expect(Buffer.from(bytes!).toString('utf8')).toBe(token)
      expect(top).toHaveLength(3)
      expect(top[0].logprob).toBeGreaterThanOrEqual(top[1].logprob)
    }
    // Greedy, but for the stop id that is forbidden.
    expect(content.filter(({ token, top_logprobs: top }) => token === top[0].token).length).toBeGreaterThan(9)
  })

  it('gives several choices, ends at stop words, takes parts of text', async () => {
    const several = await client.chat.completions.create({ ...base, n: 3, temperature: 2 })
    expect(several.choices.map(({ index }) => index)).toEqual([0, 1, 2])
    expect(new Set(several.choices.map(({ message }) => message.content)).size).toBeGreaterThan(1)
    expect(several.usage!.completion_tokens).toBe(36)
    const [{ message }] = several.choices
    const stop = message.content!.slice(3, 6)
    const stopped = await client.chat.completions.create({ ...base, temperature: 2, stop })
    expect(stopped.choices[0]).toMatchObject({
      finish_reason: 'stop',
      message: { content: message.content!.split(stop)[0] },
    })
    const messages = [
      {
        role: 'user' as const,
        content: [
          { type: 'text' as const, text: 'hel' },
          { type: 'text' as const, text: 'lo' },
        ],
      },
    ]
    const parts = await client.chat.completions.create({ ...base, messages })
    const whole = await client.chat.completions.create(base)
    expect(parts.choices[0].message.content).toBe(whole.choices[0].message.content)
  })

  it('refuses what it cannot do, by name', async () => {
    const ask = (more: object) => refusal(client.chat.completions.create({ ...base, ...more } as typeof base))
    const picture = [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }]
    for (const [more, param, code] of [
      [{ messages: [] }, 'messages', null],
      [{ messages: undefined }, 'messages', 'missing_required_parameter'],
      [{ messages: [{ role: 'wizard', content: 'x' }] }, 'messages[0].role', 'invalid_value'],
      [{ messages: picture }, 'messages[0].content[0].type', 'unsupported_content'],
      [{ temperature: 'hot' }, 'temperature', 'invalid_value'],
      [{ temperature: -1 }, 'temperature', 'invalid_value'],
      [{ n: 99 }, 'n', 'invalid_value'],
      [{ functions: [{ name: 'f' }] }, 'functions', 'unsupported_parameter'],
      [{ audio: { voice: 'x' } }, 'audio', 'unsupported_parameter'],
      [{ modalities: ['text', 'audio'] }, 'modalities', 'unsupported_parameter'],
      [{ logit_bias: { 999: 1 } }, 'logit_bias', null],
      [{ top_logprobs: 2 }, 'top_logprobs', null],
      [{ stream_options: {} }, 'stream_options', null],
      [{ messages: [{ role: 'user', content: 'word '.repeat(4000) }] }, 'messages', 'context_length_exceeded'],
      [
        {
          response_format: {
            type: 'json_schema',
            json_schema: { name: 'x', schema: { type: 'string', format: 'date' } },
          },
        },
        'response_format.json_schema.schema',
        'unsupported_schema',
      ],
      [
        { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: { enum: long(64) } } } },
        'response_format.json_schema.schema',
        'string_above_max_length',
      ],
      [
        {
          tools: [
            { type: 'function', function: { name: 'f', parameters: { properties: { a: { enum: long(128) } } } } },
          ],
        },
        'tools',
        'string_above_max_length',
      ],
    ] as const) {
      const fault = await ask(more)
      expect({ ...more, status: fault.status, param: fault.param, code: fault.code }).toEqual({
        ...more,
        status: 400,
        param,
        code,
      })
      expect(fault.type).toBe('invalid_request_error')
    }
    expect((await ask({ audio: {} })).message).toContain('audio')
    const format = { type: 'json_schema', json_schema: { name: 'x', schema: { type: 'string', format: 'date' } } }
    expect((await ask({ response_format: format })).message).toContain('"format"')
  })

  it('frees its place within a token when the client hangs up, streaming or not', async () => {
    const running = async () =>
      /lutra_requests_running (\d+)/.exec(await (await fetch(`${small.url}/metrics`)).text())![1]
    for (const stream of [true, false]) {
      const stop = new AbortController()
      const asked = client.chat.completions.create({ ...base, max_tokens: 250, n: 16, stream } as typeof base, {
        signal: stop.signal,
      })
      const gone = asked.then(async (answer) => {
        for await (const _ of answer as unknown as AsyncIterable<unknown>);
      })
      gone.catch(() => {})
      await until(async () => (await running()) === '1', 'a running request')
      // It runs before the client has heard of it: a client that hangs up before an answer begins says so, streaming or not.
      if (stream) await asked
      stop.abort()
      await until(async () => (await running()) === '0', 'a free place')
      // The client ends an aborted stream without a word.
      if (stream) await gone
      else await expect(gone).rejects.toThrow('abort')
    }
  })
})

describe('tools', () => {
  const tools = ['get_weather', 'add'].map((name) => ({
    type: 'function' as const,
    function: {
      name,
      description: 'x',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', maxLength: 6 } },
        required: ['city'],
        additionalProperties: false,
      },
    },
  }))
  const ask = { ...base, tools, tool_choice: 'required' as const, max_tokens: 120, parallel_tool_calls: false }

  it('are called, whole and streamed, and their results come back', async () => {
    const { choices } = await client.chat.completions.create(ask)
    expect(choices[0]).toMatchObject({ finish_reason: 'tool_calls', message: { content: null } })
    const [call] = choices[0].message.tool_calls!
    expect(choices[0].message.tool_calls).toHaveLength(1)
    if (call.type !== 'function') throw new Error('Expected a function')
    expect(['get_weather', 'add']).toContain(call.function.name)
    expect(Object.keys(JSON.parse(call.function.arguments))).toEqual(['city'])

    const stream = client.chat.completions.stream(ask)
    const { choices: streamed } = await stream.finalChatCompletion()
    expect(streamed[0].finish_reason).toBe('tool_calls')
    const [again] = streamed[0].message.tool_calls!
    expect(again).toMatchObject({ type: 'function', function: call.function })

    const messages = [
      ...hello,
      choices[0].message,
      { role: 'tool' as const, tool_call_id: call.id, content: '{"degrees":3}' },
    ]
    const answer = await client.chat.completions.create({ ...base, messages, tools, tool_choice: 'none' })
    expect(answer.choices[0].finish_reason).toBe('length')
    expect(answer.choices[0].message.tool_calls).toBeUndefined()
  })

  it('are called by name', async () => {
    const tool_choice = { type: 'function' as const, function: { name: 'add' } }
    const { choices } = await client.chat.completions.create({ ...ask, tool_choice })
    expect(choices[0].message.tool_calls![0]).toMatchObject({ function: { name: 'add' } })
  })

  it('are refused where they cannot be held to', async () => {
    const bad = {
      ...tools[0],
      function: {
        ...tools[0].function,
        parameters: { type: 'object', properties: { a: { type: 'string', format: 'date' } } },
      },
    }
    const fault = await refusal(client.chat.completions.create({ ...ask, tools: [bad] }))
    expect(fault).toMatchObject({ status: 400, param: 'tools', code: 'unsupported_tool' })
    expect(fault.message).toContain('"format"')
    const other = { type: 'function' as const, function: { name: 'other' } }
    expect((await refusal(client.chat.completions.create({ ...ask, tool_choice: other }))).param).toBe('tool_choice')
    const both = client.chat.completions.create({ ...ask, response_format: { type: 'json_object' } })
    expect((await refusal(both)).param).toBe('response_format')
  })
})

describe('completions', () => {
  const ask = { model: 'small', prompt: 'word300', max_tokens: 8, seed: 3, ...endless }

  it('goes on with texts and ids, with echo and log probabilities', async () => {
    const one = await client.completions.create(ask)
    expect(one.choices[0]).toMatchObject({ finish_reason: 'length', logprobs: null })
    const ids = small.model.tokenizer.encode('word300')
    const byIds = await client.completions.create({ ...ask, prompt: ids })
    expect(byIds.choices[0].text).toBe(one.choices[0].text)
    const two = await client.completions.create({ ...ask, prompt: ['word300', 'word301'], echo: true, n: 2 })
    expect(two.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3])
    expect(two.choices[0].text).toBe(`word300${one.choices[0].text}`)
    expect(two.choices[2].text).toMatch(/^word301/)
    expect(two.usage).toMatchObject({ prompt_tokens: 2 * ids.length, completion_tokens: 32 })
    const told = await client.completions.create({ ...ask, logprobs: 2 })
    const { tokens, token_logprobs: each, top_logprobs: top, text_offset: offsets } = told.choices[0].logprobs!
    expect([tokens!.length, each!.length, top!.length, offsets!.length]).toEqual([8, 8, 8, 8])
    expect(offsets![0]).toBe(0)
  })

  it('streams', async () => {
    const whole = await client.completions.create(ask)
    const stream = await client.completions.create({ ...ask, stream: true })
    let text = ''
    let reason: string | undefined
    for await (const { choices } of stream) {
      text += choices[0].text
      reason = choices[0].finish_reason ?? reason
    }
    expect(text).toBe(whole.choices[0].text)
    expect(reason).toBe('length')
  })

  it('refuses what it cannot do, by name', async () => {
    const refused = async (more: object) => (await refusal(client.completions.create({ ...ask, ...more }))).param
    expect(await refused({ suffix: 'x' })).toBe('suffix')
    expect(await refused({ best_of: 3 })).toBe('best_of')
    expect(await refused({ echo: true, logprobs: 1 })).toBe('logprobs')
    expect(await refused({ prompt: [1, -1] })).toBe('prompt')
    expect(await refused({ prompt: { a: 1 } })).toBe('prompt')
    expect(await refused({ prompt: ['a', 3] })).toBe('prompt')
  })
})

describe('embeddings', () => {
  it('gives vectors of length 1, as numbers and as base64', async () => {
    const [asFloat, asBase64] = await Promise.all([
      client.embeddings.create({ model: 'small', input: ['word300', 'word301'], encoding_format: 'float' }),
      client.embeddings.create({ model: 'small', input: 'word301' }), // the client asks for base64
    ])
    const [a, b] = asFloat.data.map(({ embedding }) => embedding)
    expect(a).toHaveLength(32)
    expect(Math.hypot(...a)).toBeCloseTo(1, 5)
    expect(asBase64.data[0].embedding).toEqual(b)
    expect([...(await small.model.embed('word300'))]).toEqual(a)
    expect((await refusal(client.embeddings.create({ model: 'small', input: 'x', dimensions: 8 }))).param).toBe(
      'dimensions',
    )
  })
})

describe('models', () => {
  it('lists the one', async () => {
    const found = []
    for await (const each of client.models.list()) found.push(each.id)
    expect(found).toEqual(['small'])
    expect(await client.models.retrieve('small')).toMatchObject({ id: 'small', object: 'model', owned_by: 'lutra' })
    expect((await refusal(client.models.retrieve('gpt'))).status).toBe(404)
  })
})

describe('a model without a chat template, and the pilot', () => {
  it('are asked in a plain format', async () => {
    await using plain = await served(await smallModel({ chat: false }))
    const asker = new OpenAI({ baseURL: `${plain.url}/v1`, apiKey: 'unused', maxRetries: 0 })
    const chat = await asker.chat.completions.create({ ...base, temperature: 0 })
    const same = await asker.completions.create({
      ...{ model: 'small', prompt: 'User: hello\nAssistant:', temperature: 0, max_tokens: 12, ...endless },
    })
    expect(chat.choices[0].message.content).toBe(same.choices[0].text)
  })

  it('answers with actions', async () => {
    await using pilot = await served(await open('pilot', { threads: 1 }))
    const asker = new OpenAI({ baseURL: `${pilot.url}/v1`, apiKey: 'unused', maxRetries: 0 })
    const ask = { model: 'pilot', messages: [{ role: 'user' as const, content: 'drive two metres, then turn left' }] }
    const actions = [
      { skill: 'drive', metres: 2 },
      { skill: 'turn', degrees: 90 },
    ]
    const { choices } = await asker.chat.completions.create(ask)
    expect(JSON.parse(choices[0].message.content!)).toEqual(actions)
    const stream = await asker.chat.completions.create({ ...ask, stream: true })
    let text = ''
    for await (const chunk of stream) text += chunk.choices[0].delta.content ?? ''
    expect(JSON.parse(text)).toEqual(actions)
    const fault = await refusal(asker.chat.completions.create({ ...ask, response_format: { type: 'json_object' } }))
    expect(fault).toMatchObject({ status: 400, param: 'response_format' })
  })
})
