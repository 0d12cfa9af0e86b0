/**
 * One file, from where an earlier attempt stopped, whole and checked, or not at all.
 * takes  a URL, the path to give it, what is known of it · gives  its size and sha256
 * before ./http, ./part, ./retry · after ./pull
 */
import { stat } from 'node:fs/promises'
import { LutraError } from '../../hal/error.js'
import { type Answer, type Ask, ask, refusal } from './http.js'
import { Part, sha256Of, type Version } from './part.js'
import { Broken, type Patience, persist } from './retry.js'
import type { Stall } from './stall.js'

export interface Wanted {
  readonly url: URL
  readonly target: string
  readonly sha256?: string
  readonly size?: number
  readonly auth: Pick<Ask, 'token' | 'tokenFor'>
  readonly onBytes: (bytes: number, total: number | undefined) => void
}

export interface Pulled {
  readonly path: string
  readonly bytes: number
  readonly sha256: string
  /** True where an earlier attempt's bytes were used. */
  readonly resumed: boolean
}

/** More than any published model file; a server may not fill the disk by going on for ever. */
const mostBytes = 2 ** 41

export async function download(wanted: Wanted, patience: Patience): Promise<Pulled> {
  const { target } = wanted
  const there = await stat(target).catch(() => undefined)
  if (there) return keep(wanted, there, patience)
  const part = await Part.open(target, patience.signal)
  const begun = part.length
  let resumed = false
  try {
    const sha256 = await persist(target, patience, async (stall, progressed) => {
      const before = part.length
      try {
        const expected = await receive(wanted, part, stall)
        resumed ||= begun > 0 && before > 0
        return await part.finish(expected)
      } finally {
        if (part.length > before) progressed()
      }
    })
    return { path: target, bytes: part.length, sha256, resumed }
  } finally {
    await part.close()
  }
}

/** A file of that name is there: the right one is enough, another is not written over. */
async function keep(
  wanted: Wanted,
  there: { readonly size: number; isFile(): boolean },
  patience: Patience,
): Promise<Pulled> {
  const { target, url } = wanted
  const advice = 'remove it, or pull to another folder with --to'
  if (!there.isFile())
    throw new LutraError('io', `Expected a file or nothing at ${target} but found something else; ${advice}`)
  const { size, sha256 } = await known(wanted, patience)
  if (size !== undefined && there.size !== size)
    throw new LutraError(
      'mismatch',
      `Expected ${size} bytes in ${target} but it is there with ${there.size}; ${advice}`,
    )
  const found = await sha256Of(target, patience.signal)
  if (sha256 !== undefined && found !== sha256)
    throw new LutraError('mismatch', `Expected sha256 ${sha256} of ${target} but it is there with ${found}; ${advice}`)
  if (sha256 === undefined && size === undefined)
    throw new LutraError(
      'mismatch',
      `Expected nothing at ${target}, as ${url.origin} tells neither size nor checksum; ${advice}`,
    )
  return { path: target, bytes: there.size, sha256: found, resumed: false }
}

/** What the caller, the list or the server tells of the file. */
async function known({ url, target, size, sha256, auth }: Wanted, patience: Patience) {
  if (sha256 !== undefined) return { size, sha256 }
  return persist(target, patience, async (stall) => {
    const answer = await ask(url, { method: 'HEAD', ...auth, signal: stall.signal })
    if (!answer.response.ok) throw refusal(answer.response, url)
    const length = Number(answer.response.headers.get('content-length') ?? Number.NaN)
    return { size: size ?? answer.size ?? (Number.isSafeInteger(length) ? length : undefined), sha256: answer.sha256 }
  })
}

/** Brings the part to its end; gives the checksum that it must have, where anyone knows. */
async function receive(wanted: Wanted, part: Part, stall: Stall): Promise<string | undefined> {
  const { url, auth, onBytes } = wanted
  const strong = part.version.etag?.startsWith('"') ? part.version.etag : undefined
  const from = strong || part.version.sha256 ? part.length : 0
  const headers: Record<string, string> =
    from > 0 ? { range: `bytes=${from}-`, ...(strong ? { 'if-range': strong } : {}) } : {}
  const answer = await ask(url, { headers, ...auth, signal: stall.signal })
  const { response } = answer
  stall.touch()
  const expected = wanted.sha256 ?? answer.sha256
  try {
    const total = await begin(wanted, part, answer, from)
    if (total === 'whole') return expected
    onBytes(part.length, total)
    for await (const chunk of response.body ?? []) {
      stall.touch()
      if (part.length + chunk.length > (total ?? mostBytes))
        throw new LutraError(
          'format',
          `Expected ${total ?? mostBytes} bytes of ${url.pathname} but the server sends more; pull it again`,
        )
      await part.append(chunk)
      onBytes(part.length, total)
    }
    if (total !== undefined && part.length < total) throw new Broken(`ended at ${part.length} of ${total} bytes`)
    return expected
  } finally {
    await response.body?.cancel().catch(() => undefined) // at its end already, or broken
  }
}

/** Where the answer's bytes belong: the part is set to there. Gives the whole's size, or that it is whole already. */
async function begin(wanted: Wanted, part: Part, answer: Answer, from: number): Promise<number | undefined | 'whole'> {
  const { response } = answer
  const { status, headers } = response
  const told = wanted.size ?? answer.size
  const etag = headers.get('etag') ?? undefined
  const encoding = headers.get('content-encoding')
  if (encoding !== null && encoding !== 'identity')
    throw new LutraError(
      'io',
      `Expected ${wanted.url.pathname} as it is but the server sends it as ${encoding.slice(0, 40)}`,
    )
  if (status === 416 && from > 0) {
    const whole = Number(/^bytes \*\/(\d{1,15})$/.exec(headers.get('content-range') ?? '')?.[1])
    if (whole === from && (told ?? whole) === whole && sameVersion(part.version, etag, answer.sha256)) return 'whole'
    await part.restart({})
    throw new Broken('the server has another file than before')
  }
  if (status === 429 || status >= 500) throw new Broken(`the server answered ${status}`, retryAfter(headers))
  if (status !== 200 && status !== 206) throw refusal(response, wanted.url)
  if (status === 206) {
    const [, first, last, whole] =
      /^bytes (\d{1,15})-(\d{1,15})\/(\d{1,15})$/.exec(headers.get('content-range') ?? '') ?? []
    const right =
      Number(first) === from &&
      Number(last) === Number(whole) - 1 &&
      Number(whole) === (part.version.size ?? Number(whole))
    if (from > 0 && right && sameVersion(part.version, etag, answer.sha256))
      return checked(Number(whole), told, wanted, part)
    await part.restart({})
    throw new Broken('the server sent another part than was asked for')
  }
  const length = headers.get('content-length')
  const total = length !== null && /^\d{1,15}$/.test(length) ? Number(length) : told
  await part.restart({ etag, size: total, sha256: answer.sha256 })
  return total === undefined ? undefined : checked(total, told, wanted, part)
}

async function checked(total: number, told: number | undefined, { url }: Wanted, part: Part): Promise<number> {
  if (told !== undefined && total !== told)
    throw new LutraError(
      'mismatch',
      `Expected ${told} bytes of ${url.pathname} but the server has ${total}; pull it again later`,
    )
  if (total > mostBytes)
    throw new LutraError('limit', `Expected at most ${mostBytes} bytes but ${url.pathname} claims ${total}`)
  await part.checkSpace(total)
  return total
}

function sameVersion(version: Version, etag: string | undefined, sha256: string | undefined): boolean {
  if (version.sha256 !== undefined && sha256 !== undefined) return version.sha256 === sha256
  return etag === undefined || etag === version.etag
}

function retryAfter(headers: Headers): number {
  const seconds = Number(headers.get('retry-after'))
  return seconds > 0 ? seconds * 1000 : 0
}
