/**
 * What went wrong with a request, as its client is told: a status and OpenAI's error object.
 * takes  any error · gives  a Fault · after ./serve, ./sse
 */
import { LutraError } from '../../hal/error.js'

export interface FaultDetails {
  /** The field of the request that is to blame, as a path: `messages[0].content`. */
  readonly param?: string
  /** What programs may branch on, OpenAI's word where it has one. */
  readonly code?: string
  /** Whole seconds after which another try may succeed. */
  readonly retryAfter?: number
  readonly headers?: Readonly<Record<string, string>>
}

/** Ends a request with this status. The message is for people. */
export class Fault extends Error {
  override readonly name = 'Fault'
  constructor(
    readonly status: number,
    message: string,
    readonly details: FaultDetails = {},
  ) {
    super(message)
  }

  get body() {
    const { param = null, code = null } = this.details
    return { error: { message: this.message, type: typeOf(this.status), param, code } }
  }
}

/** A request that asks for something wrong: 400 with the field to blame. */
export function invalid(param: string | undefined, message: string, code?: string): Fault {
  return new Fault(400, message, { param, code })
}

function typeOf(status: number): string {
  if (status === 401) return 'authentication_error'
  if (status === 403) return 'permission_error'
  if (status === 429) return 'rate_limit_error'
  return status >= 500 ? 'server_error' : 'invalid_request_error'
}

const statuses: Partial<Record<LutraError['kind'], number>> = {
  format: 400,
  limit: 400,
  mismatch: 400,
  unsupported: 400,
  unsafe: 409,
  cancelled: 503,
  closed: 503,
  io: 502,
}

/** Messages of faults of ours stay here: they may tell of paths and insides. */
export function faultOf(error: unknown): Fault {
  if (error instanceof Fault) return error
  if (error instanceof LutraError) return new Fault(statuses[error.kind] ?? 500, error.message, { code: error.kind })
  return new Fault(500, 'Expected to answer but the server failed; its log says why', { code: 'internal' })
}
