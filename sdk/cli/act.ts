import { readFile } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import type { Skills } from '../action/index.js'
import type { Interpretation } from '../open.js'
import { openLog } from './act-log.js'
import { type Command, engineOptions, type Invocation, text, UsageError } from './command.js'
import { withModel } from './model-options.js'
import { readLines } from './stdin.js'

/** `lutra act`: an English instruction → validated robot actions. */
export const act: Command = {
  name: 'act',
  usage: 'TEXT [--model MODEL] [--skills FILE] [--audit FILE] | --stdin',
  about: 'Turns an instruction into actions; --stdin takes one instruction a line and gives one JSON a line.',
  options: {
    ...engineOptions,
    model: { type: 'string' },
    skills: { type: 'string' },
    audit: { type: 'string' },
    stdin: { type: 'boolean' },
  },
  async run(call) {
    const instruction = call.words.join(' ')
    if (!call.flags.stdin && call.words.length === 0) throw new UsageError('Missing TEXT (or --stdin)')
    const skills = await skillsOf(text(call, 'skills'))
    return withModel(call, text(call, 'model') ?? 'pilot', async (model) => {
      // The pilot was trained on its own skills: another table would be read and not heeded.
      if (skills && model.file.metadata.has('lutra.pilot.version'))
        throw new LutraError('unsupported', 'Expected --skills with a general model but this is the pilot; add --model')
      await using log = await openLog(text(call, 'audit'), model, skills)
      const interpret = (line: string) => log.interpret(line, { skills, signal: call.signal })
      // Awaited here: the log is closed when this is left.
      if (call.flags.stdin) return await actOnLines(call, interpret)
      const found = await interpret(instruction)
      if (!call.json) print(found)
      return document(found)
    })
  },
}

const tooLong: Interpretation = {
  actions: [{ skill: 'refuse', reason: 'unclear' }],
  refused: true,
  raw: '',
  ms: 0,
  tokens: 0,
  ttftMs: 0,
}

async function actOnLines(call: Invocation, interpret: (line: string) => Promise<Interpretation>): Promise<undefined> {
  for await (const line of readLines(call.signal)) {
    const found = line === undefined ? tooLong : await interpret(line)
    process.stdout.write(`${JSON.stringify(document(found))}\n`)
  }
}

function document({ actions, refused, raw, ms }: Interpretation) {
  return { actions, refused, raw, ms }
}

function print(found: Interpretation): void {
  for (const action of found.actions) process.stdout.write(`${JSON.stringify(action)}\n`)
}

async function skillsOf(path: string | undefined): Promise<Skills | undefined> {
  if (path === undefined) return undefined
  const source = await readFile(path, 'utf8').catch((cause) => {
    throw new LutraError('io', `Expected skills at ${path} but could not read it: ${cause.message}`, { cause })
  })
  let found: unknown
  try {
    found = JSON.parse(source)
  } catch (cause) {
    throw new LutraError('format', `Expected skills as JSON in ${path} but: ${(cause as Error).message}`, { cause })
  }
  if (typeof found === 'object' && found !== null && !Array.isArray(found)) return found as Skills
  throw new LutraError(
    'format',
    `Expected an object of skills by name in ${path} but found ${JSON.stringify(found).slice(0, 80)}`,
  )
}
