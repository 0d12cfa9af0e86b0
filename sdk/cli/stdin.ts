import { createInterface } from 'node:readline'

/** All of stdin as text. */
export async function readAll(): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of process.stdin) parts.push(part as Buffer)
  return Buffer.concat(parts).toString('utf8')
}

/** stdin line by line, until its end or the signal. */
export async function* readLines(signal: AbortSignal): AsyncGenerator<string> {
  const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY })
  const stop = () => lines.close()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const line of lines) {
      if (signal.aborted) return
      yield line
    }
  } finally {
    signal.removeEventListener('abort', stop)
    lines.close()
  }
}
