/**
 * The files of a repository, and which of them are the model.
 * takes  a repository, perhaps a file's name · gives  the files to pull: one GGUF, all shards of a set, or the safetensors
 * with their configuration and tokenizer
 * before ./http · after ./pull
 */
import { LutraError } from '../../hal/error.js'
import { type Ask, ask, refusal } from './http.js'
import type { Source } from './source.js'

export interface RemoteFile {
  readonly path: string
  readonly size?: number
  readonly sha256?: string
}

const mostListBytes = 16 * 2 ** 20
const mostPages = 50
const shardName = /^(.*)-(\d{5})-of-(\d{5})(\.[a-z]+)$/
const companions =
  /^(config|generation_config|tokenizer|tokenizer_config|special_tokens_map|quantize_config|quantization_config|vocab|model\.safetensors\.index)\.json$|^(tokenizer\.model|merges\.txt|chat_template\.jinja)$/

export async function listFiles(source: Extract<Source, { kind: 'repo' }>, how: Ask): Promise<RemoteFile[]> {
  const { hub, repo, revision } = source
  const files: RemoteFile[] = []
  let url: URL | undefined = new URL(`/api/models/${repo}/tree/${encodeURIComponent(revision)}?recursive=true`, hub)
  for (let page = 0; url && page < mostPages; page++) {
    const { response }: { response: Response } = await ask(url, how)
    if (!response.ok) {
      await response.body?.cancel()
      throw refusal(response, url)
    }
    files.push(...entries(await bodyText(response, url)))
    url = following(response.headers.get('link'), url)
  }
  return files
}

/** The files that are the model, named or not. */
export function chooseFiles(files: readonly RemoteFile[], wanted: string | undefined, repo: string): RemoteFile[] {
  const exact = files.filter(({ path }) => path === wanted)
  if (exact.length > 0) return withShards(files, exact[0])
  const ggufs = firstOfEach(files.filter(({ path }) => path.toLowerCase().endsWith('.gguf')))
  const word = wanted?.toLowerCase()
  const fitting = word === undefined ? ggufs : ggufs.filter(({ path }) => path.toLowerCase().includes(word))
  if (fitting.length === 1) return withShards(files, fitting[0])
  const names = (fitting.length > 0 ? fitting : ggufs).map(({ path }) => path)
  const shown = `${names.slice(0, 20).join(', ')}${names.length > 20 ? ' …' : ''}`
  if (fitting.length > 1)
    throw new LutraError(
      'mismatch',
      `Expected one GGUF model but ${repo} has ${fitting.length}; name one as ${repo}:FILE: ${shown}`,
    )
  if (wanted !== undefined)
    throw new LutraError(
      'mismatch',
      `Expected ${JSON.stringify(wanted)} in ${repo} but it has no such file${shown ? `; it has ${shown}` : ''}`,
    )
  const weights = files.filter(({ path }) => /^[^/]+\.safetensors$/.test(path))
  if (weights.length === 0)
    throw new LutraError('mismatch', `Expected a GGUF or safetensors model in ${repo} but it has neither`)
  return [...files.filter(({ path }) => companions.test(path)), ...weights]
}

/** The names of all files of the set that a file belongs to, in order; its own alone where it is of none. */
export function shardNames(path: string): string[] {
  const [, stem, no, of, extension] = shardName.exec(path) ?? []
  const count = Number(of)
  if (stem === undefined || !(Number(no) >= 1 && Number(no) <= count && count <= 1024)) return [path]
  return Array.from({ length: count }, (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${of}${extension}`)
}

function withShards(files: readonly RemoteFile[], one: RemoteFile): RemoteFile[] {
  const names = shardNames(one.path)
  const found = names.flatMap((name) => files.find(({ path }) => path === name) ?? [])
  if (found.length === names.length) return found
  const missing = names.filter((name) => !found.some(({ path }) => path === name))
  throw new LutraError(
    'io',
    `Expected ${names.length} files but the repository lacks ${missing.slice(0, 3).join(', ')}`,
  )
}

/** One file for each model: of a set its first. */
function firstOfEach(files: readonly RemoteFile[]): RemoteFile[] {
  return files.filter(({ path }) => (shardName.exec(path)?.[2] ?? '00001') === '00001')
}

function entries(text: string): RemoteFile[] {
  let list: unknown
  try {
    list = JSON.parse(text)
  } catch (cause) {
    throw new LutraError('format', 'Expected a list of files as JSON but the server answered something else', { cause })
  }
  if (!Array.isArray(list))
    throw new LutraError('format', 'Expected a list of files but the server answered something else')
  return list.flatMap((entry) => {
    const { type, path, size, lfs } = (entry ?? {}) as Record<string, unknown>
    if (type !== 'file' || typeof path !== 'string') return []
    const { oid } = (lfs ?? {}) as { oid?: unknown }
    return {
      path,
      size: typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : undefined,
      sha256: typeof oid === 'string' && /^[0-9a-f]{64}$/i.test(oid) ? oid.toLowerCase() : undefined,
    }
  })
}

async function bodyText(response: Response, url: URL): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    if (bytes > mostListBytes)
      throw new LutraError('limit', `Expected a list of files up to ${mostListBytes} bytes from ${url.origin}`)
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

/** The next page, on the same hub. */
function following(link: string | null, from: URL): URL | undefined {
  const next = /<([^<>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1]
  if (next === undefined) return undefined
  const url = new URL(next, from)
  if (url.origin === from.origin) return url
  throw new LutraError('unsafe', `Expected the next page of files at ${from.origin} but found ${url.origin}`)
}
