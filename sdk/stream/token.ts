/** One generated token. */
export interface Token {
  readonly id: number
  /** Text that became complete with this token; may be empty while a UTF-8 character is unfinished. */
  readonly text: string
  /** Natural logarithm of its probability before sampling filters, after the constraint. */
  readonly logprob: number
  /** Position among the generated tokens, from 0. */
  readonly index: number
  /** Milliseconds since the request began. */
  readonly ms: number
}
