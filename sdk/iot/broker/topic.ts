/** Names of topics: what may be published to, and prefixes that everything hangs under. */
import { LutraError } from '../../../hal/error.js'

/** UTF-8 bytes; the protocol allows 65535, no sensible topic comes near this. */
const MAX_BYTES = 512
const MAX_LEVELS = 32

/** A topic that a stranger named for an answer: no wildcards, no control characters, nothing of the broker's own ($…). */
export function isPublishable(topic: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
  const odd = /[#+\u0000-\u001f\u007f-\u009f\ufffd]/
  return (
    topic.length > 0 &&
    Buffer.byteLength(topic) <= MAX_BYTES &&
    !topic.startsWith('$') &&
    !odd.test(topic) &&
    !/\p{Surrogate}/u.test(topic) &&
    topic.split('/').length <= MAX_LEVELS
  )
}

/** A prefix as the user gave it, without an end slash. LutraError mismatch where nothing could hang under it. */
export function checkPrefix(prefix: string): string {
  const bare = prefix.replace(/\/+$/, '')
  if (!isPublishable(bare))
    throw new LutraError(
      'mismatch',
      `Expected a topic prefix such as lutra/kitchen but received ${JSON.stringify(prefix)}`,
    )
  return bare
}

/** Names that stand as one level of a topic: boards, robots, ids. */
export function isLevel(name: unknown): name is string {
  return typeof name === 'string' && /^[A-Za-z0-9_.:-]{1,64}$/.test(name)
}
