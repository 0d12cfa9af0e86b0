/**
 * NVIDIA Tegra234 (Orin) in three fittings: Cortex-A78AE in clusters of four with 2 MB of L3 each; neither i8mm nor SVE.
 * The last cache that all share is the system cache of 4 MB.
 */
import type { Chip, Wire } from '../../hal/board.js'

export const agxOrin: Chip = {
  name: 'tegra234',
  title: 'NVIDIA Tegra234 (AGX Orin fitting)',
  compatible: ['nvidia,tegra234'],
  clusters: [{ core: 'Cortex-A78AE', count: 12, hertz: 2.2e9, l1d: 64 * 1024, l2: 256 * 1024 }],
  sharedCache: 4 * 1024 * 1024,
  peakBandwidth: {
    what: 'memory bus peak',
    value: 204.8e9,
    unit: 'B/s',
    source: 'NVIDIA data sheet: LPDDR5-6400, 256 bits',
  },
  tdp: { what: 'power mode limit', value: 60, unit: 'W', source: 'NVIDIA power modes, 15 to 60 W' },
  features: ['neon', 'lse', 'fp16', 'dotprod'],
  source: 'sbc-bench report of AGX Orin (4ax9); three clusters with 2 MB of L3 each',
}

export const orinNx: Chip = {
  ...agxOrin,
  name: 'tegra234-orin-nx',
  title: 'NVIDIA Tegra234 (Orin NX fitting)',
  clusters: [{ core: 'Cortex-A78AE', count: 8, hertz: 2.0e9, l1d: 64 * 1024, l2: 256 * 1024 }],
  peakBandwidth: {
    what: 'memory bus peak',
    value: 102.4e9,
    unit: 'B/s',
    source: 'NVIDIA data sheet: LPDDR5-6400, 128 bits',
  },
  tdp: { what: 'power mode limit', value: 25, unit: 'W', source: 'NVIDIA power modes, 10 to 25 W; 40 W in Super mode' },
  source: 'NVIDIA data sheet (16 GB module: 8 cores, 2 MB of L2, 4 MB of L3); the 8 GB module has 6 cores',
}

export const orinNano: Chip = {
  ...agxOrin,
  name: 'tegra234-orin-nano',
  title: 'NVIDIA Tegra234 (Orin Nano fitting)',
  clusters: [{ core: 'Cortex-A78AE', count: 6, hertz: 1.5e9, l1d: 64 * 1024, l2: 256 * 1024 }],
  peakBandwidth: {
    what: 'memory bus peak',
    value: 68e9,
    unit: 'B/s',
    source: 'NVIDIA data sheet; 102e9 in Super mode',
  },
  tdp: { what: 'power mode limit', value: 15, unit: 'W', source: 'NVIDIA power modes, 7 to 15 W; 25 W in Super mode' },
  source: 'sbc-bench reports of Orin Nano (4vy7, 87lq); 1.7 GHz in Super mode; two clusters with 2 MB of L3 each',
}

/** UART1 of the modules, pins 8 and 10 of the developer kits' 40-pin header. */
export const orinUart: Wire = {
  name: 'uart1',
  path: '/dev/ttyTHS1',
  find: { nodes: ['serial@3100000'] },
  note: '40-pin header, pins 8 and 10 (uarta); kernel logs of JetPack show it as ttyTHS0 or as ttyTHS1',
}

export const orinGpio: readonly Wire[] = [
  {
    name: 'tegra234-gpio',
    find: { nodes: ['gpio@2200000'], labels: ['tegra234-gpio'] },
    note: 'main controller, most pins of the 40-pin header',
  },
  {
    name: 'tegra234-gpio-aon',
    find: { nodes: ['gpio@c2f0000'], labels: ['tegra234-gpio-aon'] },
    note: 'always-on controller, the other pins',
  },
]

export const orinNotes: readonly string[] = [
  'Serial port: `sudo usermod -aG dialout $USER`, and stop the console on it: `sudo systemctl disable --now nvgetty`.',
  'serialport does not list ttyTHS ports; Lutra looks in /sys/class/tty.',
  'INA3221 monitors give power through hwmon as voltage and current.',
  '`sudo nvpmodel -m 0` lifts the power mode; `sudo jetson_clocks` pins the clocks.',
  'The GPU is not used.',
]
