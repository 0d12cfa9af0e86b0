/** NVIDIA Jetson Nano developer kit (2019), 4 GB and 2 GB. */
import type { Board } from '../hal/board.js'
import { tegra210 } from './chips/tegra210.js'

export const jetsonNano: Board = {
  name: 'jetson-nano',
  title: 'NVIDIA Jetson Nano Developer Kit',
  chip: tegra210,
  simulated: false,
  memory: [2 * 2 ** 30, 4 * 2 ** 30],
  match: {
    compatible: [
      'nvidia,p3450-0000',
      'nvidia,p3541-0000',
      'nvidia,p3449-0000-b00+p3448-0000-b00',
      'nvidia,jetson-nano',
    ],
    models: ['NVIDIA Jetson Nano Developer Kit*', 'NVIDIA Jetson Nano 2GB Developer Kit*'],
  },
  uarts: [
    {
      name: 'uart1',
      path: '/dev/ttyTHS1',
      find: { nodes: ['serial@70006040'] },
      note: '40-pin header J41, pins 8 and 10 (uartb)',
    },
    {
      name: 'console',
      path: '/dev/ttyS0',
      find: { nodes: ['serial@70006000'] },
      note: 'debug header J44 (uarta)',
    },
  ],
  gpio: [
    {
      name: 'tegra-gpio',
      path: '/dev/gpiochip0',
      find: { nodes: ['gpio@6000d000'], labels: ['tegra-gpio'] },
      note: '40-pin header',
    },
  ],
  figures: [
    { what: 'memcpy', value: 3.73e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report (4rLX)' },
    { what: 'memset', value: 8.87e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report (4rLX)' },
  ],
  luts: [],
  notes: [
    'Serial port: `sudo usermod -aG dialout $USER`, and stop the console on it: `sudo systemctl disable --now nvgetty`.',
    'JetPack 4 ends at Ubuntu 18.04, whose glibc 2.27 is too old for Node 20 from nodejs.org; use a community image.',
    'No dot product instructions: the table-lookup kernels gain most here.',
    'The GPU is not used.',
  ],
}
