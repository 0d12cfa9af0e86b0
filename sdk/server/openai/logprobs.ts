/** Log probabilities as OpenAI tells them: for chats a list of tokens, for completions four lists. */
import type { Token } from '../../stream/token.js'
import type { Tokenizer } from '../../tokenizer/tokenizer.js'

/** The text of one token by itself; half a character shows as U+FFFD, its bytes are told beside it. */
function textOf(tokenizer: Tokenizer, id: number): string {
  return tokenizer.isControl(id) ? tokenizer.piece(id) : Buffer.from(tokenizer.bytes(id)).toString('utf8')
}

/** JSON has no infinity; OpenAI's floor stands for it. */
function told(logprob: number): number {
  return Number.isFinite(logprob) ? logprob : -9999
}

export function chatLogprob(tokenizer: Tokenizer, token: Token) {
  const one = ({ id, logprob }: { readonly id: number; readonly logprob: number }) => ({
    token: textOf(tokenizer, id),
    logprob: told(logprob),
    bytes: [...tokenizer.bytes(id)],
  })
  return { ...one(token), top_logprobs: (token.top ?? []).map(one) }
}

/** `offset` is where the first token's text begins. */
export function completionLogprobs(tokenizer: Tokenizer, tokens: readonly Token[], offset: number) {
  let at = offset
  return {
    tokens: tokens.map(({ id }) => textOf(tokenizer, id)),
    token_logprobs: tokens.map(({ logprob }) => told(logprob)),
    top_logprobs: tokens.map(({ top = [] }) =>
      Object.fromEntries(top.map(({ id, logprob }) => [textOf(tokenizer, id), told(logprob)])),
    ),
    text_offset: tokens.map(({ text }) => {
      const begin = at
      at += text.length
      return begin
    }),
  }
}
