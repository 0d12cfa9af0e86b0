#!/usr/bin/env node
/** The door of the command line: finds the command, runs it, prints its result or its error, sets the exit code. */
import { pathToFileURL } from 'node:url'
import { act } from './act.js'
import { bench } from './bench.js'
import { type Command, type CommandGroup, describe, memberOf, parse, UsageError } from './command.js'
import { compile } from './compile.js'
import { embed } from './embed.js'
import { evaluate } from './eval.js'
import { inspect } from './inspect.js'
import { logits } from './logits.js'
import { lutCore } from './lut-core.js'
import { pull } from './pull.js'
import { quantizeCommand } from './quantize.js'
import { replay } from './replay.js'
import { run } from './run.js'
import { serve } from './serve.js'
import { tokenize } from './tokenize.js'
import { tune } from './tune.js'

const commands: readonly (Command | CommandGroup)[] = [
  inspect,
  run,
  act,
  tokenize,
  logits,
  embed,
  evaluate,
  bench,
  tune,
  compile,
  quantizeCommand,
  pull,
  serve,
  replay,
  lutCore,
]

function usage(): string {
  const lines = commands.map(
    (c) => `  lutra ${c.name} ${'members' in c ? Object.keys(c.members).join('|') : c.usage}\n      ${c.about}`,
  )
  return `lutra: low-bit language models on small boards\n\n${lines.join('\n')}\n
MODEL is \`pilot\` (the embedded model), a GGUF or llama2.c file, or a folder with safetensors. Every command takes --json.
Where a model runs: --backend native|wasm|ts|lut-core, --isa NAME, --threads N; --lut-core m=2,n=64,k=4,… (simulated).
A budget that is kept by fewer threads and pauses: --max-celsius N, --max-watts N (docs/power.md).\n`
}

async function groupUsage(group: CommandGroup): Promise<string> {
  const members = await Promise.all(Object.keys(group.members).map((word) => memberOf(group, word)))
  const lines = members.map((c) => `  lutra ${c?.name} ${c?.usage}\n      ${c?.about}`)
  return `lutra ${group.name}: ${group.about}\n\n${lines.join('\n')}\n`
}

/** Runs one command line and resolves to its exit code. */
export async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const [name, ...rest] = args
  if (name === undefined || name === 'help' || name === '--help' || name === '-h') {
    process.stdout.write(usage())
    return name === undefined ? 2 : 0
  }
  const json = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length).includes('--json')
  const found = commands.find((c) => c.name === name)
  const group = found && 'members' in found ? found : undefined
  let command: Command | undefined
  try {
    if (!found) throw new UsageError(`Unknown command "${name}"`)
    if (group && ['help', '--help', '-h'].includes(rest[0])) {
      process.stdout.write(await groupUsage(group))
      return 0
    }
    command = 'members' in found ? await memberOf(found, rest.shift()) : found
    const call = parse(command, rest, signal)
    if (call.flags.help) {
      process.stdout.write(`lutra ${command.name} ${command.usage}\n${command.about}\n`)
      return 0
    }
    const result = await command.run(call)
    if (call.json && result !== undefined) process.stdout.write(`${JSON.stringify(result)}\n`)
    return 0
  } catch (error) {
    if (error instanceof UsageError) {
      const all = group ? await groupUsage(group) : usage()
      process.stderr.write(
        `lutra: ${error.message}\n${command ? `usage: lutra ${command.name} ${command.usage}` : all}\n`,
      )
      return 2
    }
    const told = describe(error)
    if (json) process.stdout.write(`${JSON.stringify(told)}\n`)
    else process.stderr.write(`lutra: ${told.error.kind}: ${told.error.message}\n`)
    return 1
  }
}

if (process.argv[1] && import.meta.url === pathToFileURL(await realPath(process.argv[1])).href) {
  const stop = new AbortController()
  // It stays, also once it has been heard: a robot's guard ends a process that nobody else listens for.
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.on(name, () => {
      if (stop.signal.aborted) process.exit(130) // asked twice
      stop.abort()
    })
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0) // the reader of a pipe went away
    process.stderr.write(`lutra: io: could not write to stdout: ${error.message}\n`)
    process.exit(1)
  })
  process.stderr.on('error', () => {}) // nobody left to tell
  process.exitCode = await main(process.argv.slice(2), stop.signal)
}

/** npm's bin is a link: the module's own URL is the real file. */
async function realPath(path: string): Promise<string> {
  const { realpath } = await import('node:fs/promises')
  return realpath(path).catch(() => path)
}
