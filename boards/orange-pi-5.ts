/** Orange Pi 5 (RK3588S). */
import type { Board } from '../hal/board.js'
import { rk3588, rk3588Console, rk3588Figures, rk3588Gpio, rk3588Notes } from './chips/rk3588.js'

export const orangePi5: Board = {
  name: 'orange-pi-5',
  title: 'Orange Pi 5',
  chip: rk3588,
  simulated: false,
  memory: [4 * 2 ** 30, 8 * 2 ** 30, 16 * 2 ** 30, 32 * 2 ** 30],
  match: {
    compatible: ['rockchip,rk3588s-orangepi-5', 'xunlong,orangepi-5'],
    models: ['Orange Pi 5', 'Xunlong Orange Pi 5'],
  },
  uarts: [rk3588Console],
  gpio: rk3588Gpio,
  figures: rk3588Figures,
  luts: [],
  notes: [
    ...rk3588Notes,
    'UARTs of the 26-pin header: by overlays= in /boot/orangepiEnv.txt, or with orangepi-config.',
  ],
}
