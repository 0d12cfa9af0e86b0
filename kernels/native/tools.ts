/** Small tools of the addon that need no engine: memory bandwidth and CPU features. */
import { nativeAddon } from './addon.js'

/** Bytes per second that `threads` threads read together, off the event loop; undefined without an addon. */
export async function nativeBandwidth(
  threads: number,
  megabytes = 256,
  milliseconds = 150,
): Promise<number | undefined> {
  const found = nativeAddon()
  return 'reason' in found ? undefined : found.addon.measureBandwidth(threads, megabytes, milliseconds)
}

/** Gives memory that was freed back to the system, where the C library (glibc) keeps it; false: nothing to give, or no addon. */
export function trimMemory(): boolean {
  const found = nativeAddon()
  return 'reason' in found ? false : found.addon.trimMemory()
}

/** What the CPU itself says it can do, in the words of hal/device; empty without an addon. */
export function nativeFeatures(): readonly string[] {
  const found = nativeAddon()
  return 'reason' in found ? [] : found.addon.cpuFeatures()
}
