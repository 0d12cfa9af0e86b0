/**
 * A request's body: JSON of limited size and depth, from anyone.
 * takes  a request, limits · gives  an object; a Fault 400, 413 or 415
 * before ../model/json · after ./serve
 */
import type { IncomingMessage } from 'node:http'
import { LutraError } from '../../hal/error.js'
import { type JsonObject, parseJsonObject } from '../model/json.js'
import { Fault, invalid } from './fault.js'

/** No request nests deeper; schemas come nearest. */
const maxDepth = 64

export async function readJson(request: IncomingMessage, maxBytes: number): Promise<JsonObject> {
  // A page of another site can send text or a form without asking first, but not this.
  if (!/^application\/json\s*(;|$)/i.test(request.headers['content-type'] ?? ''))
    throw new Fault(415, 'Expected the header Content-Type: application/json; add it', {
      code: 'unsupported_media_type',
    })
  if (request.headers['content-encoding'] !== undefined)
    throw new Fault(415, 'Expected a body without Content-Encoding; send it plain', { code: 'unsupported_media_type' })
  const bytes = await readBytes(request, maxBytes)
  try {
    return parseJsonObject(bytes, 'the body', maxDepth, 'send a JSON object')
  } catch (fault) {
    if (fault instanceof LutraError) throw invalid(undefined, fault.message, 'invalid_json')
    throw fault
  }
}

async function readBytes(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const tooLarge = () =>
    new Fault(413, `Expected a body up to ${maxBytes} bytes but found more; shorten it`, {
      code: 'request_too_large',
      // What is still under way is not read any more.
      headers: { Connection: 'close' },
    })
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge()
  const parts: Buffer[] = []
  let length = 0
  try {
    for await (const part of request.iterator({ destroyOnReturn: false })) {
      length += (part as Buffer).length
      if (length > maxBytes) throw tooLarge()
      parts.push(part as Buffer)
    }
  } catch (fault) {
    if (fault instanceof Fault) throw fault
    throw new LutraError('cancelled', 'Expected the whole body but the client went away', { cause: fault })
  }
  return Buffer.concat(parts)
}
