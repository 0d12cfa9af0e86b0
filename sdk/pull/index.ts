/** Models from hubs and URLs. */
import type { PullOptions, PullResult } from './pull.js'

export type { Pulled } from './download.js'
export type { PullOptions, PullProgress, PullResult } from './pull.js'

/**
 * Pulls a model: a URL, `ORG/REPO` or `ORG/REPO:FILE` of a hub. What an earlier pull left as NAME.part goes on where it
 * stopped; a file that is there already, with the right checksum, stays.
 *
 * @throws LutraError io (no connection, or the server refuses), mismatch (checksum, size, or which file is meant), limit
 * (no space), unsafe (a name or a redirect that may do harm), cancelled. Parts are kept.
 */
export async function pull(what: string, options: PullOptions = {}): Promise<PullResult> {
  // Only now: who opens a file that is here need not load this.
  const loaded = await import('./pull.js')
  return loaded.pull(what, options)
}
