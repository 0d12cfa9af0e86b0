/** NVIDIA Jetson Orin Nano developer kit. */
import type { Board } from '../hal/board.js'
import { orinGpio, orinNano, orinNotes, orinUart } from './chips/tegra234.js'

export const jetsonOrinNano: Board = {
  name: 'jetson-orin-nano',
  title: 'NVIDIA Jetson Orin Nano Developer Kit',
  chip: orinNano,
  simulated: false,
  memory: [8 * 2 ** 30],
  match: {
    compatible: [
      'nvidia,p3768-0000+p3767-0003',
      'nvidia,p3768-0000+p3767-0004',
      'nvidia,p3768-0000+p3767-0005',
      'nvidia,p3768-0000+p3767-0003-super',
      'nvidia,p3768-0000+p3767-0004-super',
      'nvidia,p3768-0000+p3767-0005-super',
    ],
    models: [
      'NVIDIA Orin Nano Developer Kit*',
      'NVIDIA Jetson Orin Nano Developer Kit*',
      'NVIDIA Jetson Orin Nano Engineering Reference Developer Kit*',
    ],
  },
  uarts: [orinUart],
  gpio: orinGpio,
  figures: [
    {
      what: 'memcpy',
      value: 6.73e9,
      unit: 'B/s',
      source: 'tinymembench, one core; sbc-bench report, before Super mode',
    },
    {
      what: 'memset',
      value: 20.24e9,
      unit: 'B/s',
      source: 'tinymembench, one core; sbc-bench report, before Super mode',
    },
  ],
  luts: [],
  notes: [
    ...orinNotes,
    'sbc-bench lists a report of a machine with p3767-0003 (87lq) under Orin NX; its tree and its six cores say Orin Nano.',
  ],
}
