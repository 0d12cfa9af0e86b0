/**
 * Brings a model from a hub, or a file from a URL, onto this machine.
 * takes  a URL, ORG/REPO or ORG/REPO:FILE, a folder · gives  the files' paths, sizes and checksums
 * before ./source, ./list, ./download
 */
import { mkdir, stat, statfs } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { LutraError } from '../../hal/error.js'
import { download, type Pulled } from './download.js'
import { safePath } from './file-name.js'
import { chooseFiles, listFiles, type RemoteFile, shardNames } from './list.js'
import { type Patience, persist } from './retry.js'
import { fileUrl, type Source, sourceOf } from './source.js'

export interface PullOptions {
  /** Folder to put the files in. Default: this one; for a repository of many files, one of its name in it. */
  readonly to?: string
  /** Of the one file. Default: what the hub says of it. */
  readonly sha256?: string
  /** Branch, tag or commit. Default: `main`. */
  readonly revision?: string
  /** Which file of a repository: its path, or a part of a GGUF's name that only one has (`Q4_K_M`). */
  readonly file?: string
  /** Default: LUTRA_HUB, else https://huggingface.co. */
  readonly hub?: string
  /** Sent to the hub alone. Default: HF_TOKEN. */
  readonly token?: string
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: PullProgress) => void
  /** Attempts in a row that may fail. Default 5. */
  readonly retries?: number
  /** Silence after which a connection is given up. Default 30 000. */
  readonly stallMs?: number
  /** Wait before the second attempt; doubles. Default 500. */
  readonly backoffMs?: number
}

export interface PullProgress {
  readonly path: string
  /** Which file this is, from 1, of how many. */
  readonly file: number
  readonly files: number
  readonly bytes: number
  /** Absent where the server does not say. */
  readonly total?: number
}

export interface PullResult {
  readonly files: readonly Pulled[]
}

/** See ./index, the door. */
export async function pull(what: string, options: PullOptions): Promise<PullResult> {
  const { retries = 5, stallMs = 30_000, backoffMs = 500, signal } = options
  const patience: Patience = { retries, stallMs, backoffMs, signal }
  if (options.sha256 !== undefined && !/^[0-9a-f]{64}$/i.test(options.sha256))
    throw new LutraError(
      'mismatch',
      `Expected a sha256 of 64 hexadecimal digits but found ${JSON.stringify(options.sha256)}`,
    )
  const source = sourceOf(what, options)
  const auth =
    source.kind === 'repo' ? { token: options.token ?? process.env.HF_TOKEN, tokenFor: source.hub.origin } : {}
  const { files, folder } = await plan(source, options, async (repo) =>
    persist(`the list of files of ${repo.repo}`, patience, (stall) =>
      listFiles(repo, { ...auth, signal: stall.signal }),
    ),
  )
  if (options.sha256 !== undefined && files.length > 1)
    throw new LutraError(
      'mismatch',
      `Expected one file for one sha256 but ${what} has ${files.length}; leave it out, the hub's are checked`,
    )
  await checkSpace(files, resolve(folder))
  const pulled: Pulled[] = []
  for (const [i, { path, url, size, sha256 }] of files.entries()) {
    const target = resolve(folder, path)
    const onBytes = (bytes: number, total?: number) =>
      options.onProgress?.({ path: target, file: i + 1, files: files.length, bytes, total })
    pulled.push(
      await download({ url, target, size, sha256: options.sha256?.toLowerCase() ?? sha256, auth, onBytes }, patience),
    )
  }
  return { files: pulled }
}

/** For the whole set, before its first byte. */
async function checkSpace(files: readonly RemoteFile[], folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((cause: Error) => {
    throw new LutraError('io', `Could not make the folder ${folder}: ${cause.message}`, { cause })
  })
  const sizeOf = (path: string) =>
    stat(path).then(
      ({ size }) => size,
      () => undefined,
    )
  let needed = 0
  for (const { path, size = 0 } of files) {
    const there = (await sizeOf(resolve(folder, path))) ?? (await sizeOf(resolve(folder, `${path}.part`))) ?? 0
    needed += Math.max(0, size - there)
  }
  const { bavail, bsize } = await statfs(folder)
  if (needed > bavail * bsize)
    throw new LutraError(
      'limit',
      `Expected ${Math.ceil(needed / 1e6)} MB free in ${folder} but found ${Math.floor((bavail * bsize) / 1e6)} MB; make room or use --to`,
    )
}

interface Planned extends RemoteFile {
  readonly url: URL
}

/** Which files, and the folder that they go to. */
async function plan(
  source: Source,
  { to }: PullOptions,
  list: (repo: Extract<Source, { kind: 'repo' }>) => Promise<RemoteFile[]>,
): Promise<{ files: Planned[]; folder: string }> {
  if (source.kind === 'url') {
    const last = source.url.pathname.split('/').at(-1) ?? ''
    return { files: [{ path: safePath(unescaped(last)), url: source.url }], folder: to ?? '.' }
  }
  // A file that is named in full needs no list, nor a hub that keeps one.
  const named = source.file !== undefined && /\.[a-z]+$/.test(source.file)
  const remote = named
    ? shardNames(source.file as string).map((path) => ({ path }))
    : chooseFiles(await list(source), source.file, source.repo)
  const many = !remote.every(({ path }) => path.toLowerCase().endsWith('.gguf')) && remote.length > 1
  const files = remote.map((file) => {
    const path = safePath(file.path)
    return { ...file, path: many ? path : basename(path), url: fileUrl(source, file.path) }
  })
  return { files, folder: to ?? (many ? join('.', basename(source.repo)) : '.') }
}

function unescaped(name: string): string {
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
