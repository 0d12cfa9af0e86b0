/**
 * The record of a request, retained on jobs/<id>: all that is known of it, and which of two records is the better.
 * takes  messages · gives  Job
 * before ../request/request · after ./board, ./keeper, ./client
 */

import { LutraError } from '../../../hal/error.js'
import type { Action } from '../../action/index.js'
import { isSchemaObject } from '../../grammar/schema.js'
import { isLevel, isPublishable } from '../broker/topic.js'
import type { AskOptions } from '../model.js'
import type { Answer } from '../request/answer.js'
import { checkRequest, parse, type RequestLimits, utf8 } from '../request/request.js'

export interface FleetRequest {
  readonly kind: 'text' | 'act'
  readonly prompt: string
  readonly options: AskOptions
  /** Only a board that has this model loaded. */
  readonly model?: string
  /** Only a board with so many bytes free. */
  readonly memoryBytes?: number
  /** Who is to do what the instruction becomes; `act` only. */
  readonly robot?: string
  /** Where the answer goes as well, for clients that know nothing of fleets; correlation data in base64. */
  readonly reply?: { readonly topic: string; readonly correlation?: string }
}

export interface Job {
  readonly id: string
  /** How often it was assigned. */
  readonly epoch: number
  /** Whose it is; empty where nobody fits yet. */
  readonly board: string
  /** `planned`: its actions wait for the robot. `done` is for good. */
  readonly state: 'open' | 'planned' | 'done'
  readonly request: FleetRequest
  readonly plan?: readonly Action[]
  readonly answer?: Answer
}

const STAGES = { open: 0, planned: 1, done: 2 } as const

/** Longest record, in bytes: a prompt and an answer fit several times. */
const MAX_RECORD = 262_144

/** Everyone agrees which of two different records counts: the further one, then the newer assignment, then the smaller name. */
export function better(a: Job, b: Job): boolean {
  if (a.state !== b.state) return STAGES[a.state] > STAGES[b.state]
  if (a.epoch !== b.epoch) return a.epoch > b.epoch
  return a.board < b.board
}

/** LutraError format, limit; its message is fit for whoever sent it. */
export function readFleetRequest(given: Readonly<Record<string, unknown>>, limits: RequestLimits): FleetRequest {
  const { kind, prompt, options } = checkRequest(given, 'text', limits)
  const { model, memoryBytes, robot, reply } = given
  if (model !== undefined && (typeof model !== 'string' || model.length > 200)) throw wrong('model')
  if (memoryBytes !== undefined && !(Number.isFinite(memoryBytes) && Number(memoryBytes) >= 0))
    throw wrong('memoryBytes')
  if (robot !== undefined && (!isLevel(robot) || kind !== 'act')) throw wrong('robot')
  if (reply !== undefined && !isReply(reply)) throw wrong('reply')
  return { kind, prompt, options, ...compact({ model, memoryBytes, robot, reply }) } as FleetRequest
}

/** What a message on jobs/<id> says; undefined where it is not one of ours. */
export function readJob(id: string, payload: Uint8Array, limits: RequestLimits): Job | undefined {
  if (!isLevel(id) || payload.length === 0 || payload.length > MAX_RECORD) return undefined
  try {
    const { epoch, board, state, request, plan, answer } = parse(utf8(payload))
    if (!Number.isSafeInteger(epoch) || Number(epoch) < 0 || (board !== '' && !isLevel(board))) return undefined
    if (typeof state !== 'string' || !Object.hasOwn(STAGES, state) || !isSchemaObject(request)) return undefined
    if (state === 'planned' && !Array.isArray(plan)) return undefined
    if (state === 'done' && !(isSchemaObject(answer) && typeof answer.state === 'string')) return undefined
    const schema = isSchemaObject(request.options) ? request.options.schema : undefined
    const flat = { ...request, schema, options: compact({ ...(request.options as object), schema: undefined }) }
    return { id, epoch, board, state, request: readFleetRequest(flat, limits), plan, answer } as Job
  } catch {
    return undefined
  }
}

function isReply(reply: unknown): boolean {
  if (!isSchemaObject(reply) || typeof reply.topic !== 'string' || !isPublishable(reply.topic)) return false
  return reply.correlation === undefined || (typeof reply.correlation === 'string' && reply.correlation.length <= 512)
}

function compact(given: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function wrong(name: string): LutraError {
  return new LutraError('format', `Expected another "${name}" in the request; see docs/fleet.md`)
}
