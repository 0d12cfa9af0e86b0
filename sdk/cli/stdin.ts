import { StringDecoder } from 'node:string_decoder'
import { LutraError } from '../../hal/error.js'

/** Most bytes of one text; V8's longest string is twice as long. */
const mostBytes = 256 * 1024 * 1024
/** Characters of the longest line that is kept: no instruction is as long. */
export const longestLine = 65_536

/** All of stdin as text. The signal ends the wait for the rest with LutraError cancelled. */
export async function readAll(signal: AbortSignal): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of chunks(signal)) {
    bytes += part.length
    if (bytes > mostBytes) throw new LutraError('limit', `Expected up to ${mostBytes} bytes on stdin but found more`)
    parts.push(part)
  }
  if (signal.aborted) throw new LutraError('cancelled', 'Expected stdin to its end but the command was stopped')
  return Buffer.concat(parts).toString('utf8')
}

/**
 * stdin line by line (\n or \r\n), until its end or the signal. A line beyond `longestLine` comes as undefined, so that
 * it is answered too and never taken for its own beginning.
 */
export async function* readLines(signal: AbortSignal): AsyncGenerator<string | undefined> {
  const decoder = new StringDecoder('utf8')
  let line = ''
  let tooLong = false
  const add = (text: string) => {
    tooLong ||= line.length + text.length > longestLine
    line = tooLong ? '' : line + text
  }
  const take = () => {
    const found = tooLong ? undefined : line.replace(/\r$/, '')
    line = ''
    tooLong = false
    return found
  }
  for await (const part of chunks(signal)) {
    const [first, ...rest] = decoder.write(part).split('\n')
    add(first)
    for (const text of rest) {
      yield take()
      if (signal.aborted) return
      add(text)
    }
  }
  add(decoder.end())
  if (!signal.aborted && (tooLong || line !== '')) yield take()
}

/** What arrives on stdin; ends at its end or at the signal. */
async function* chunks(signal: AbortSignal): AsyncGenerator<Buffer> {
  const { stdin } = process
  const stop = () => stdin.destroy()
  signal.addEventListener('abort', stop, { once: true })
  try {
    if (signal.aborted) return
    for await (const part of stdin) yield part as Buffer
  } catch (cause) {
    // Being destroyed shows as a premature end.
    if (!signal.aborted) throw new LutraError('io', `Could not read stdin: ${(cause as Error).message}`, { cause })
  } finally {
    signal.removeEventListener('abort', stop)
  }
}
