/**
 * Names that a server gives, as paths on this machine: inside the folder or refused.
 * takes  a path with slashes · gives  the same, checked
 */
import { LutraError } from '../../hal/error.js'

const longest = 200
/** Windows opens devices by these names, in any folder. */
const devices = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

export function safePath(path: string): string {
  const parts = path.split('/')
  if (parts.length > 8 || !parts.every(isSafe))
    throw new LutraError(
      'unsafe',
      `Expected the plain name of a file but the server gave ${JSON.stringify(path.slice(0, 120))}`,
    )
  return path
}

function isSafe(part: string): boolean {
  return (
    part.length > 0 &&
    part.length <= longest &&
    !part.startsWith('.') &&
    !/[. ]$/.test(part) &&
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is refused
    !/[\u0000-\u001f\u007f\\:*?"<>|]/.test(part) &&
    !devices.test(part)
  )
}
