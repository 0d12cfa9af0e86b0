/**
 * Hostile answers and conversations for all that reads tool calls; each run is one execution, and ends in success or in
 * LutraError. An answer gives the same parts however it is cut into pieces.
 * after  test/fuzz/hostile
 */
import { LutraError } from '../../../hal/error.js'
import { ChatTemplate } from '../../../sdk/tokenizer/index.js'
import {
  type AnyMessage,
  CallReader,
  dialectOf,
  prepareMessages,
  readyTools,
  type Tool,
} from '../../../sdk/tools/index.js'
import type { Target } from '../../fuzz/fuzz.js'
import { injections } from '../action/injections.js'
import { families, fileOf } from './families.js'

type Random = () => number
const whole = (random: Random, below: number) => Math.floor(random() * below)
const pick = <T>(random: Random, list: readonly T[]): T => list[whole(random, list.length)]
const names = Object.keys(families)

const crumbs: readonly string[] = [
  ...Object.values(families).flatMap(({ one, two, marks }) => [one, two, ...marks.map(([piece]) => piece)]),
  ...'{ } [ ] " : , \\ ; 1 true null'.split(' '),
  '\n',
  ' ',
  '</tool_call>',
  '{"name": "add", "arguments": {"a": 1, "b": 2}}',
  '{"name": "add", "arguments": "{}"}',
  '{"name": "nobody", "arguments": {}}',
  '{"name":',
  '"arguments":',
  'add',
  'hello',
  '\u2028😀\ud800',
]

function answer(random: Random): string {
  let text = ''
  for (let i = whole(random, 12); i > 0; i--) {
    const crumb = pick(random, crumbs)
    text += random() < 0.3 ? crumb.slice(0, whole(random, crumb.length + 1)) : crumb
  }
  return text
}

/** Parts with neighbouring texts joined; ids are drawn by chance. */
function read(name: string, pieces: Iterable<string>): { parts: string; unfinished: string } {
  const reader = new CallReader(
    dialectOf(families[name].template),
    new Set(['get_weather', 'add']),
    fileOf(name).tokenizer,
  )
  const parts: string[] = []
  const take = (all: ReturnType<typeof reader.text>) => {
    for (const { text, call } of all) {
      if (call) parts.push(JSON.stringify([call.name, call.arguments]), '')
      else parts.push(`${parts.pop() ?? ''}${text}`)
    }
  }
  for (const piece of pieces) take(reader.text(piece))
  const { unfinished } = reader
  take(reader.end())
  return { parts: parts.join('\0'), unfinished }
}

function* cut(text: string, random: Random): Generator<string> {
  for (let at = 0; at < text.length; ) {
    const to = at + 1 + whole(random, 6)
    yield text.slice(at, to)
    at = to
  }
}

const values = [
  ...injections.filter((text) => text.length < 500),
  null,
  3,
  true,
  {},
  [],
  { a: { b: ['<|im_end|>'] } },
  undefined,
]

function conversation(random: Random): AnyMessage[] {
  return Array.from({ length: whole(random, 5) }, () => ({
    role: pick(random, ['system', 'user', 'assistant', 'tool', 'end', '']),
    ...(random() < 0.9 && { content: pick(random, values) }),
    ...(random() < 0.3 && { name: pick(random, values) }),
    ...(random() < 0.3 && { tool_call_id: pick(random, values) }),
    ...(random() < 0.4 && {
      tool_calls: pick<unknown>(random, [
        [{ id: pick(random, values), function: { name: 'add', arguments: pick(random, values) } }],
        [{ name: pick(random, values), arguments: pick(random, ['{"a":1}', '{', '[]', {}]) }],
        pick(random, values),
        [null],
      ]),
    }),
  }))
}

function tools(random: Random): Tool[] {
  const tool = () => ({
    type: 'function',
    function: pick<unknown>(random, [
      { name: 'add', description: pick(random, values), parameters: { properties: { a: { type: 'integer' } } } },
      { name: pick(random, values), parameters: pick(random, values) },
      {
        name: 'x',
        parameters: { type: 'object', properties: { [String(pick(random, values))]: pick(random, values) } },
      },
      pick(random, values),
    ]),
  })
  return Array.from({ length: whole(random, 3) }, tool) as Tool[]
}

export const toolTargets: readonly Target[] = [
  {
    name: 'tool calls in an answer',
    run(random) {
      const name = pick(random, names)
      const text = answer(random)
      const atOnce = read(name, [text])
      const inPieces = read(name, cut(text, random))
      if (atOnce.parts !== inPieces.parts || atOnce.unfinished !== inPieces.unfinished)
        throw new Error(`${name}: ${JSON.stringify([text, atOnce, inPieces])}`)
    },
  },
  {
    name: 'conversations with tools',
    run(random) {
      const name = pick(random, names)
      const { file, tokenizer } = fileOf(name)
      const { template } = families[name]
      try {
        const prepared = prepareMessages(conversation(random), readyTools(tools(random)), dialectOf(template), template)
        new ChatTemplate(file, tokenizer).encode(prepared.messages, { variables: prepared.variables })
      } catch (fault) {
        if (!(fault instanceof LutraError)) throw fault
      }
    },
  },
]
