/** NVIDIA Jetson Orin Nano developer kit. */
import type { Board } from '../hal/board.js'
import { tegra234 } from './chips/tegra234.js'

export const jetsonOrinNano: Board = {
  name: 'jetson-orin-nano',
  title: 'NVIDIA Jetson Orin Nano Developer Kit',
  chip: tegra234,
  simulated: false,
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
  uarts: [
    {
      name: 'uart1',
      path: '/dev/ttyTHS1',
      note: '40-pin header (serial@3100000); ttyTHS0 in JetPack 6.0: resolve it by its address in sysfs',
    },
  ],
  gpio: [],
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
    { what: 'power mode limit', value: 25, unit: 'W', source: 'NVIDIA power modes, 7 to 25 W' },
  ],
  luts: [],
  notes: [
    'GPIO chip labels: not known.',
    'serialport does not list ttyTHS ports; Lutra looks in /sys/class/tty.',
    'INA3221 monitors give power through hwmon as voltage and current.',
    'The GPU is not used.',
  ],
}
