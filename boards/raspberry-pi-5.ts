/** Raspberry Pi 5 Model B. */
import type { Board } from '../hal/board.js'
import { bcm2712 } from './chips/bcm2712.js'
import { rp1Gpio, rp1Uarts } from './chips/rp1.js'

export const raspberryPi5: Board = {
  name: 'raspberry-pi-5',
  title: 'Raspberry Pi 5 Model B',
  chip: bcm2712,
  simulated: false,
  memory: [2 * 2 ** 30, 4 * 2 ** 30, 8 * 2 ** 30, 16 * 2 ** 30],
  match: {
    compatible: ['raspberrypi,5-model-b'],
    models: ['Raspberry Pi 5 Model B*', 'Raspberry Pi 5'],
  },
  uarts: rp1Uarts,
  gpio: rp1Gpio,
  figures: [
    {
      what: 'memcpy',
      value: 5.3e9,
      unit: 'B/s',
      source: 'tinymembench, one core; sbc-bench report, 5.3 to 6.0',
    },
    { what: 'memset', value: 10e9, unit: 'B/s', source: 'tinymembench, one core; sbc-bench report, 10 to 14' },
    { what: 'DRAM latency', value: 1.17e-7, unit: 's', source: 'ramlat; sbc-bench report' },
    { what: 'power under load', value: 5.8, unit: 'W', source: 'PMIC during sbc-bench; 8.5 W at 3 GHz' },
    {
      what: 'BitNet-3B by T-MAC, 2024',
      value: 11.09,
      unit: 'tokens/s',
      source: 'T-MAC docs/profiling_data.md (2024), two threads',
    },
    {
      what: 'BitNet-3B by llama.cpp b2794, 2024',
      value: 2.71,
      unit: 'tokens/s',
      source: 'T-MAC docs/profiling_data.md (2024), two threads',
    },
    {
      what: 'Llama-2-7B 2 bit by T-MAC, 2024',
      value: 5.92,
      unit: 'tokens/s',
      source: 'T-MAC docs/profiling_data.md (2024), two threads',
    },
  ],
  luts: [],
  notes: [
    'Header UART: dtparam=uart0=on in /boot/firmware/config.txt.',
    "Only the header's GPIO 0 to 27 of the chip's 54 lines are for you.",
    "Power: vcgencmd pmic_read_adc tells the rails' voltages and currents.",
    'Figures of other projects are from 2024 and not a comparison with their present versions.',
  ],
}
