/** One generated token. */
export interface Token {
  readonly id: number
  /** Text that became complete with this token; may be empty while a UTF-8 character is unfinished. */
  readonly text: string
  /** Natural logarithm of its probability in the model's own logits: before constraint, bias, penalties and filters. */
  readonly logprob: number
  /** The likeliest in its place, likeliest first, from the same logits; only where `logprobs` asks for them. */
  readonly top?: readonly { readonly id: number; readonly logprob: number }[]
  /** Position among the generated tokens, from 0. */
  readonly index: number
  /** Milliseconds since the request began. */
  readonly ms: number
}
