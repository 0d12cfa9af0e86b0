/**
 * A scripted person before a simulated recognizer: publishes what was heard, and waits for what is answered.
 * takes  a line to the broker, the topics of both, a script · gives  a promise of its end; rejects where no answer comes
 * board  none: runs everywhere
 */
import { filter, firstValueFrom, map, timeout } from 'rxjs'
import type { Connection } from '../../sdk/iot/index.js'

export interface Step {
  /** A recognizer's message. */
  readonly heard: unknown
  /** What must be answered before the next step; absent: nothing is awaited. */
  readonly until?: RegExp
}

/** Milliseconds that an answer may take: a turn of a robot on a slow machine. */
const patience = 20_000

export async function speak(
  line: Connection,
  topics: { readonly heard: string; readonly say: string },
  script: readonly Step[],
): Promise<void> {
  await line.subscribe(topics.say)
  for (const { heard, until } of script) {
    const answered = line.messages.pipe(
      filter(({ topic }) => topic === topics.say),
      map(({ payload }) => new TextDecoder().decode(payload)),
      filter((sentence) => until?.test(sentence) ?? true),
      timeout({ first: patience }),
    )
    // Listens before it speaks.
    const answer = until && firstValueFrom(answered)
    await line.publish(topics.heard, typeof heard === 'string' ? heard : JSON.stringify(heard))
    await answer
  }
}
