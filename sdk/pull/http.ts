/**
 * One request, through its redirects: few of them, none to a less safe place, the token for nobody but the hub.
 * takes  a URL, headers, a token and whose it is · gives  the response that is none, and what the hub said on the way
 * before node's fetch · after ./download, ./list
 */
import { LutraError } from '../../hal/error.js'

const mostRedirects = 8

export interface Ask {
  readonly method?: 'GET' | 'HEAD'
  readonly headers?: Readonly<Record<string, string>>
  readonly token?: string
  /** The only origin that may see the token. */
  readonly tokenFor?: string
  readonly signal: AbortSignal
}

export interface Answer {
  readonly response: Response
  /** Of the file that the hub points to: its sha256 and size, as the hub itself tells them. */
  readonly sha256?: string
  readonly size?: number
}

export async function ask(url: URL, { method, headers, token, tokenFor, signal }: Ask): Promise<Answer> {
  let at = url
  let mayAuthorize = true
  let told: Omit<Answer, 'response'> = {}
  for (let hop = 0; hop <= mostRedirects; hop++) {
    mayAuthorize &&= token !== undefined && at.origin === tokenFor && (at.protocol === 'https:' || isLoopback(at))
    const response = await fetch(at, {
      method,
      redirect: 'manual',
      signal,
      headers: {
        'user-agent': 'lutra',
        // A range of a compressed answer is no range of the file.
        'accept-encoding': 'identity',
        ...headers,
        ...(mayAuthorize ? { authorization: `Bearer ${token}` } : {}),
      },
    })
    // Only the place that was asked for is believed: whoever it points to could say what fits its own bytes.
    if (at.origin === url.origin) told = { ...told, ...toldBy(response.headers) }
    if (response.status < 300 || response.status >= 400 || response.status === 304) return { response, ...told }
    await response.body?.cancel()
    at = next(at, response)
  }
  throw new LutraError('io', `Expected at most ${mostRedirects} redirects from ${url.origin} but they go on`)
}

function next(from: URL, response: Response): URL {
  const location = response.headers.get('location')
  let to: URL
  try {
    to = new URL(location ?? '', from)
  } catch (cause) {
    throw new LutraError('io', `Expected a place to go from ${from.origin} but found ${JSON.stringify(location)}`, {
      cause,
    })
  }
  const safe = to.protocol === 'https:' || (to.protocol === 'http:' && (from.protocol === 'http:' || isLoopback(from)))
  if (!location || !safe || to.username !== '' || (isLoopback(to) && !isLoopback(from)))
    throw new LutraError(
      'unsafe',
      `Expected a redirect from ${from.origin} to https but it leads to ${to.protocol}//${to.host}`,
    )
  return to
}

export function isLoopback({ hostname }: URL): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)
}

/** Hubs keep large files under their sha256. The ETag of any other server may be a hash of anything. */
function toldBy(headers: Headers): Omit<Answer, 'response'> {
  const linked = headers.get('x-linked-etag') ?? (headers.has('x-repo-commit') ? headers.get('etag') : undefined)
  const tag = (linked ?? '').replace(/^W\/|"/g, '')
  const size = headers.get('x-linked-size')
  return {
    ...(/^[0-9a-f]{64}$/i.test(tag) ? { sha256: tag.toLowerCase() } : {}),
    ...(size !== null && /^\d{1,15}$/.test(size) ? { size: Number(size) } : {}),
  }
}

/** What an answer that is no success means, and what to do. */
export function refusal({ status, statusText }: Response, url: URL): LutraError {
  const advice =
    status === 401 || status === 403
      ? 'the model may ask for consent or a token (HF_TOKEN)'
      : status === 404
        ? 'check organisation, repository, revision and file'
        : 'try again later'
  return new LutraError(
    'io',
    `Expected ${url.origin}${url.pathname} but the server answered ${status} ${statusText.slice(0, 60)}; ${advice}`,
  )
}
