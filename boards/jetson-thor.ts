/** NVIDIA Jetson AGX Thor developer kit. */
import type { Board } from '../hal/board.js'
import { tegra264 } from './chips/tegra264.js'

export const jetsonThor: Board = {
  name: 'jetson-thor',
  title: 'NVIDIA Jetson AGX Thor Developer Kit',
  chip: tegra264,
  simulated: false,
  memory: [128 * 2 ** 30],
  match: {
    compatible: [
      'nvidia,p4071-0000+p3834-0008',
      'nvidia,p3971-0089+p3834-0008',
      'nvidia,p3971-0080+p3834-0008',
      'nvidia,p3971-0050+p3834-0005',
    ],
    models: ['NVIDIA Jetson AGX Thor Developer Kit*', 'NVIDIA P3971-0089+P3834-0008 Engineering Reference Platform'],
  },
  uarts: [
    {
      name: 'console',
      find: { nodes: ['serial@c4e0000'] },
      note: 'UART trace controller, shared with firmware, behind the debug USB-C port: not for a robot; use a USB adapter',
    },
  ],
  gpio: [
    { name: 'gpio_main', find: { nodes: ['gpio@c300000'] }, note: 'label: not known' },
    { name: 'gpio_uphy', find: { nodes: ['gpio@8300000'] }, note: 'label: not known' },
    { name: 'gpio_aon', find: { nodes: ['gpio@cf00000'] }, note: 'always-on; label: not known' },
  ],
  figures: [],
  luts: [],
  notes: [
    "The developer kit has no 40-pin header in NVIDIA's table of expansion headers: robots hang on USB adapters.",
    "SVE2 registers are 128 bits long, as NEON's.",
    '`sudo nvpmodel -m 0` lifts the power mode; `sudo jetson_clocks` pins the clocks.',
    'No CPU benchmark report of a Thor was seen; its fake machine in the tests is put together from parts lists.',
    'The GPU is not used.',
  ],
}
