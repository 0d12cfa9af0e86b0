/**
 * Sliding windows: how many tokens back a layer sees, and which layers see all.
 * takes  metadata `attention.sliding_window*` · gives  a window or none, for a layer
 */
import { LutraError } from '../../../hal/error.js'
import * as limits from './limits.js'
import type { Metadata } from './metadata.js'

const [size, pattern] = ['attention.sliding_window', 'attention.sliding_window_pattern']

/** The window in tokens, a token's own included; none where it is 0 or absent. */
export function readWindow(metadata: Metadata, fallback = 0): number | undefined {
  return metadata.integer(size, 0, limits.maxContext, fallback) || undefined
}

/** Which layers have the window: all but every n-th, or as a list says. */
export function readPattern(metadata: Metadata, layers: number, fallback: number): (layer: number) => boolean {
  const value = metadata.values.get(metadata.key(pattern))
  if (!Array.isArray(value)) {
    const period = metadata.integer(pattern, 1, limits.maxLayers, fallback)
    return (layer) => (layer + 1) % period !== 0
  }
  if (value.length !== layers || value.some((each) => typeof each !== 'boolean'))
    throw new LutraError(
      'format',
      `Expected ${metadata.key(pattern)} with true or false for each of ${layers} layers but found ${value.length} values`,
    )
  return (layer) => value[layer]
}
