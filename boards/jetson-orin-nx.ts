/** NVIDIA Jetson Orin NX, on the Orin Nano developer kit's carrier. */
import type { Board } from '../hal/board.js'
import { orinGpio, orinNotes, orinNx, orinUart } from './chips/tegra234.js'

export const jetsonOrinNx: Board = {
  name: 'jetson-orin-nx',
  title: 'NVIDIA Jetson Orin NX',
  chip: orinNx,
  simulated: false,
  memory: [8 * 2 ** 30, 16 * 2 ** 30],
  match: {
    compatible: [
      'nvidia,p3768-0000+p3767-0000',
      'nvidia,p3768-0000+p3767-0001',
      'nvidia,p3768-0000+p3767-0000-super',
      'nvidia,p3768-0000+p3767-0001-super',
    ],
    models: ['NVIDIA Jetson Orin NX Engineering Reference Developer Kit*', 'NVIDIA Orin NX Developer Kit*'],
  },
  uarts: [orinUart],
  gpio: orinGpio,
  figures: [],
  luts: [],
  notes: [
    ...orinNotes,
    'p3767-0000 has 16 GB and eight cores, p3767-0001 has 8 GB and six.',
    'Firmware of an Orin Nano (sbc-bench 4vy7) calls itself "NVIDIA Orin NX Developer Kit" in DMI: compatible decides.',
  ],
}
