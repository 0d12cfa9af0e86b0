/**
 * A request as it reaches a fleet, by a client of ours or by anyone who can publish.
 * takes  a Message on the request topic · gives  id and request, and why it is refused
 * before ../request/request, ./job · after ./board
 */
import { LutraError } from '../../../hal/error.js'
import type { Message } from '../broker/connection.js'
import { isLevel, isPublishable } from '../broker/topic.js'
import { idOf, parse, type RequestLimits, utf8 } from '../request/request.js'
import { type FleetRequest, readFleetRequest } from './job.js'

export interface Intake {
  readonly id: string
  /** Where there is an error an empty one stands in: nothing of what came is kept. */
  readonly request: FleetRequest
  readonly error?: unknown
}

export function intake(message: Message, limits: RequestLimits, root: string): Intake {
  const { payload, responseTopic } = message
  let id = idOf(message)
  try {
    if (payload.length > limits.payloadBytes)
      throw new LutraError('limit', `Expected at most ${limits.payloadBytes} bytes but found ${payload.length}`)
    const text = utf8(payload)
    const given = text.trimStart().startsWith('{') ? parse(text) : { prompt: text }
    if (isLevel(given.id)) id = given.id
    if (responseTopic !== undefined && !mayReply(responseTopic, root))
      throw new LutraError('unsafe', "Expected a response topic outside of the fleet's own topics")
    return { id, request: readFleetRequest({ ...given, reply: replyOf(message) }, limits) }
  } catch (error) {
    return { id, request: { kind: 'text', prompt: '-', options: {} }, error }
  }
}

/** We must not publish for others what moves a fleet, or a house. */
export function mayReply(topic: string, root: string): boolean {
  return isPublishable(topic) && ![root, 'homeassistant'].some((own) => topic === own || topic.startsWith(`${own}/`))
}

function replyOf({ responseTopic: topic, correlationData }: Message): FleetRequest['reply'] {
  if (topic === undefined) return undefined
  return { topic, ...(correlationData && { correlation: Buffer.from(correlationData).toString('base64') }) }
}
