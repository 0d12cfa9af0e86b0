/** RP1, the I/O chip of the Raspberry Pi 5 and of Compute Module 5: where its UART and GPIO are found. */
import type { Wire } from '../../hal/board.js'

export const rp1Uarts: readonly Wire[] = [
  {
    name: 'uart0',
    path: '/dev/ttyAMA0',
    find: { nodes: ['serial@30000'] },
    note: 'header pins 8 and 10; needs dtparam=uart0=on in /boot/firmware/config.txt',
  },
  {
    name: 'debug',
    path: '/dev/ttyAMA10',
    find: { nodes: ['serial@7d001000'] },
    note: 'debug connector (uart10); /dev/serial0 points here or to uart0 by configuration, so it is not used',
  },
]

export const rp1Gpio: readonly Wire[] = [
  {
    name: 'pinctrl-rp1',
    path: '/dev/gpiochip0',
    find: {
      nodes: ['gpio@d0000', 'pinctrl@400d0000'],
      labels: ['pinctrl-rp1'],
      compatible: ['raspberrypi,rp1-gpio'],
    },
    note: '40-pin header; gpiochip4 on kernels before 6.6.45, gpiochip0 since',
  },
]
