/** The command line called here, without a process of its own: what a start costs is paid once. */
import { vi } from 'vitest'
import { main } from '../../../sdk/cli/main.js'

export interface Ended {
  readonly code: number | null
  readonly out: string
  readonly err: string
}

/** One command at a time: what it writes is taken from this process's own streams. */
export async function called(args: readonly string[]): Promise<Ended> {
  const [out, err]: [string[], string[]] = [[], []]
  const into = (parts: string[]) => (part: string | Uint8Array, encoding?: unknown, done?: unknown) => {
    parts.push(typeof part === 'string' ? part : Buffer.from(part).toString())
    const written = typeof encoding === 'function' ? encoding : done
    if (typeof written === 'function') queueMicrotask(() => written())
    return true
  }
  const spies = [
    vi.spyOn(process.stdout, 'write').mockImplementation(into(out)),
    vi.spyOn(process.stderr, 'write').mockImplementation(into(err)),
  ]
  try {
    const code = await main(args, new AbortController().signal)
    return { code, out: out.join(''), err: err.join('') }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

// Loads every command before a test begins, whose time it is not.
await called(['help'])
