/**
 * What emulation needs, made once: Node's own binary for the machine, fetched by npm, and the
 * addon, cross-built as the package carries it.
 * takes  a machine · gives  paths, or the reason why it cannot be · before ./emulate
 */
import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import type { Machine } from './machines.js'

const run = promisify(execFile)
const folder = 'build/emulated'

/** Why this machine cannot be emulated here; undefined where it can. */
export function missingTools({ emulator, compiler, debian }: Machine): string | undefined {
  for (const tool of [emulator, compiler, 'cmake'])
    if (spawnSync(tool, ['--version'], { stdio: 'ignore' }).status !== 0)
      return `${tool} is not installed (sudo apt-get install ${debian}, or node test/emulated/install.mjs)`
  return undefined
}

/** Node's binary for this machine; npm checks what it fetches against the registry's hash. */
export async function emulatedNode({ arch, node }: Machine): Promise<string> {
  const place = join(folder, `node-${arch}`)
  const binary = resolve(place, 'package', 'bin', 'node')
  if (existsSync(binary)) return binary
  mkdirSync(place, { recursive: true })
  const { stdout } = await run('npm', ['pack', node, '--silent', '--pack-destination', place])
  await run('tar', ['-xzf', join(place, stdout.trim()), '-C', place])
  return binary
}

/** The addon for this machine, as the package carries it; built anew where a source is newer. Minutes at first. */
export async function emulatedAddon({ target, addon }: Machine): Promise<string> {
  await run(process.execPath, ['native/prebuild.mjs', '--pack', target], { maxBuffer: 1 << 26 })
  return resolve(addon)
}
