/**
 * Conversations that may go on: idle sessions with their keys and values, so that a chat's next turn computes only what
 * is new.
 * takes  a client, the ids of a prompt · gives  a session to generate with, and to give back
 * before sdk/open's Session · after ./openai
 * A client finds only its own: what another one's prompt has in common with it, and how fast, would tell of that prompt.
 */
import type { Session } from '../open.js'

/** Ids that must be the same before a copy of another conversation is worth it. */
const worthACopy = 32

interface Idle {
  readonly client: string
  readonly session: Session
}

export class Sessions {
  /** The one that was used longest ago first. */
  #idle: Idle[] = []
  #closed = false

  constructor(
    readonly most: number,
    readonly create: () => Session,
  ) {}

  get idle(): number {
    return this.#idle.length
  }

  async take(client: string, ids: readonly number[]): Promise<Session> {
    let best: Idle | undefined
    let same = 0
    for (const each of this.#idle) {
      const found = each.client === client ? common(each.session.ids, ids) : 0
      if (found > same) [best, same] = [each, found]
    }
    if (!best) return this.create()
    // It goes on where it ended, or near: its own. Else it only begins alike, and stays for those who go on with it.
    const goesOn = 2 * same >= best.session.ids.length
    if (!goesOn && same < worthACopy) return this.create()
    if (!goesOn) return best.session.fork()
    this.#idle = this.#idle.filter((each) => each !== best)
    return best.session
  }

  give(client: string, session: Session): void {
    this.#idle.push({ client, session })
    if (this.#closed || this.#idle.length > this.most) this.#idle.shift()?.session.close()
  }

  close(): void {
    this.#closed = true
    for (const { session } of this.#idle.splice(0)) session.close()
  }
}

function common(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length)
  let same = 0
  while (same < most && a[same] === b[same]) same++
  return same
}
