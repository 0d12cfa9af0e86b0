/** A simulated board behind a real pseudo-terminal, watched apart from its code, and hosts that die. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'vitest'
import { serial } from '../../../sdk/robot/serial.js'
import { Firmware } from '../../../sdk/robot/simulated-rover/firmware.js'
import { Monitor } from './monitor.js'
import { sleep } from './rig.js'
import { type Cable, cable } from './socat.js'

const hostFile = fileURLToPath(new URL('./host.mjs', import.meta.url))
export const noDist = existsSync(new URL('../../../dist/sdk/robot/index.js', import.meta.url))
  ? undefined
  : 'dist/ is not built (npm run build:ts): no host process to kill'

export interface Bench extends AsyncDisposable {
  readonly cable: Cable
  readonly firmware: Firmware
  readonly monitor: Monitor
}

export async function bench(again?: string): Promise<Bench> {
  const line = await cable(again)
  const board = await serial(line.board)
  const monitor = new Monitor()
  const firmware = new Firmware(monitor.tap(board))
  monitor.watch(firmware)
  const end = async () => {
    firmware.off()
    await board.close()
    line.unplug()
  }
  return { cable: line, firmware, monitor, [Symbol.asyncDispose]: end }
}

export async function moving(firmware: Firmware): Promise<void> {
  for (let i = 0; i < 2000 && firmware.body.resting; i++) await sleep(10)
  expect(firmware.body.resting).toBe(false)
}

/** Milliseconds until the wheels stand. */
export async function resting(firmware: Firmware): Promise<number> {
  const began = performance.now()
  while (!firmware.body.resting && performance.now() - began < 5000) await sleep(5)
  return performance.now() - began
}

/** A host in a process of its own, that drives until it dies. */
export const host = (it: Bench, how?: string) => {
  const child = spawn(process.execPath, [hostFile, it.cable.host, ...(how ? [how] : [])], { stdio: 'pipe' })
  const gone = new Promise<string>((done) => child.once('exit', (code, signal) => done(signal ?? `${code}`)))
  return { child, gone }
}

/** Whoever could still speak when dying has sent the stop. */
export const dies = async (how: string | undefined, ends: string, says: boolean) => {
  await using it = await bench()
  const { child, gone } = host(it, how)
  await moving(it.firmware)
  await sleep(100)
  if (!how) child.kill(ends as NodeJS.Signals)
  expect(await gone).toBe(ends)
  // Whoever could still speak has sent the stop; SIGKILL leaves it to the board's own time of 300 ms.
  expect(await resting(it.firmware)).toBeLessThan(300 + 400)
  expect(it.firmware.latched).toBe(says)
  await sleep(200)
  expect(it.firmware.body.resting).toBe(true)
  expect(it.monitor.wrongs).toEqual([])
}
