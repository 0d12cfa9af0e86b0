/**
 * What is to be pulled, from the words that name it.
 * takes  a URL, or ORG/REPO, ORG/REPO:FILE · gives  a repository of a hub, perhaps with a file in it, or one plain URL
 * after  ./list, ./pull
 */
import { LutraError } from '../../hal/error.js'

export type Source =
  | { readonly kind: 'url'; readonly url: URL }
  | {
      readonly kind: 'repo'
      readonly hub: URL
      readonly repo: string
      readonly revision: string
      readonly file?: string
    }

const defaultHub = 'https://huggingface.co'
const part = '[A-Za-z0-9][A-Za-z0-9._-]{0,95}'
const shorthand = new RegExp(`^(${part}/${part})(?::(.+))?$`)
/** A file's page or the file itself, as hubs have them. */
const inRepo = new RegExp(`^/(${part}/${part})(?:/(?:resolve|blob)/([^/]+)/(.+))?/?$`)

const isModel = /\.(gguf|safetensors|bin)$/i

export interface SourceOptions {
  readonly hub?: string
  readonly revision?: string
  readonly file?: string
}

export function sourceOf(what: string, { hub: named, revision, file }: SourceOptions): Source {
  const hub = address(named ?? process.env.LUTRA_HUB ?? defaultHub)
  const short = shorthand.exec(what)
  if (short) return { kind: 'repo', hub, repo: short[1], revision: revision ?? 'main', file: file ?? short[2] }
  if (!/^https?:\/\//i.test(what))
    throw new LutraError('unsupported', `Expected a URL, ORG/REPO or ORG/REPO:FILE but found ${JSON.stringify(what)}`)
  const url = address(what)
  const [, repo, at, path] = inRepo.exec(decoded(url)) ?? []
  // https://host/models/m.gguf is a file in a folder, and no repository of that name.
  if (repo === undefined || (path === undefined && isModel.test(repo))) return { kind: 'url', url }
  return { kind: 'repo', hub: new URL(url.origin), repo, revision: revision ?? at ?? 'main', file: file ?? path }
}

/** Where a file of a repository lies. */
export function fileUrl({ hub, repo, revision }: Extract<Source, { kind: 'repo' }>, path: string): URL {
  const escaped = path.split('/').map(encodeURIComponent).join('/')
  return new URL(`/${repo}/resolve/${encodeURIComponent(revision)}/${escaped}`, hub)
}

function address(text: string): URL {
  let url: URL
  try {
    url = new URL(text)
  } catch (cause) {
    throw new LutraError('unsupported', `Expected a URL but found ${JSON.stringify(text)}`, { cause })
  }
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new LutraError('unsupported', `Expected https but found ${url.protocol} in ${JSON.stringify(text)}`)
  if (url.username !== '' || url.password !== '')
    throw new LutraError('unsupported', 'Expected a URL without a password; put a token into HF_TOKEN')
  return url
}

function decoded(url: URL): string {
  try {
    return decodeURIComponent(url.pathname)
  } catch {
    return url.pathname
  }
}
