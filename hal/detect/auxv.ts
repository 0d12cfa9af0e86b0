/**
 * The kernel's own word on CPU features: AT_HWCAP and AT_HWCAP2 of /proc/self/auxv, as bit masks.
 * takes  a reader on Linux · gives  both masks; undefined where the file is absent or malformed
 */
import type { Reader } from '../reader.js'

const AT_NULL = 0n
const AT_HWCAP = 16n
const AT_HWCAP2 = 26n

export interface Hwcap {
  readonly hwcap: bigint
  readonly hwcap2: bigint
}

/** Entries are pairs of machine words; `arm` processes have 32-bit words. */
export function readHwcap(reader: Reader): Hwcap | undefined {
  const bytes = reader.os === 'linux' ? reader.read('/proc/self/auxv') : undefined
  if (!bytes) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const size = reader.arch === 'arm' || reader.arch === 'ia32' ? 4 : 8
  const word = (at: number) => (size === 4 ? BigInt(view.getUint32(at, true)) : view.getBigUint64(at, true))
  let hwcap: bigint | undefined
  let hwcap2 = 0n
  for (let at = 0; at + 2 * size <= bytes.length; at += 2 * size) {
    const key = word(at)
    if (key === AT_NULL) break
    if (key === AT_HWCAP) hwcap = word(at + size)
    if (key === AT_HWCAP2) hwcap2 = word(at + size)
  }
  return hwcap === undefined ? undefined : { hwcap, hwcap2 }
}
