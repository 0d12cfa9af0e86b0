/** Runs an app of examples/boards in a process of its own and talks to it. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const dist = new URL('../../dist/examples/boards/', import.meta.url)
export const noDist = existsSync(new URL('app.js', dist)) ? undefined : 'dist/ is not built (npm run build:ts)'

/** A running app: what it has said, and a way to speak to it when it has said something. */
export function start(name: string, words: readonly string[] = ['--simulate'], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [fileURLToPath(new URL(`${name}.js`, dist)), ...words], {
    env: { ...process.env, LUTRA_BOARD: '', ...env },
  })
  const late = setTimeout(() => child.kill('SIGKILL'), 50_000)
  let out = ''
  let at = 0
  const wake = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (bytes) => {
      out += bytes
      for (const look of wake) look()
    })
  child.stdin.on('error', () => {})
  const ended = new Promise<number | null>((done) => child.on('close', done)).finally(() => clearTimeout(late))
  /** Waits for words that come after those that were waited for before; where they never come, says what did. */
  const until = (wanted: RegExp) =>
    new Promise<void>((found, failed) => {
      const look = () => {
        const match = wanted.exec(out.slice(at))
        if (!match) return
        at += match.index + match[0].length
        wake.delete(look)
        found()
      }
      wake.add(look)
      look()
      void ended.then(() => wake.has(look) && failed(new Error(`Expected ${wanted} in\n${out}`)))
    })
  return {
    until,
    say: (line: string) => child.stdin.write(`${line}\n`),
    interrupt: () => child.kill('SIGINT'),
    end: async () => {
      child.stdin.end()
      const code = await ended
      return { code, out, lines: out.trim().split('\n') }
    },
  }
}
