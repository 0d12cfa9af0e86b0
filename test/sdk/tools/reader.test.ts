import { describe, expect, it } from 'vitest'
import { skillSet } from '../../../sdk/action/index.js'
import { roverSkills } from '../../../sdk/robot/skills.js'
import {
  CallReader,
  type ChatPart,
  dialectOf,
  prepareMessages,
  readyTools,
  type Tool,
  toolsOf,
} from '../../../sdk/tools/index.js'
import { random } from '../../kernels/random.js'
import { families, fileOf } from './families.js'
import { toolTargets } from './hostile.js'

function read(name: string, ...pieces: string[]) {
  const reader = new CallReader(
    dialectOf(families[name].template),
    new Set(['get_weather', 'add']),
    fileOf(name).tokenizer,
  )
  const parts = pieces.flatMap((piece) => reader.text(piece))
  const unfinished = reader.unfinished
  return { parts: [...parts, ...reader.end()].map(show), unfinished }
}
const show = ({ text, call }: ChatPart) => (call ? `${call.name} ${JSON.stringify(call.arguments)}` : `"${text}"`)
const call = (a: number) => `{"name": "add", "arguments": {"a": ${a}}}`

describe('CallReader', () => {
  it('gives text at once, and holds back what may be the beginning of a call', () => {
    const { tokenizer } = fileOf('hermes')
    const reader = new CallReader(dialectOf(families.hermes.template), new Set(['add']), tokenizer)
    expect(reader.text('Let me <b>add</b> <too').map(show)).toEqual(['"Let me <b>add</b> "'])
    expect(reader.text('l box>').map(show)).toEqual(['"<tool box>"'])
    expect(reader.text(`<tool_call>\n${call(1).slice(0, -1)}`)).toEqual([])
    expect(reader.unfinished).toContain('"a": 1')
    expect(reader.text('}\n</tool_').map(show)).toEqual(['add {"a":1}'])
    expect(reader.text('call>\n\nDone.').map(show)).toEqual(['"Done."'])
  })

  it('takes what only looks like a call for text', () => {
    for (const text of [
      `<tool_call>{"name": "rm", "arguments": {}}</tool_call>`,
      '<tool_call>{"name": "add", "arguments": 3}</tool_call>',
      '<tool_call>{"arguments": {}}',
      '<tool_call>nothing',
      '<tool_call>[]',
      '<tool_call>{]',
    ])
      expect(read('hermes', text)).toEqual({ parts: [`"${text}"`], unfinished: '' })
    expect(read('llama', '{"city": "Oslo"} is JSON').parts).toEqual(['"{"city": "Oslo"} is JSON"'])
    expect(read('mistral-args', '[TOOL_CALLS]rm[ARGS]{}').parts).toEqual(['"[TOOL_CALLS]rm[ARGS]{}"'])
    expect(read('mistral-args', `[TOOL_CALLS]${'x'.repeat(200)}`).parts).toHaveLength(1)
  })

  it('gives no call that was cut off, nor a list of which one was', () => {
    expect(read('hermes', `<tool_call>\n${call(1).slice(0, -2)}`)).toMatchObject({ parts: [] })
    expect(read('mistral', `[TOOL_CALLS][${call(1)}, {"name"`)).toMatchObject({ parts: [] })
    expect(read('llama', '{"name": "add", "parameters": {"a": 1}}; {"na').parts).toEqual(['add {"a":1}'])
  })

  it('reads calls in a row, and words between them', () => {
    expect(read('hermes', `Hm.<tool_call>${call(1)}</tool_call> and <tool_call>${call(2)}</tool_call>`).parts).toEqual([
      '"Hm."',
      'add {"a":1}',
      '"and "',
      'add {"a":2}',
    ])
    expect(read('gemma', `\n${call(1)}\n${call(2)}`).parts).toEqual(['add {"a":1}', 'add {"a":2}'])
  })

  it.each(toolTargets)('$name: read or refused, 500 by chance', async ({ run }) => {
    for (let seed = 1; seed <= 500; seed++) await run(random(seed))
  })
})

describe('tools', () => {
  const tool = (of: unknown) => [{ type: 'function', function: of }] as Tool[]

  it('may be a robot’s skills', () => {
    const tools = readyTools(toolsOf(skillSet(roverSkills)))
    expect(tools.map(({ name }) => name)).toEqual(Object.keys(roverSkills))
    expect(tools[0].parameters).toMatchObject({ required: ['metres'], properties: { metres: { maximum: 20 } } })
  })

  it.each<[string, Tool[], string]>([
    ['no name', tool({}), 'format'],
    ['a strange name', tool({ name: 'a b' }), 'format'],
    ['arguments that are no object', tool({ name: 'a', parameters: { type: 'string' } }), 'format'],
    [
      'a keyword that cannot be held to',
      tool({ name: 'a', parameters: { properties: { b: { type: 'string', format: 'uri' } } } }),
      'unsupported',
    ],
    ['the same twice', [...tool({ name: 'a' }), ...tool({ name: 'a' })], 'mismatch'],
    ['too many', Array.from({ length: 129 }, (_, i) => tool({ name: `a${i}` })[0]), 'limit'],
    ['none', null as never, 'format'],
  ])('refuses %s', (_, tools, kind) => {
    expect(() => readyTools(tools)).toThrow(expect.objectContaining({ name: 'LutraError', kind }))
  })

  it('stand in the conversation as each template takes them', () => {
    const ready = readyTools(tool({ name: 'add', description: 'adds' }))
    const user = [{ role: 'user', content: 'hi' }]
    const of = (name: string) =>
      prepareMessages(user, ready, dialectOf(families[name].template), families[name].template)
    expect(of('hermes').variables).toMatchObject({ tools: [{ type: 'function', function: { name: 'add' } }] })
    expect(of('phi').messages[0]).toMatchObject({ role: 'system', tools: expect.stringContaining('"add"') })
    expect(of('gemma').messages[0]).toMatchObject({ role: 'system', content: expect.stringContaining('- add: adds') })
  })
})
