/**
 * What the apps of this folder share: their command line, the board that they are on, their end.
 * takes  the boards that an app is for and its options, the app · gives  a Call; a fault is one line on stderr and exit 1
 * before each of the apps here
 */
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { type Board, boards, type Wire } from '../../boards/index.js'
import { identify, LutraError, type Reader, resolveWire, systemReader, wishOf } from '../../hal/index.js'

export interface About {
  /** Names in boards/; the first one stands for them in a simulation. */
  readonly boards: readonly string[]
  readonly usage: string
  /** Options with a value, besides --simulate. */
  readonly options?: readonly string[]
}

export interface Call {
  readonly board: Board
  readonly reader: Reader
  /** Stand-ins in the place of hardware, on whatever machine this is. */
  readonly simulate: boolean
  readonly options: Readonly<Record<string, string | undefined>>
  readonly words: readonly string[]
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal
  /** A line on stdout; of a simulation it says so. */
  say(text: string): void
  /** Is done when the app ends, however it ends; the last one first. */
  later(close: () => unknown): void
}

export async function app(about: About, main: (call: Call) => Promise<void>): Promise<void> {
  const { values, positionals: words } = commandLine(about)
  const { simulate = false, ...options } = values as { simulate?: boolean } & Record<string, string | undefined>
  const say = (text: string) => console.log(simulate ? text.replace(/^/gm, 'simulated: ') : text)
  const ctrlC = new AbortController()
  // Once: who presses it again means it.
  process.on('SIGINT', () => (ctrlC.signal.aborted ? process.exit(130) : ctrlC.abort()))
  const closes: (() => unknown)[] = []
  const later = (close: () => unknown) => closes.unshift(close)
  try {
    const reader = systemReader()
    const board = simulate ? standIn(about.boards) : boardHere(reader, about.boards)
    await main({ board, reader, simulate, options, words, signal: ctrlC.signal, say, later })
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error))
    process.exitCode = 1
  }
  for (const close of closes) await Promise.resolve(close()).catch((error) => console.error(String(error)))
}

/** Lines of stdin, until it or the app ends. */
export function linesOf({ signal }: Pick<Call, 'signal'>): AsyncIterable<string> {
  const lines = createInterface({ input: process.stdin })
  if (signal.aborted) lines.close()
  signal.addEventListener('abort', () => lines.close())
  return lines
}

/** Where a wire of this board is on the running kernel; LutraError io, with what was looked for. */
export function pathOf({ board, reader }: Pick<Call, 'board' | 'reader'>, wire: Wire): string {
  const { path, why } = resolveWire(reader, wire)
  if (path !== undefined) return path
  throw new LutraError(
    'io',
    `Expected ${wire.name} of ${board.title} but found ${why}; enable it, or name one by --port`,
  )
}

function commandLine({ usage, options = [] }: About) {
  try {
    const wanted = Object.fromEntries(options.map((name) => [name, { type: 'string' as const }]))
    return parseArgs({ options: { simulate: { type: 'boolean' }, ...wanted }, allowPositionals: true })
  } catch (error) {
    console.error(`${(error as Error).message}\nusage: [--simulate] ${usage}`)
    process.exit(2)
  }
}

function standIn(names: readonly string[]): Board {
  const { board: wished } = wishOf(process.env)
  const name = wished !== undefined && names.includes(wished) ? wished : names[0]
  return boards.find((board) => board.name === name)!
}

function boardHere(reader: Reader, names: readonly string[]): Board {
  const { board, why } = identify(reader, boards, wishOf(process.env).board)
  if (names.includes(board.name)) return board
  const wanted = names.map((name) => boards.find((each) => each.name === name)?.title).join(' or ')
  throw new LutraError(
    'unsupported',
    `Expected ${wanted} but found ${board.title} (${why}); run it there, or anywhere with --simulate`,
  )
}
