/** Qualcomm QCS6490: one Cortex-A78 at 2.7 GHz, three at 2.4, four Cortex-A55. */
import type { Chip } from '../../hal/board.js'

export const qcs6490: Chip = {
  name: 'qcs6490',
  title: 'Qualcomm QCS6490',
  compatible: ['qcom,qcm6490', 'qcom,qcs6490'],
  clusters: [
    { core: 'Cortex-A78', count: 1, hertz: 2.707e9, l1d: 'not known', l2: 'not known' },
    { core: 'Cortex-A78', count: 3, hertz: 2.4e9, l1d: 'not known', l2: 'not known' },
    { core: 'Cortex-A55', count: 4, hertz: 1.958e9, l1d: 'not known', l2: 'not known' },
  ],
  sharedCache: 'not known',
  peakBandwidth: {
    what: 'memory bus peak',
    value: 21.9e9,
    unit: 'B/s',
    source: 'estimate: LPDDR5-5472 (dmidecode in an sbc-bench report of the Q6A), two channels of 16 bits',
  },
  tdp: { what: 'power under load', value: 'not known', unit: 'W', source: 'not published' },
  features: ['neon', 'lse', 'fp16', 'dotprod'],
  source: 'sbc-bench report of Radxa Dragon Q6A (KBw_); the device tree tells no cache sizes',
}
