/**
 * Reads an audit log from its oldest file to its newest line, one record at a time, also while it is being written.
 * takes  the log's path, what to leave out · gives  AsyncGenerator<AuditRecord>; tells damage
 * before ./line, ./files
 */
import { type FileHandle, open } from 'node:fs/promises'
import { LutraError } from '../../../hal/error.js'
import { rotatedFiles } from './files.js'
import { type AuditRecord, longestLine, recordOf } from './line.js'

export interface ReadAuditOptions {
  /** Only these kinds. */
  readonly kinds?: readonly string[]
  /** Only from this moment on, and only before that one. */
  readonly since?: Date
  readonly until?: Date
  /** Told of each damaged or missing line; reading goes on. Without it that is LutraError format. */
  readonly onDamage?: (damage: AuditDamage) => void
}

export interface AuditDamage {
  readonly path: string
  /** Line in that file, from 1. */
  readonly line: number
  /** What is wrong, in words. */
  readonly why: string
}

/** Bytes of a line beyond which it is damaged: in UTF-8 a UTF-16 unit takes up to three, and the checksum its own. */
const mostBytes = 3 * longestLine + 64

/**
 * The records as they were when reading began. A last line without its end was never acknowledged, and is left out
 * without a word. LutraError io where there is no such log.
 */
export async function* readAudit(
  path: string,
  options: ReadAuditOptions = {},
): AsyncGenerator<AuditRecord, void, void> {
  // Opened before the others are listed: if it is put aside meanwhile, it is among them, and read once.
  const newest = await open(path, 'r').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') return undefined
    throw unreadable(path, cause)
  })
  try {
    const older = await rotatedFiles(path).catch((cause) => {
      throw unreadable(path, cause)
    })
    if (newest === undefined && older.length === 0) throw unreadable(path, new Error('there is no such file'))
    const seen: Seen = { next: undefined }
    for (const file of older) {
      const handle = await open(file.path, 'r').catch((cause: NodeJS.ErrnoException) => {
        // The writer keeps so many and removes the oldest.
        if (cause.code === 'ENOENT') return undefined
        throw unreadable(file.path, cause)
      })
      try {
        if (handle && !(newest && (await same(handle, newest)))) yield* recordsOf(handle, file.path, seen, options)
      } finally {
        await handle?.close()
      }
    }
    if (newest) yield* recordsOf(newest, path, seen, options)
  } finally {
    await newest?.close()
  }
}

interface Seen {
  /** The number that must come next. */
  next: number | undefined
}

async function* recordsOf(file: FileHandle, path: string, seen: Seen, options: ReadAuditOptions) {
  const { kinds, since, until, onDamage } = options
  const tell = (line: number, why: string) => {
    if (onDamage) return onDamage({ path, line, why })
    throw new LutraError(
      'format',
      `Expected a whole audit log but line ${line} of ${path} is damaged (${why}); pass onDamage to read on`,
    )
  }
  let line = 0
  let damaged = 0
  for await (const text of linesOf(file)) {
    line++
    const record = text === undefined ? 'it is too long' : recordOf(text)
    if (typeof record === 'string') {
      damaged++
      tell(line, record)
      continue
    }
    // A damaged line that has been told of is not missing as well.
    const missing = seen.next === undefined ? 0 : record.n - seen.next - damaged
    if (missing !== 0) tell(line, `the number ${record.n} stands where ${record.n - missing} should`)
    seen.next = record.n + 1
    damaged = 0
    const at = Date.parse(record.at)
    if (kinds && !kinds.includes(record.kind)) continue
    if ((since && at < since.getTime()) || (until && at >= until.getTime())) continue
    yield record
  }
  if (seen.next !== undefined) seen.next += damaged
}

/** Whole lines without their ends; undefined for one that is too long. */
async function* linesOf(file: FileHandle): AsyncGenerator<string | undefined> {
  let parts: Buffer[] = []
  let length = 0
  const add = (part: Buffer) => {
    length += part.length
    if (length <= mostBytes) parts.push(part)
  }
  const take = () => {
    const text = length <= mostBytes ? Buffer.concat(parts).toString('utf8') : undefined
    parts = []
    length = 0
    return text
  }
  for await (const chunk of file.createReadStream({ autoClose: false, highWaterMark: 64 << 10 })) {
    const bytes = chunk as Buffer
    let from = 0
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, from)) {
      add(bytes.subarray(from, end))
      yield take()
      from = end + 1
    }
    add(bytes.subarray(from))
  }
}

async function same(a: FileHandle, b: FileHandle): Promise<boolean> {
  const [one, other] = await Promise.all([a.stat(), b.stat()])
  return one.ino === other.ino && one.dev === other.dev
}

function unreadable(path: string, cause: Error): LutraError {
  return new LutraError('io', `Expected an audit log at ${path} but could not read it: ${cause.message}`, { cause })
}
