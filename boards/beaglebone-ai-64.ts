/** BeagleBoard.org BeagleBone AI-64. */
import type { Board } from '../hal/board.js'
import { j721e } from './chips/j721e.js'

export const beagleBoneAi64: Board = {
  name: 'beaglebone-ai-64',
  title: 'BeagleBoard.org BeagleBone AI-64',
  chip: j721e,
  simulated: false,
  memory: [4 * 2 ** 30],
  match: {
    compatible: ['beagle,j721e-beagleboneai64'],
    models: ['BeagleBoard.org BeagleBone AI-64*'],
  },
  uarts: [
    {
      name: 'console',
      path: '/dev/ttyS2',
      find: { nodes: ['serial@2800000'] },
      note: 'main_uart0, alias serial2, debug header',
    },
  ],
  gpio: [
    {
      name: 'main_gpio0',
      find: { nodes: ['gpio@600000'], labels: ['600000.gpio'] },
      note: 'most pins of P8 and P9 (gpiofind P8_03)',
    },
    { name: 'main_gpio1', find: { nodes: ['gpio@601000'], labels: ['601000.gpio'] }, note: 'some pins of P8 and P9' },
    { name: 'wkup_gpio0', find: { nodes: ['gpio@42110000'], labels: ['42110000.gpio'] }, note: 'mikroBUS' },
  ],
  figures: [
    { what: 'memcpy', value: 2.66e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report (4DLw)' },
    { what: 'memset', value: 8.71e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report (4DLw)' },
  ],
  luts: [],
  notes: [
    'UARTs of the cape headers need an overlay: fdtoverlays in /boot/firmware/extlinux/extlinux.conf.',
    'No dot product instructions: the table-lookup kernels gain most here.',
    'The C7x and C66x processors are not used.',
  ],
}
