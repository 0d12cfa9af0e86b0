import { readFileSync, statSync } from 'node:fs'
import { LutraError } from '../../hal/error.js'
import { pageReader, readPage } from '../../hal/page.js'
import { folderReader, type Reader } from '../../hal/reader.js'
import { inspectDevice, inspectModel, reportDevice } from '../open.js'
import { type Command, engineOptions, type Invocation, text, UsageError, whole } from './command.js'
import { optionsOf } from './model-options.js'

/** `lutra inspect`: what is here, which back ends can run and why not; what a model holds, takes, and how it would run. */
export const inspect: Command = {
  name: 'inspect',
  usage: '[MODEL] [--context N] [--bandwidth 1,2,4] [--report] [--from PAGE | --from FOLDER --machine linux/arm64]',
  about:
    'The device, the board, the back ends; with MODEL its metadata, tensors, memory for a context and the plan, with reasons. No weights are read. --report prints the machine as a page for an issue; --from looks at another machine, from its page or a folder with its files.',
  options: {
    ...engineOptions,
    context: { type: 'string' },
    bandwidth: { type: 'string' },
    report: { type: 'boolean' },
    from: { type: 'string' },
    machine: { type: 'string' },
  },
  async run(call) {
    const options = { ...optionsOf(call), context: whole(call, 'context', 1, 2 ** 24) }
    const reader = readerOf(call)
    if (call.flags.report) {
      const report = reportDevice(reader)
      if (!call.json) process.stdout.write(report)
      return { report }
    }
    const around = await inspectDevice({ reader, bandwidth: countsOf(call) })
    const name = call.words[0]
    if (name === undefined) {
      if (!call.json) print(around)
      if (!call.json) tellUnknown(around.board.name, around.identity.why)
      return around
    }
    const absent = around.backends.flatMap(({ name, reason }) => (reason === undefined ? [] : [{ name, reason }]))
    const { model, plan } = await inspectModel(name, { ...options, reader }, absent)
    const result = { ...around, model, plan }
    if (!call.json) print(result)
    return result
  },
}

/** A machine elsewhere: a page, or a folder in place of /. */
function readerOf(call: Invocation): Reader | undefined {
  const from = text(call, 'from')
  if (from === undefined) return undefined
  try {
    if (!statSync(from).isDirectory()) return pageReader(readPage(readFileSync(from, 'utf8')))
  } catch (cause) {
    if (cause instanceof LutraError) throw cause
    throw new LutraError(
      'io',
      `Expected a page or a folder at ${from} but it cannot be read: ${(cause as Error).message}`,
      { cause },
    )
  }
  const machine = text(call, 'machine') ?? `${process.platform}/${process.arch}`
  const [, os, arch] = /^(\w+)\/(\w+)$/.exec(machine) ?? []
  if (!os) throw new UsageError(`Expected --machine OS/ARCH, as linux/arm64, but got "${machine}"`)
  return folderReader(from, { os, arch })
}

function countsOf(call: Invocation): readonly number[] | undefined {
  const list = text(call, 'bandwidth')
  const counts = list?.split(',').map(Number)
  if (counts?.every((count) => Number.isInteger(count) && count >= 1 && count <= 256) ?? true) return counts
  throw new UsageError(`Expected --bandwidth to be thread counts from 1 to 256, as 1,2,4, but got "${list}"`)
}

function tellUnknown(board: string, why: string): void {
  if (!board.startsWith('generic') || !why.startsWith('no board file')) return
  process.stdout.write(
    `\nThis board is not known (${plain(why)}). Paste the output of "lutra inspect --report" into an issue, and it will be.\n`,
  )
}

/** Plain lines, two spaces a level: the same document, for people. */
function print(value: unknown, indent = ''): void {
  for (const [key, entry] of Object.entries(value as Record<string, unknown>)) {
    if (entry === undefined || (Array.isArray(entry) && entry.length === 0)) continue
    if (Array.isArray(entry) && entry.every((e) => typeof e !== 'object')) {
      process.stdout.write(`${indent}${key}: ${entry.map(plain).join(' ')}\n`)
    } else if (typeof entry === 'object' && entry !== null) {
      process.stdout.write(`${indent}${key}:\n`)
      print(entry, `${indent}  `)
    } else {
      process.stdout.write(`${indent}${plain(key)}: ${plain(entry)}\n`)
    }
  }
}

/** A file's own words must not steer the terminal. */
function plain(entry: unknown): string {
  return typeof entry === 'string' ? JSON.stringify(entry).slice(1, -1) : String(entry)
}
