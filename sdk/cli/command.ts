/**
 * What a command is, and the manners that all commands share: `--json` gives one document on stdout and nothing else
 * there; exit 0 success, 1 a LutraError, 2 wrong usage; SIGINT closes cleanly.
 */
import { type ParseArgsConfig, parseArgs } from 'node:util'
import { LutraError } from '../../hal/error.js'

export type Flags = Readonly<Record<string, string | boolean | readonly string[] | undefined>>

export interface Invocation {
  readonly words: readonly string[]
  readonly flags: Flags
  readonly json: boolean
  /** Aborted on SIGINT and SIGTERM. */
  readonly signal: AbortSignal
}

export interface Command {
  readonly name: string
  /** The line after the command's name in the usage text. */
  readonly usage: string
  readonly about: string
  readonly options: NonNullable<ParseArgsConfig['options']>
  /** With `--json` the result is printed as one document; otherwise the command prints for people by itself. */
  run(call: Invocation): Promise<unknown>
}

/** A command of several, each with options of its own: `lutra lut-core asm`. */
export interface CommandGroup {
  readonly name: string
  readonly about: string
  /** By name; loaded when asked for. */
  readonly members: Readonly<Record<string, () => Promise<Command>>>
}

/** The member of that name, under the two words that it is called by. */
export async function memberOf(group: CommandGroup, word: string | undefined): Promise<Command> {
  if (word === undefined || !Object.hasOwn(group.members, word)) {
    const found = word === undefined ? 'nothing' : `"${word}"`
    throw new UsageError(`Expected ${group.name} ${Object.keys(group.members).join(' | ')} but found ${found}`)
  }
  return { ...(await group.members[word]()), name: `${group.name} ${word}` }
}

/** Wrong usage: exit code 2. */
export class UsageError extends Error {}

/** Options of every command that opens a model. */
export const engineOptions = {
  backend: { type: 'string' },
  isa: { type: 'string' },
  threads: { type: 'string' },
  cache: { type: 'string' },
  memory: { type: 'string' },
  'lut-core': { type: 'string' },
  'max-celsius': { type: 'string' },
  'max-watts': { type: 'string' },
} as const

/** Parses what follows the command's name. */
export function parse(command: Command, args: readonly string[], signal: AbortSignal): Invocation {
  const options = { ...command.options, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } } as const
  try {
    const { values, positionals } = parseArgs({
      args: joinNegatives(args, options),
      options,
      allowPositionals: true,
      strict: true,
    })
    return { words: positionals, flags: values as Flags, json: values.json === true, signal }
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause))
  }
}

/** `--temperature -1` is a value, not an option: node's parser wants `--temperature=-1`. */
function joinNegatives(args: readonly string[], options: Command['options']): string[] {
  const end = args.includes('--') ? args.indexOf('--') : args.length
  const joined: string[] = []
  for (const arg of args.slice(0, end)) {
    const last = joined.at(-1)
    const takesValue = last?.startsWith('--') && options[last.slice(2)]?.type === 'string'
    if (/^-\d/.test(arg) && takesValue) joined[joined.length - 1] = `${last}=${arg}`
    else joined.push(arg)
  }
  return [...joined, ...args.slice(end)]
}

/** A flag's text, or undefined. */
export function text(call: Invocation, name: string): string | undefined {
  const value = call.flags[name]
  return typeof value === 'string' ? value : undefined
}

/** All values of a flag that may stand several times. */
export function list(call: Invocation, name: string): readonly string[] {
  const value = call.flags[name]
  return Array.isArray(value) ? value : []
}

/** A flag as a finite number within [min, max]; wrong usage otherwise. */
export function number(call: Invocation, name: string, min: number, max: number): number | undefined {
  const value = text(call, name)
  if (value === undefined) return undefined
  const found = Number(value)
  if (value.trim() === '' || !Number.isFinite(found) || found < min || found > max) {
    throw new UsageError(`Expected --${name} to be a number from ${min} to ${max} but got "${value}"`)
  }
  return found
}

/** A flag as a whole number within [min, max]; wrong usage otherwise. */
export function whole(call: Invocation, name: string, min: number, max: number): number | undefined {
  const found = number(call, name, min, max)
  if (found !== undefined && !Number.isInteger(found)) {
    throw new UsageError(`Expected --${name} to be a whole number but got "${text(call, name)}"`)
  }
  return found
}

/** The one positional argument that a command needs. */
export function word(call: Invocation, index: number, name: string): string {
  const found = call.words[index]
  if (found === undefined) throw new UsageError(`Missing ${name}`)
  return found
}

/** What a failed command tells: `{ error: { kind, message } }`. Faults of ours keep kind `internal`. */
export function describe(error: unknown): { error: { kind: string; message: string } } {
  if (error instanceof LutraError) return { error: { kind: error.kind, message: error.message } }
  return { error: { kind: 'internal', message: error instanceof Error ? error.message : String(error) } }
}
