/** NVIDIA Jetson AGX Orin developer kit. */
import type { Board } from '../hal/board.js'
import { agxOrin, orinGpio, orinNotes, orinUart } from './chips/tegra234.js'

export const jetsonAgxOrin: Board = {
  name: 'jetson-agx-orin',
  title: 'NVIDIA Jetson AGX Orin Developer Kit',
  chip: agxOrin,
  simulated: false,
  memory: [32 * 2 ** 30, 64 * 2 ** 30],
  match: {
    compatible: [
      'nvidia,p3737-0000+p3701-0000',
      'nvidia,p3737-0000+p3701-0004',
      'nvidia,p3737-0000+p3701-0005',
      'nvidia,p3737-0000+p3701-0008',
    ],
    models: ['NVIDIA Jetson AGX Orin Developer Kit*', 'NVIDIA Orin Jetson-Small Developer Kit*'],
  },
  uarts: [orinUart],
  gpio: orinGpio,
  figures: [
    { what: 'memcpy', value: 10.6e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report (4ax9)' },
    { what: 'memset', value: 30.35e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report (4ax9)' },
    {
      what: 'BitNet-3B by T-MAC, 2024, twelve threads',
      value: 26.02,
      unit: 'tokens/s',
      source: 'T-MAC docs/profiling_data.md (2024)',
    },
    {
      what: 'Llama-2-7B 2 bit by T-MAC, 2024, twelve threads',
      value: 15.62,
      unit: 'tokens/s',
      source: 'T-MAC docs/profiling_data.md (2024); 10.4 W, 0.66 J a token',
    },
  ],
  luts: [],
  notes: [...orinNotes, 'The 64 GB module has twelve cores, the 32 GB module (p3701-0004) eight; detection counts.'],
}
