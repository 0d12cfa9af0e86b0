/**
 * One command from the first byte to its end: asked until acknowledged, kept alive by heartbeats, watched for silence.
 * takes  a Link, a WireCommand, the stop-after time in ms, the runtime's Call · gives  how the board says it ended
 * before ./rover · after ./link
 */
import type { Subscription } from 'rxjs'
import { LutraError } from '../../hal/error.js'
import type { Call } from './driver.js'
import type { Heard, Link } from './link.js'
import type { Result, WireCommand } from './protocol/index.js'

/** Heartbeats per stop-after time, so that three may be lost; as many unanswered ones mean the board is gone. */
const beats = 4

/**
 * Rejects with LutraError io when the board falls silent or restarts, unsafe when it refuses, closed when the line ends, or the signal's reason. It only listens and asks: stopping is the caller's.
 */
export async function run(
  link: Link,
  sequence: number,
  command: WireCommand,
  stopAfter: number,
  call: Call,
): Promise<Result> {
  const { signal } = call
  // Retries go out as often as heartbeats would: an acknowledgement may be lost while the rover drives already.
  const patience = Math.max(10, Math.min(150, stopAfter / beats))
  const ending = ended(link, sequence, stopAfter, call)
  try {
    await link.request({ type: 'command', command }, { sequence, patience, tries: 6, signal, also: about(sequence) })
    ending.accepted()
    return await ending.result
  } finally {
    ending.release()
  }
}

/** Any word about this command shows that it arrived, should its acknowledgement be lost. */
function about(sequence: number): (heard: Heard) => boolean {
  return ({ message, sequence: of }) =>
    message.type === 'telemetry' ? message.command === sequence : message.type === 'done' && of === sequence
}

/** Listens for the end of a command from before it is sent. */
function ended(link: Link, sequence: number, stopAfter: number, call: Call) {
  const { signal } = call
  let unanswered = 0
  let accepted = false
  let timer: NodeJS.Timeout | undefined
  let end!: { resolve: (result: Result) => void; reject: (reason: unknown) => void }
  const result = new Promise<Result>((resolve, reject) => {
    end = { resolve, reject }
  })
  // The request may fail first; then nobody waits here, and the rejection is not news.
  result.catch(() => {})
  const aborted = () => end.reject(signal.reason)
  signal.addEventListener('abort', aborted)
  const restarted = () =>
    end.reject(new LutraError('io', 'Expected the board to go on but it has restarted; open it anew'))
  const listening: Subscription = link.messages.subscribe(({ message, sequence: of }) => {
    if (message.type === 'done' && of === sequence) end.resolve(message.result)
    else if (message.type === 'nack' && message.reason === 'greet-first') restarted()
    else if (message.type !== 'telemetry') return
    else if (message.command === sequence) {
      unanswered = 0
      if (message.result === 'running') call.progress(message.percent)
      else if (message.result !== 'none') end.resolve(message.result)
    } else if (accepted) restarted()
  })
  listening.add(link.end.subscribe((reason) => end.reject(reason)))
  const beat = () => {
    // Beats are counted, not milliseconds: after a pause of this process the waiting answers are read first.
    if (++unanswered > beats)
      end.reject(
        new LutraError('io', `Expected a word from the board within ${stopAfter} ms but heard nothing; check it`),
      )
    // Nobody vouches for us any more: silence lets the board stop by itself, whatever becomes of our own stop.
    else if (call.alive()) link.send({ type: 'heartbeat' }, sequence)
  }
  return {
    result,
    accepted() {
      accepted = true
      unanswered = 0
      timer = setInterval(beat, stopAfter / beats)
    },
    release() {
      clearInterval(timer)
      listening.unsubscribe()
      signal.removeEventListener('abort', aborted)
    },
  }
}
