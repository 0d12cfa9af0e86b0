/**
 * A file on its way: NAME.part, and beside it what the server called that version, so that only the same one goes on.
 * takes  bytes in order · gives  the finished file under its name, its checksum compared
 * after  ./download
 */
import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { LutraError } from '../../hal/error.js'

/** Space that stays free beside the file. */
const spare = 64 * 2 ** 20

/** What told the version of a part: its ETag, and how long the whole is. */
export interface Version {
  readonly etag?: string
  readonly size?: number
  readonly sha256?: string
}

export class Part {
  /** Bytes that are there. */
  length = 0
  version: Version = {}
  #hash: Hash = createHash('sha256')

  private constructor(
    readonly target: string,
    private readonly file: FileHandle,
  ) {}

  static async open(target: string, signal?: AbortSignal): Promise<Part> {
    await mkdir(dirname(target), { recursive: true })
    const path = `${target}.part`
    const version = await readVersion(path)
    const part = new Part(target, await open(path, version ? 'r+' : 'w+').catch(() => open(path, 'w+')))
    try {
      const { size } = await part.file.stat()
      if (version && size > 0) await part.#resume(path, size, version, signal)
      return part
    } catch (fault) {
      await part.close()
      throw fault
    }
  }

  async #resume(path: string, size: number, version: Version, signal?: AbortSignal): Promise<void> {
    for await (const chunk of createReadStream(path, { end: size - 1, signal })) this.#hash.update(chunk as Buffer)
    this.length = size
    this.version = version
  }

  /** Forgets what is there; the next bytes are the file's first. */
  async restart(version: Version): Promise<void> {
    await this.file.truncate(0)
    this.length = 0
    this.#hash = createHash('sha256')
    this.version = version
    await writeFile(`${this.target}.part.json`, JSON.stringify(version))
  }

  async checkSpace(size: number): Promise<void> {
    const { bavail, bsize } = await statfs(dirname(this.target))
    const needed = size - this.length + spare
    if (bavail * bsize >= needed) return
    throw new LutraError(
      'limit',
      `Expected ${megabytes(needed)} free for ${this.target} but found ${megabytes(bavail * bsize)}; make room or use --to`,
    )
  }

  async append(bytes: Uint8Array): Promise<void> {
    for (let done = 0; done < bytes.length; ) {
      const { bytesWritten } = await this.file.write(bytes, done, bytes.length - done, this.length + done)
      done += bytesWritten
    }
    this.#hash.update(bytes)
    this.length += bytes.length
  }

  /** Gives the checksum; a wrong one removes the part, for no later byte could mend it. */
  async finish(expected: string | undefined): Promise<string> {
    const sha256 = this.#hash.copy().digest('hex')
    await this.file.sync()
    await this.file.close()
    if (expected !== undefined && sha256 !== expected) {
      await this.#remove()
      throw new LutraError(
        'mismatch',
        `Expected sha256 ${expected} of ${this.target} but found ${sha256}; it was not kept, pull it again`,
      )
    }
    await rename(`${this.target}.part`, this.target)
    await rm(`${this.target}.part.json`, { force: true })
    return sha256
  }

  /** Keeps what is there for the next time. */
  async close(): Promise<void> {
    await this.file.close().catch(() => undefined) // closed by `finish` already
  }

  async #remove(): Promise<void> {
    for (const path of [`${this.target}.part`, `${this.target}.part.json`]) await rm(path, { force: true })
  }
}

async function readVersion(path: string): Promise<Version | undefined> {
  try {
    const { etag, size, sha256 } = JSON.parse(await readFile(`${path}.json`, 'utf8'))
    return {
      etag: typeof etag === 'string' && etag.length < 1000 ? etag : undefined,
      size: Number.isSafeInteger(size) ? size : undefined,
      sha256: typeof sha256 === 'string' ? sha256 : undefined,
    }
  } catch {
    return undefined // none yet, or not ours: begin anew
  }
}

export async function sha256Of(path: string, signal?: AbortSignal): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path, { signal })) hash.update(chunk as Buffer)
  return hash.digest('hex')
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1e6)} MB`
}
