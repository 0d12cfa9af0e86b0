/**
 * Asks a fleet, and sees to it that there is one answer: asks again until a board has heard, follows it from board to board.
 * takes  a line, a request · gives  Observable<FleetNews>; the answer is last and comes once
 * before ./job · after ./index
 */
import { randomUUID } from 'node:crypto'
import { Observable } from 'rxjs'
import { LutraError } from '../../../hal/error.js'
import { isSchemaObject } from '../../grammar/schema.js'
import type { Connection } from '../broker/connection.js'
import { type Clock, systemClock } from '../clock.js'
import { type Answer, type News, without } from '../request/answer.js'
import { parse, type RequestLimits, requestLimits, utf8 } from '../request/request.js'
import { better, type FleetRequest, type Job, readFleetRequest, readJob } from './job.js'
import { topicsOf } from './topics.js'

export interface AskFleet extends Omit<Partial<FleetRequest>, 'prompt' | 'reply'> {
  readonly prompt: string
  /** Default: by chance. The same id is the same request: it is worked on once, whoever asks again. */
  readonly id?: string
  /** JSON Schema that the answer is held to. */
  readonly schema?: unknown
}

export type FleetNews =
  /** A board has it. `epoch` above 1: it was handed on, or taken over. */
  | { readonly type: 'assigned'; readonly board: string; readonly epoch: number }
  /** Another board begins anew: forget the tokens so far. */
  | { readonly type: 'restart'; readonly board: string; readonly epoch: number }
  | (News & { readonly board: string })
  | ({ readonly type: 'answer'; readonly id: string; readonly board: string } & Answer)

export interface FleetClientOptions {
  /** Default lutra/fleet. */
  readonly prefix?: string
  /** Milliseconds after which a request that no board has taken is sent again. Default 2000. */
  readonly retryMs?: number
  /** Milliseconds after which it is given up: LutraError io. Default 120000. */
  readonly timeoutMs?: number
  readonly limits?: Partial<RequestLimits>
  readonly clock?: Clock
}

export interface FleetClient {
  /** Cold; unsubscribing cancels it on the board. */
  ask(request: AskFleet | string): Observable<FleetNews>
}

export function fleetClient(line: Connection, options: FleetClientOptions = {}): FleetClient {
  const { retryMs = 2000, timeoutMs = 120_000, clock = systemClock } = options
  const topics = topicsOf(options.prefix ?? 'lutra/fleet')
  const limits = { ...requestLimits, ...options.limits }

  const ask = (wish: AskFleet | string) =>
    new Observable<FleetNews>((subscriber) => {
      const { id = randomUUID(), ...given } = typeof wish === 'string' ? { prompt: wish } : wish
      const request = readFleetRequest({ ...given }, limits)
      let job: Job | undefined
      let epoch = 0
      let next = 0
      let over = false
      const calls: (() => void)[] = []

      const end = (last: () => void) => {
        if (over) return
        over = true
        for (const off of calls) off()
        ears.unsubscribe()
        for (const topic of [topics.job(id), topics.parts(id)]) line.unsubscribe(topic).catch(() => {})
        last()
      }
      const record = (payload: Uint8Array) => {
        const found = readJob(id, payload, limits)
        if (found === undefined || (job !== undefined && !better(found, job))) return
        const moved = job?.board !== found.board || job.epoch !== found.epoch
        job = found
        if (found.state === 'open' && moved && found.board !== '')
          subscriber.next({ type: 'assigned', board: found.board, epoch: found.epoch })
        const { answer, board } = found
        if (found.state !== 'done' || answer === undefined) return
        end(() => {
          subscriber.next({ type: 'answer', id, board, ...answer })
          subscriber.complete()
        })
      }
      const part = (payload: Uint8Array) => {
        const found = readPart(payload)
        // A board that has lost the request does not know it yet.
        if (found === undefined || found.epoch < epoch) return
        const { board, news } = found
        if (found.epoch > epoch) {
          if (epoch > 0) subscriber.next({ type: 'restart', board, epoch: found.epoch })
          epoch = found.epoch
          next = 0
        }
        // What came twice is dropped; what is missing the answer brings.
        if (news.type === 'tokens') {
          if (news.n < next) return
          next = news.n + 1
        }
        subscriber.next({ ...news, board })
      }
      const ears = line.messages.subscribe({
        next: ({ topic, payload }) => {
          if (topic === topics.job(id)) record(payload)
          else if (topic === topics.parts(id)) part(payload)
        },
        complete: () =>
          end(() =>
            subscriber.error(new LutraError('closed', 'Expected an open line to the broker but it was closed')),
          ),
      })
      const send = () => {
        if (over || job !== undefined) return
        if (line.isOnline) line.publish(topics.request, JSON.stringify({ id, ...given })).catch(() => {})
        calls.push(clock.after(retryMs, send))
      }
      const late = () =>
        end(() => {
          cancel()
          const what = job === undefined ? 'no board has taken it' : 'none has ended it'
          subscriber.error(
            new LutraError('io', `Expected an answer within ${timeoutMs} ms but ${what}; look at the fleet's boards`),
          )
        })
      /** A last record of our own: boards that are at it stop, others do not begin. */
      const cancel = () => {
        const cancelled = new LutraError('cancelled', 'Expected to finish but whoever asked has gone')
        const last = {
          ...(job ?? { epoch: 0, request }),
          board: '',
          state: 'done',
          answer: without('cancelled', cancelled),
        }
        line.publish(topics.job(id), JSON.stringify(last), { retain: true, expirySeconds: 600 }).catch(() => {})
      }
      calls.push(clock.after(timeoutMs, late))
      Promise.all([line.subscribe(topics.job(id)), line.subscribe(topics.parts(id))]).then(send, (error) =>
        end(() => subscriber.error(error)),
      )
      return () => end(cancel)
    })
  return { ask }
}

interface Part {
  readonly epoch: number
  readonly board: string
  readonly news: News
}

function readPart(payload: Uint8Array): Part | undefined {
  if (payload.length > 65_536) return undefined
  try {
    const { epoch, board, news } = parse(utf8(payload))
    if (!Number.isSafeInteger(epoch) || typeof board !== 'string' || !isSchemaObject(news)) return undefined
    const fine =
      news.type === 'tokens'
        ? Number.isSafeInteger(news.n) && typeof news.text === 'string'
        : isSchemaObject(news.action)
    return fine ? ({ epoch, board, news } as unknown as Part) : undefined
  } catch {
    return undefined
  }
}
