/**
 * What is said aloud of a service's messages: when an action begins, when it is done, and why something is not.
 * takes  a message on <prefix>/actions/<id> or <prefix>/answer/<id> · gives  a sentence, or nothing worth saying
 * before ./rk3588
 */
import type { Action } from '../../sdk/index.js'
import type { Message } from '../../sdk/iot/index.js'

interface News {
  readonly type?: string
  readonly state?: string
  readonly verdict?: string
  readonly why?: string
  readonly action?: Action
  readonly error?: { readonly kind: string; readonly message: string }
}

export function sentenceOf({ payload }: Pick<Message, 'payload'>): string | undefined {
  let news: News
  try {
    news = JSON.parse(new TextDecoder().decode(payload)) ?? {}
  } catch {
    return undefined
  }
  const { type, state, verdict, why, action, error } = news
  if (type === 'verdict') return verdict === 'refused' ? `I will not do that: ${why}.` : undefined
  // Whoever said stop knows that it ended.
  if (type === 'answer')
    return error && error.kind !== 'cancelled' ? `That did not end well: ${error.message}.` : undefined
  if (type !== 'report' || !action) return undefined
  const { skill, reason, text, ...rest } = action
  const what = `${skill} ${Object.values(rest).map(String).join(' ')}`.trim()
  if (state === 'started') return `Now: ${what}.`
  if (state === 'refused') return `I will not do that: ${String(reason).replaceAll('_', ' ')}.`
  if (state === 'done') return skill === 'say' ? String(text) : `Done: ${what}.`
  return undefined
}
