/**
 * What was decided and done, a line of JSON each, appended before it is acted upon.
 * takes  entries · gives a file that survives a crash: a torn last line is cut off from the next by a line end
 * before ./guard · after ./audited
 */
import { type FileHandle, open, readFile } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import { isSchemaObject } from '../grammar/schema.js'

export interface AuditEntry {
  /** instruction, verdict, outcome, stop, … */
  readonly kind: string
  readonly [field: string]: unknown
}

/** An entry as it stands in the file. */
export interface AuditRecord extends AuditEntry {
  readonly n: number
  /** ISO 8601, UTC. */
  readonly at: string
}

export interface AuditOptions {
  /** Waits for the disk itself, so that power loss keeps the line. Default true. */
  readonly sync?: boolean
  readonly now?: () => Date
}

/** Longest line; a longer entry is cut to its kind, for a log must not fail. */
const MAX_LINE = 64 << 10

export class Audit {
  #n: number
  #pending: string[] = []
  #writing: Promise<void> | undefined
  #closed = false
  #failure: LutraError | undefined

  private constructor(
    readonly file: FileHandle,
    readonly options: AuditOptions,
    n: number,
  ) {
    this.#n = n
  }

  /** Opens or creates the file and goes on counting where it ends. */
  static async open(path: string, options: AuditOptions = {}): Promise<Audit> {
    try {
      const file = await open(path, 'a+', 0o600)
      const { text, records } = parse(await file.readFile('utf8'))
      if (text.length > 0 && !text.endsWith('\n')) await file.appendFile('\n')
      return new Audit(file, options, (records.at(-1)?.n ?? -1) + 1)
    } catch (cause) {
      throw new LutraError('io', `Expected to append to the audit log ${path} but could not: ${String(cause)}`, {
        cause,
      })
    }
  }

  /** Resolves once the entry is on the disk: act after that. Entries stand in the order of the calls. */
  record(entry: AuditEntry): Promise<void> {
    if (this.#closed) return Promise.reject(new LutraError('closed', 'Expected an open audit log but it was closed'))
    this.#pending.push(lineOf(entry, this.#n++, this.options.now?.() ?? new Date()))
    const before = this.#writing
    // What comes while a write is under way goes out together with the next.
    this.#writing = (before ?? Promise.resolve()).catch(() => {}).then(() => this.#flush())
    return this.#writing
  }

  async close(): Promise<void> {
    this.#closed = true
    await this.#writing?.catch(() => {})
    await this.file.close()
  }

  async #flush(): Promise<void> {
    // A log with a hole is worse than none: after a failure nothing more is called written.
    if (this.#failure !== undefined) throw this.#failure
    if (this.#pending.length === 0) return
    const lines = this.#pending.join('')
    this.#pending = []
    try {
      await this.file.appendFile(lines)
      if (this.options.sync !== false) await this.file.datasync()
    } catch (cause) {
      this.#failure = new LutraError('io', `Expected to write the audit log but could not: ${String(cause)}`, { cause })
      throw this.#failure
    }
  }
}

/** The whole entries of a log, and how many torn or foreign lines were left out. */
export async function readAudit(path: string): Promise<{ records: AuditRecord[]; torn: number }> {
  const { records, torn } = parse(await readFile(path, 'utf8'))
  return { records, torn }
}

function parse(text: string): { text: string; records: AuditRecord[]; torn: number } {
  const records: AuditRecord[] = []
  let torn = 0
  for (const line of text.split('\n')) {
    if (line.length === 0) continue
    const record = asRecord(line)
    if (record === undefined) torn++
    else records.push(record)
  }
  return { text, records, torn }
}

function asRecord(line: string): AuditRecord | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return isSchemaObject(value) && Number.isSafeInteger(value.n) && typeof value.kind === 'string'
      ? (value as unknown as AuditRecord)
      : undefined
  } catch {
    return undefined
  }
}

function lineOf(entry: AuditEntry, n: number, at: Date): string {
  const head = { n, at: at.toISOString(), kind: entry.kind }
  let line: string
  try {
    line = JSON.stringify({ ...head, ...entry, n, at: head.at })
  } catch (error) {
    line = JSON.stringify({ ...head, unwritable: String(error) })
  }
  return `${line.length > MAX_LINE ? JSON.stringify({ ...head, cut: line.length }) : line}\n`
}
