/** Two pseudo-terminals joined by socat, or the reason why this machine has none. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { sleep } from './rig.js'

export const noSocat =
  spawnSync('socat', ['-V']).status === 0 ? undefined : 'socat is not here (apt-get install socat): no pseudo-terminals'

export interface Cable {
  readonly host: string
  readonly board: string
  /** Pulls the cable out. */
  unplug(): void
}

/** When a cable's folder is gone: socat dies in its own time, and its folder after it. */
const cleared = new Map<string, Promise<void>>()

/** `again`: the host's end has the path that it had there. */
export async function cable(again?: string): Promise<Cable> {
  const folder = again ? dirname(again) : mkdtempSync(join(tmpdir(), 'lutra-pty-'))
  await cleared.get(folder)
  mkdirSync(folder, { recursive: true })
  const [host, board] = [join(folder, 'host'), join(folder, 'board')]
  const ends = [host, board].map((link) => `PTY,raw,echo=0,link=${link}`)
  const socat: ChildProcess = spawn('socat', ends, { stdio: 'ignore' })
  const gone = new Promise((done) => socat.once('exit', done))
  cleared.set(
    folder,
    gone.then(() => rmSync(folder, { recursive: true, force: true })),
  )
  for (let i = 0; i < 500 && !(existsSync(host) && existsSync(board)); i++) await sleep(20)
  return { host, board, unplug: () => void socat.kill('SIGKILL') }
}
