/**
 * One writer at a time beside an output: two that share its parts would each spoil what the other counts on.
 * takes  the folder of parts · gives  release; LutraError mismatch where somebody alive holds it · before ./parts
 */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { LutraError } from '../../../hal/error.js'

/** Of this process. */
const held = new Set<string>()

export function lockFolder(folder: string): () => void {
  const path = join(folder, 'lock')
  if (held.has(folder)) throw taken(folder, process.pid)
  while (!created(path)) {
    const holder = holderOf(path)
    if (holder !== undefined && holder !== process.pid && isAlive(holder)) throw taken(folder, holder)
    rmSync(path, { force: true })
  }
  held.add(folder)
  return () => {
    held.delete(folder)
    rmSync(path, { force: true })
  }
}

function taken(folder: string, holder: number): LutraError {
  return new LutraError(
    'mismatch',
    `Expected nobody else to write in ${folder} but process ${holder} does; wait for it`,
  )
}

/** False where there is one: of two that begin together one makes it. */
function created(path: string): boolean {
  try {
    writeFileSync(path, String(process.pid), { flag: 'wx' })
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw cause
  }
}

/** Undefined: nobody, or a killed run's lock that was not written whole. */
function holderOf(path: string): number | undefined {
  try {
    const pid = Number(readFileSync(path, 'utf8'))
    return Number.isInteger(pid) && pid > 0 ? pid : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (cause) {
    // Another user's: alive, and not ours to signal.
    return (cause as NodeJS.ErrnoException).code === 'EPERM'
  }
}
