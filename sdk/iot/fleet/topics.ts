/** The fleet's topics: docs/fleet.md tells what goes where. */
import { checkPrefix } from '../broker/topic.js'

export type Topics = ReturnType<typeof topicsOf>

export function topicsOf(prefix: string) {
  const root = checkPrefix(prefix)
  return {
    root,
    request: `${root}/request`,
    board: (name: string) => `${root}/boards/${name}`,
    job: (id: string) => `${root}/jobs/${id}`,
    parts: (id: string) => `${root}/parts/${id}`,
    lease: (robot: string) => `${root}/robots/${robot}/lease`,
    begun: (robot: string, id: string) => `${root}/robots/${robot}/begun/${id}`,
  }
}

/** The last level under `parent`, where that is what the topic is. */
export function under(parent: string, topic: string): string | undefined {
  if (!topic.startsWith(`${parent}/`)) return undefined
  const rest = topic.slice(parent.length + 1)
  return rest.includes('/') ? undefined : rest
}
