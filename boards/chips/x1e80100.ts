/** Qualcomm Snapdragon X Elite: twelve Oryon cores with i8mm and bf16, but no SVE. */
import type { Chip } from '../../hal/board.js'

export const x1e80100: Chip = {
  name: 'x1e80100',
  title: 'Qualcomm Snapdragon X Elite (X1E80100)',
  compatible: ['qcom,x1e80100'],
  clusters: [{ core: 'Oryon', count: 12, hertz: 3.8e9, l1d: 96 * 1024, l2: 12 * 1024 * 1024, l2SharedBy: 4 }],
  sharedCache: 6 * 1024 * 1024,
  peakBandwidth: { what: 'memory bus peak', value: 135e9, unit: 'B/s', source: 'LPDDR5X-8448, 128 bits' },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'left to the makers of laptops' },
  features: ['neon', 'lse', 'fp16', 'dotprod', 'fhm', 'i8mm', 'bf16'],
  source:
    'sbc-bench report of an X Elite devkit (8SWL: X1E001DE, 3.8 and 4.3 GHz); caches by die shots and chipsandcheese; its kernel tells no cache sizes',
}
