/**
 * Gives the addon the grids of the i-quants, which hal/dtypes/grids.ts alone holds; once a load is enough.
 * takes  the addon · gives  nothing; the addon keeps them
 */
import { grid } from '../../hal/dtypes/grids.js'
import type { NativeAddon } from './addon.js'

/** In the order of kGridList in native/engine/source_grids.cpp. */
const names = ['IQ2_XXS', 'IQ2_XS', 'IQ2_S', 'IQ3_XXS', 'IQ3_S', 'IQ1'] as const

export function giveGrids(addon: NativeAddon): void {
  addon.engineGrids(names.map(grid))
}
