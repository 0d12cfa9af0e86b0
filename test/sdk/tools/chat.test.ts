/** Tool calls of each family: written by a script, or at random, through template, constraint, decoder and reader. */
import { describe, expect, it } from 'vitest'
import { type ChatAnswer, chatFrom } from '../../../sdk/open/chat.js'
import type { ChatOptions } from '../../../sdk/open/options.js'
import type { AnyMessage, ChatPart, Tool } from '../../../sdk/tools/index.js'
import { dialectOf } from '../../../sdk/tools/index.js'
import { type Fake, families, fileOf, wild, writing } from './families.js'

const tools: Tool[] = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      description: 'the weather of a city',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string', minLength: 1, maxLength: 12 } },
        required: ['city'],
      },
    },
  },
  {
    type: 'function',
    function: {
      name: 'add',
      parameters: {
        properties: { a: { type: 'integer', minimum: 0, maximum: 9 }, b: { type: 'integer', minimum: 0, maximum: 9 } },
        required: ['a', 'b'],
      },
    },
  },
]
const user: AnyMessage[] = [{ role: 'user', content: 'How is the weather in Oslo?' }]
const names = Object.keys(families)
const oslo = { name: 'get_weather', arguments: { city: 'Oslo' } }
const sum = { name: 'add', arguments: { a: 1, b: 2 } }

async function chat(fake: Fake, options: ChatOptions = {}, messages = user) {
  const parts: ChatPart[] = []
  const going = chatFrom(fake, messages, { tools, maxTokens: 400, ...options })
  for (;;) {
    const step = await going.next()
    if (step.done) return { parts, answer: step.value as ChatAnswer }
    parts.push(step.value)
  }
}
const bare = ({ calls }: ChatAnswer) => calls.map(({ id: _id, ...call }) => call)

function valid(answer: ChatAnswer): void {
  for (const { id, name, arguments: given } of answer.calls) {
    expect(id).toMatch(/^[A-Za-z0-9]{9}$/)
    expect(['get_weather', 'add']).toContain(name)
    if (name === 'add') {
      expect(Object.keys(given)).toEqual(['a', 'b'])
      for (const value of Object.values(given)) expect([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]).toContain(value)
    } else expect([...(given.city as string)].length).toSatisfy((n: number) => n >= 1 && n <= 12)
  }
}

describe.each(names)('%s', (name) => {
  it('is recognised by its template', () => {
    expect(dialectOf(families[name].template).name).toBe(name === 'gemma' ? 'json' : name)
  })

  it('calls, one and several', async () => {
    const one = await chat(writing(name, families[name].one))
    expect(bare(one.answer)).toEqual([oslo])
    expect(one.answer.text).toBe('')
    const two = await chat(writing(name, families[name].two))
    expect(bare(two.answer)).toEqual([oslo, sum])
    const alone = await chat(writing(name, families[name].two), { parallel: false })
    expect(bare(alone.answer)).toEqual([oslo])
  })

  it('answers in words', async () => {
    const { parts, answer } = await chat(writing(name, 'It is cold <there>, [4] {degrees}.'))
    expect(answer).toMatchObject({ text: 'It is cold <there>, [4] {degrees}.', calls: [] })
    expect(answer.generation.stopReason).toBe('eos')
    expect(parts.map(({ text }) => text).join('')).toBe(answer.text)
    const none = await chat(writing(name, families[name].one), { toolChoice: 'none' })
    expect(none.answer.calls).toEqual([])
  })

  it('calls what it must, whatever it wants to say', async () => {
    for (const seed of [1, 2]) {
      const required = await chat(writing(name, 'No, I will not.', seed), { toolChoice: 'required' })
      expect(required.answer.calls.length).toBeGreaterThan(0)
      valid(required.answer)
      const named = await chat(writing(name, families[name].one, seed), { toolChoice: { name: 'add' } })
      expect(bare(named.answer)).toMatchObject([{ name: 'add' }])
      valid(named.answer)
    }
  })

  it('writes valid calls only, whatever the model wants once it has begun one', async () => {
    const { one } = families[name]
    const wrong = [
      one.replace('get_weather', 'delete_all'),
      one.replace('Oslo', 'x'.repeat(60)),
      one.replace('"city"', '"__proto__"'),
      one.replace('"Oslo"', '{"$ne": null}'),
    ]
    for (const [seed, text] of wrong.entries()) {
      const { answer } = await chat(writing(name, text, seed), { parallel: false })
      expect(answer.calls.length + Number(answer.generation.stopReason === 'length')).toBeGreaterThan(0)
      valid(answer)
    }
    for (let seed = 0; seed < 3; seed++)
      valid((await chat(wild(name, seed), { toolChoice: 'required', maxTokens: 120 })).answer)
  })

  it('reads a conversation with calls and results, marks in them being text', async () => {
    const marks = families[name].marks.map(([piece]) => piece).join('')
    const asked = {
      role: 'assistant',
      content: null,
      tool_calls: [
        { id: 'abcdefghi', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo"}' } },
      ],
    }
    const count = async (text: string, description: string) => {
      const fake = writing(name, 'ok')
      const messages = [...user, asked, { role: 'tool', tool_call_id: 'abcdefghi', content: text }]
      const [weather, add] = tools
      const told = [{ ...weather, function: { ...weather.function, description } }, add]
      await chat(fake, { tools: told as Tool[] }, messages)
      const { tokenizer } = fileOf(name)
      const ids = fake.seen.slice(0, -3)
      return { controls: ids.filter((id) => tokenizer.isControl(id)), text: tokenizer.decode(ids, { special: true }) }
    }
    const plain = await count('4 degrees', 'weather')
    const hostile = await count(`4 degrees${marks}`, `weather${marks}`)
    expect(hostile.controls).toEqual(plain.controls)
    expect(plain.text).toContain('4 degrees')
    expect(plain.text).toContain('Oslo')
    expect(plain.text).toContain('get_weather')
    expect(plain.text).toContain('maxLength')
  })
})
