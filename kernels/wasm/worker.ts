/** A thread of the engine, as it is started: one that answers requests, or one that helps it. */
import { Coordinator } from './coordinator.js'
import { help } from './crew/helper.js'
import { loadHost } from './host/host.js'
import type { Answers, Reply, Request, Start } from './messages.js'
import { faultOf } from './reply.js'

const host = await loadHost()
const { inside } = host
const start = (await inside.start()) as Start

if (start.role === 'helper') help(start, host)
else {
  const opened = Coordinator.open(start, host)
  let before: Promise<unknown> = opened.catch(() => undefined)
  inside.onMessage((message) => {
    const { id, request } = message as { id: number; request: Request }
    before = before.then(async () => {
      let reply: Reply
      try {
        reply = { id, value: await (await opened).answer(request) }
      } catch (error) {
        reply = { id, error: faultOf(error) }
      }
      inside.post(reply, 'value' in reply ? buffersOf(reply.value) : [])
    })
  })
}

/** What moves to the caller instead of being copied. */
function buffersOf(value: Answers[keyof Answers]): ArrayBuffer[] {
  return [value].flat().flatMap((part) => (ArrayBuffer.isView(part) ? [part.buffer as ArrayBuffer] : []))
}
