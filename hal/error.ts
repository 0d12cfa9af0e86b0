/** What went wrong, as a short closed list that code may branch on; the message is for people. */
export type ErrorKind = 'format' | 'limit' | 'unsupported' | 'mismatch' | 'io' | 'cancelled' | 'closed' | 'unsafe'

/** The one error class of Lutra. The message says what was expected, what was found, and what to do. */
export class LutraError extends Error {
  override readonly name = 'LutraError'
  constructor(
    readonly kind: ErrorKind,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options)
  }
}
