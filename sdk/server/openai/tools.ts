/**
 * `tools`, `tool_choice` and `parallel_tool_calls`, checked before anything waits.
 * takes  Fields · gives  what Model.chat takes, or a Fault 400 that names the field · before sdk/tools · after ./chat-request
 */
import { LutraError } from '../../../hal/error.js'
import { isObject } from '../../model/json.js'
import { readyTools, type Tool, type ToolChoice } from '../../tools/index.js'
import { invalid } from '../fault.js'
import { Fields } from './fields.js'
import { textWithin } from './format.js'

export interface AskedTools {
  readonly tools: readonly Tool[]
  readonly toolChoice: ToolChoice
  readonly parallel: boolean
}

const mostTools = 128
/** Characters of all of them: the schema of each is compiled, which holds up everyone. */
const longestTools = 128 << 10

export function toolsOf(fields: Fields): AskedTools | undefined {
  const parallel = fields.flag('parallel_tool_calls') ?? true
  const given = fields.list('tools', mostTools) ?? []
  textWithin(given, longestTools, 'tools')
  for (const [i, each] of given.entries()) {
    const path = `tools[${i}]`
    if (!isObject(each)) throw invalid(path, `Expected ${path} to be an object`)
    const tool = new Fields(each, path)
    tool.needs('type', tool.choice('type', ['function']))
    tool.needs('function', tool.object('function'))
  }
  const tools = given as unknown as readonly Tool[]
  try {
    readyTools(tools)
  } catch (fault) {
    if (fault instanceof LutraError) throw invalid('tools', fault.message, `${fault.kind}_tool`)
    throw fault
  }
  const toolChoice = choiceOf(fields, tools)
  return tools.length === 0 || toolChoice === 'none' ? undefined : { tools, toolChoice, parallel }
}

function choiceOf(fields: Fields, tools: readonly Tool[]): ToolChoice {
  const given = fields.get('tool_choice')
  if (given === undefined || typeof given === 'string') {
    const choice = fields.choice('tool_choice', ['auto', 'none', 'required']) ?? 'auto'
    if (choice === 'required' && tools.length === 0)
      throw invalid('tool_choice', 'Expected tools beside tool_choice "required" but found none')
    return choice
  }
  const choice = fields.object('tool_choice')
  choice?.needs('type', choice.choice('type', ['function']))
  const called = choice?.needs('function', choice.object('function'))
  const name = called?.needs('name', called.text('name')) ?? ''
  if (!tools.some((tool) => tool.function.name === name))
    throw invalid('tool_choice', `Expected tool_choice to name one of the tools but found "${name.slice(0, 64)}"`)
  return { name }
}
