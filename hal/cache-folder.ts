/**
 * The folder where things are kept that can be made again: packed weights, measurements of this device.
 * LUTRA_CACHE names it, or `off`; else $XDG_CACHE_HOME/lutra, ~/.cache/lutra, on macOS ~/Library/Caches/lutra.
 */
import { homedir } from 'node:os'
import { join } from 'node:path'

export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string | undefined {
  if (env.LUTRA_CACHE === 'off') return undefined
  if (env.LUTRA_CACHE) return env.LUTRA_CACHE
  if (env.XDG_CACHE_HOME) return join(env.XDG_CACHE_HOME, 'lutra')
  const home = homedir()
  return process.platform === 'darwin' ? join(home, 'Library', 'Caches', 'lutra') : join(home, '.cache', 'lutra')
}
