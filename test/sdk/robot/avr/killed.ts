/**
 * A host process that drives an emulated board over a pseudo-terminal, and is killed by SIGKILL while the wheels turn.
 * gives  what the board's own clock says: from the last byte of the host to the last moment that a wheel was driven
 */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openPty } from '../../../../examples/simulated-rover/pty.js'
import { sleep } from '../rig.js'
import { noAvr } from './build.js'
import { live } from './live.js'

const host = fileURLToPath(new URL('../host.mjs', import.meta.url))
/** In ms: long enough that a busy machine does not end the drive before we do. */
export const stopAfter = 1500

/** Why this machine cannot do it. */
export function noKill(): string | undefined {
  if (noAvr) return noAvr
  if (!existsSync(new URL('../../../../dist/sdk/robot/index.js', import.meta.url)))
    return 'dist/ is not built (npm run build:ts): no host process to kill'
  const pty = openPty()
  if (pty.path === undefined) return pty.reason
  void pty.board.close()
}

export interface Killed {
  /** The host lived and drove for this long, in ms of the board. */
  readonly drove: number
  readonly stoodAfter: number
  /** Wheels turned again within a second. */
  readonly again: boolean
}

export async function killed(program: Uint16Array, after: number): Promise<Killed> {
  const pty = openPty()
  if (pty.path === undefined) throw new Error(pty.reason)
  const { chip, wheels, off } = live(program, pty.board)
  const child = spawn(process.execPath, [host, pty.path, 'drive', `${stopAfter}`], { stdio: 'ignore' })
  const gone = new Promise((done) => child.once('exit', (_, signal) => done(signal)))
  try {
    for (let i = 0; i < 2000 && !wheels.moving; i++) await sleep(10)
    const began = chip.ms
    while (chip.ms < began + after) await sleep(5)
    if (!wheels.moving) throw new Error('Expected the host to drive until it is killed')
    const drove = chip.ms - began
    child.kill('SIGKILL')
    if ((await gone) !== 'SIGKILL') throw new Error('Expected the host to die by SIGKILL')
    while (wheels.moving) await sleep(5)
    const stood = wheels.last
    const stoodAfter = stood - chip.heardAt
    while (chip.ms < stood + 1000) await sleep(10)
    return { drove, stoodAfter, again: wheels.last !== stood }
  } finally {
    child.kill('SIGKILL')
    off()
    await pty.board.close()
  }
}
