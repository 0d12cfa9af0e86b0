/**
 * Keeps what opens doors out of the log: a JSON.stringify replacer that blanks passwords, keys and access tokens.
 * takes  a field's name and value · gives  the value as it may be written; errors as { name, kind, message }
 * before ./line
 */

/** Names of fields whose text is a secret: `password`, `apiKey`, `access_token`, `Authorization`. */
const secretName =
  /(password|passwd|passphrase|secret|authorization|cookie|credentials?|token|(api|access|private|secret)[-_]?key)$/i

/** Secrets inside other text: HTTP bearer tokens, keys of the common services' form, user:password@ in a URL. */
const secretText = [
  [/\b(Bearer|Basic)\s+(?=\S*\d)[A-Za-z0-9._~+/=-]{16,}/gi, '$1 [redacted]'],
  [/\b(?:sk|pk|hf|ghp|gho|xox[abp])[-_][A-Za-z0-9_-]{16,}/g, '[redacted]'],
  [/(:\/\/[^\s/:@]{0,256}):[^\s/@]{1,256}@/g, '$1:[redacted]@'],
] as const

export function redact(name: string, value: unknown): unknown {
  if (value instanceof Error) {
    const { kind } = value as { kind?: unknown }
    return { name: value.name, kind, message: value.message }
  }
  if (typeof value === 'bigint') return String(value)
  if (typeof value !== 'string') return value
  if (secretName.test(name)) return '[redacted]'
  return secretText.reduce((text, [pattern, shown]) => text.replace(pattern, shown), value)
}
