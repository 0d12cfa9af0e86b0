/**
 * What was asked, decided and done, a line of JSON each, appended before it is acted upon; survives a crash at any moment.
 * takes  entries · gives  their numbers once they are on the disk; old lines go to files of their own by size
 * before ./line, ./tail, ./files, ./lock · after ./audited, ./session, ./watch
 */
import { type FileHandle, open, rename, unlink } from 'node:fs/promises'
import type { Subscription } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import { rotatedFiles, rotatedPath, syncFolder } from './files.js'
import { type AuditEntry, lineOf } from './line.js'
import { claim } from './lock.js'
import { type AuditBegin, AuditSession } from './session.js'
import { cutTail } from './tail.js'
import { type Watched, watchRobot } from './watch.js'

export interface AuditOptions {
  /** Waits for the disk itself, so that power loss keeps the line. Default true. */
  readonly sync?: boolean
  /**
   * A file that would grow beyond `bytes` is put aside and a new one begun; `keep` of those stay, the oldest go. Default:
   * one file without end; `keep` all.
   */
  readonly rotate?: { readonly bytes: number; readonly keep?: number }
  readonly now?: () => Date
  /** @internal How a file is opened; tests bring a disk that is full. */
  readonly open?: (path: string) => Promise<FileHandle>
}

/** Most UTF-16 units that may wait for the disk. A disk that falls behind that far counts as failed. */
const mostWaiting = 16 << 20

interface Waiting {
  readonly n: number
  readonly line: string
}

export class Audit {
  #waiting: Waiting[] = []
  #waitingSize = 0
  #writing: Promise<void> = Promise.resolve()
  #closing: Promise<void> | undefined
  #failure: LutraError | undefined

  private constructor(
    readonly path: string,
    readonly options: AuditOptions,
    private file: FileHandle,
    private size: number,
    /** The number that the next entry gets. */
    private next: number,
    private readonly release: () => Promise<void>,
  ) {}

  /** Opens or creates the log and goes on counting where it ends; reads only that end. One writer at a time. */
  static async open(path: string, options: AuditOptions = {}): Promise<Audit> {
    const { bytes = Number.POSITIVE_INFINITY, keep = Number.POSITIVE_INFINITY } = options.rotate ?? {}
    if (!(bytes >= 1024 && keep >= 0))
      throw new LutraError(
        'limit',
        `Expected rotate.bytes from 1024 and rotate.keep from 0 but found ${bytes}, ${keep}`,
      )
    let release = async () => {}
    let file: FileHandle | undefined
    try {
      release = await claim(path)
      file = await openFile(path, options)
      const { size, last, unreadable } = await cutTail(file)
      const before = last ?? ((await rotatedFiles(path)).at(-1)?.last ?? -1) + unreadable
      if (options.sync !== false) await syncFolder(path)
      return new Audit(path, options, file, size, before + 1, release)
    } catch (cause) {
      await file?.close()
      await release()
      const why = cause instanceof LutraError ? cause.message : String(cause)
      throw new LutraError('io', `Expected to append to the audit log ${path} but could not: ${why}`, { cause })
    }
  }

  /**
   * Resolves to the entry's number once it is on the disk: act after that. Entries stand in the order of the calls.
   * LutraError io once a write has failed: a log with a hole is worse than none, so nothing after it is called written.
   */
  async record(entry: AuditEntry): Promise<number> {
    const { n, written } = this.enter(entry)
    await written
    return n
  }

  /** The same for who need not wait: the number at once. An entry written later is proof that this one was. */
  enter(entry: AuditEntry): { readonly n: number; readonly written: Promise<void> } {
    const n = this.next
    if (this.#closing !== undefined)
      return failed(n, new LutraError('closed', 'Expected an open audit log but it was closed'))
    if (this.#failure !== undefined) return failed(n, this.#failure)
    const line = lineOf(entry, n, this.options.now?.() ?? new Date())
    if (this.#waitingSize + line.length > mostWaiting) {
      this.#failure = new LutraError('limit', `Expected the disk to keep up but ${mostWaiting} characters wait for it`)
      return failed(n, this.#failure)
    }
    this.next++
    this.#waiting.push({ n, line })
    this.#waitingSize += line.length
    // What comes while a write is under way goes out together with the next.
    const written = this.#writing.catch(() => {}).then(() => this.#flush())
    this.#writing = written
    written.catch(() => {})
    return { n, written }
  }

  /** One instruction: its prompt's line, and operators for what comes of it. */
  session(begin: AuditBegin): AuditSession {
    return new AuditSession(this, begin)
  }

  /** Writes down the robot's stops and resets until unsubscribed, whoever asked for them. */
  watch(robot: Watched): Subscription {
    return watchRobot(this, robot)
  }

  /** Writes what waits and lets the file go. */
  close(): Promise<void> {
    this.#closing ??= this.#writing
      .catch(() => {})
      .then(() => this.file.close().catch(() => {}))
      .then(() => this.release())
    return this.#closing
  }

  async #flush(): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure
    const lines = this.#waiting
    this.#waiting = []
    this.#waitingSize = 0
    try {
      const { bytes = Number.POSITIVE_INFINITY } = this.options.rotate ?? {}
      let text = ''
      let size = this.size
      for (const { n, line } of lines) {
        const length = Buffer.byteLength(line)
        if (size > 0 && size + length > bytes) {
          await this.#append(text)
          await this.#rotate(n - 1)
          text = ''
          size = 0
        }
        text += line
        size += length
      }
      await this.#append(text)
    } catch (cause) {
      this.#failure = new LutraError('io', `Expected to write the audit log ${this.path} but could not: ${cause}`, {
        cause,
      })
      throw this.#failure
    }
  }

  async #append(text: string): Promise<void> {
    if (text === '') return
    await this.file.appendFile(text)
    this.size += Buffer.byteLength(text)
    if (this.options.sync !== false) await this.file.datasync()
  }

  /** Puts the file aside under the number of its last line. A crash between two of these steps leaves a whole log. */
  async #rotate(last: number): Promise<void> {
    await rename(this.path, rotatedPath(this.path, last))
    const old = this.file
    this.file = await openFile(this.path, this.options)
    this.size = 0
    await old.close()
    const files = await rotatedFiles(this.path)
    const { keep = files.length } = this.options.rotate ?? {}
    for (const { path } of files.slice(0, Math.max(0, files.length - keep))) await unlink(path)
    if (this.options.sync !== false) await syncFolder(this.path)
  }
}

function openFile(path: string, options: AuditOptions): Promise<FileHandle> {
  return options.open?.(path) ?? open(path, 'a+', 0o600)
}

function failed(n: number, error: LutraError): { n: number; written: Promise<void> } {
  const written = Promise.reject(error)
  written.catch(() => {})
  return { n, written }
}
