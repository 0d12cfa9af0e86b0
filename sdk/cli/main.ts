#!/usr/bin/env node
/** The door of the command line: finds the command, runs it, prints its result or its error, sets the exit code. */
import { pathToFileURL } from 'node:url'
import { type Command, type CommandGroup, describe, memberOf, parse, UsageError } from './command.js'

/** Loaded when asked for: a board waits for the modules of one command, not of all. */
const commands: Readonly<Record<string, () => Promise<Command | CommandGroup>>> = {
  inspect: async () => (await import('./inspect.js')).inspect,
  run: async () => (await import('./run.js')).run,
  act: async () => (await import('./act.js')).act,
  tokenize: async () => (await import('./tokenize.js')).tokenize,
  logits: async () => (await import('./logits.js')).logits,
  embed: async () => (await import('./embed.js')).embed,
  eval: async () => (await import('./eval.js')).evaluate,
  bench: async () => (await import('./bench.js')).bench,
  tune: async () => (await import('./tune.js')).tune,
  compile: async () => (await import('./compile.js')).compile,
  quantize: async () => (await import('./quantize.js')).quantizeCommand,
  pull: async () => (await import('./pull.js')).pull,
  serve: async () => (await import('./serve.js')).serve,
  replay: async () => (await import('./replay.js')).replay,
  'lut-core': async () => (await import('./lut-core.js')).lutCore,
}

async function usage(): Promise<string> {
  const all = await Promise.all(Object.values(commands).map((load) => load()))
  const lines = all.map(
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
    process.stdout.write(await usage())
    return name === undefined ? 2 : 0
  }
  const json = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length).includes('--json')
  let group: CommandGroup | undefined
  let command: Command | undefined
  try {
    if (!Object.hasOwn(commands, name)) throw new UsageError(`Unknown command "${name}"`)
    const found = await commands[name]()
    if ('members' in found) group = found
    if (group && ['help', '--help', '-h'].includes(rest[0])) {
      process.stdout.write(await groupUsage(group))
      return 0
    }
    command = group ? await memberOf(group, rest.shift()) : (found as Command)
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
      const one = command && `usage: lutra ${command.name} ${command.usage}`
      process.stderr.write(`lutra: ${error.message}\n${one ?? (await (group ? groupUsage(group) : usage()))}\n`)
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
