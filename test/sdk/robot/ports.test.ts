import { expect, test } from 'vitest'
import { type PortReader, ports } from '../../../sdk/robot/ports.js'

/** A Jetson with an FTDI cable, an empty 8250 slot and a console: what the folders and links of such a board say. */
const links: Record<string, string> = {
  '/dev/serial/by-id/usb-FTDI_FT232R_A5069RR4-if00-port0': '../../ttyUSB0',
  '/sys/class/tty/ttyUSB0/device/driver': '../../../bus/usb-serial/drivers/ftdi_sio',
  '/sys/class/tty/ttyTHS1/device/driver': '../../../../bus/platform/drivers/serial-tegra',
  '/sys/class/tty/ttyS3/device/driver': '../../../../bus/platform/drivers/serial8250',
}
const reader: PortReader = {
  list: (folder) =>
    folder === '/sys/class/tty'
      ? ['console', 'ttyS3', 'ttyTHS1', 'ttyUSB0']
      : Object.keys(links).flatMap((path) => (path.startsWith(`${folder}/usb`) ? [path.slice(folder.length + 1)] : [])),
  link: (path) => links[path],
  text: (path) => (path === '/sys/class/tty/ttyS3/type' ? '0\n' : undefined),
}

test('USB first by its lasting name, then the UARTs that SerialPort.list() misses; empty slots not at all', () => {
  expect(ports(reader)).toEqual([
    {
      path: '/dev/serial/by-id/usb-FTDI_FT232R_A5069RR4-if00-port0',
      device: '/dev/ttyUSB0',
      driver: 'ftdi_sio',
      usb: true,
    },
    { path: '/dev/ttyTHS1', device: '/dev/ttyTHS1', driver: 'serial-tegra', usb: false },
  ])
})

test('a machine without any of these folders has no ports', () => {
  expect(ports({ list: () => [], link: () => undefined, text: () => undefined })).toEqual([])
})
