import { expect, test } from 'vitest'
import { type LatencyFiles, lowLatency } from '../../../sdk/robot/latency.js'
import { only } from '../../../sdk/robot/line.js'
import { type Port, type PortReader, ports, samePort } from '../../../sdk/robot/ports.js'

/** A Jetson with an FTDI cable, an Arduino, an empty 8250 slot and a console: what the folders and links of such a board say. */
const links: Record<string, string> = {
  '/dev/serial/by-id/usb-FTDI_FT232R_A5069RR4-if00-port0': '../../ttyUSB0',
  '/dev/serial/by-path/platform-3610000.usb-usb-0:2.3:1.0-port0': '../../ttyUSB0',
  '/sys/class/tty/ttyUSB0/device/driver': '../../../bus/usb-serial/drivers/ftdi_sio',
  '/sys/class/tty/ttyACM0/device/driver': '../../../../../../bus/usb/drivers/cdc_acm',
  '/sys/class/tty/ttyTHS1/device/driver': '../../../../bus/platform/drivers/serial-tegra',
  '/sys/class/tty/ttyS0/device/driver': '../../../../../bus/serial-base/drivers/port',
  '/sys/class/tty/ttyS0/device/../../driver': '../../../bus/pnp/drivers/serial',
  '/sys/class/tty/ttymxc2/device/driver': '../../../../../../../bus/platform/drivers/imx-uart',
  '/sys/class/tty/ttyS3/device/driver': '../../../../bus/platform/drivers/serial8250',
}
const texts: Record<string, string> = {
  '/sys/class/tty/ttyS0/type': '4\n',
  '/sys/class/tty/ttyS3/type': '0\n',
  '/sys/class/tty/ttyUSB0/device/../../idVendor': '0403\n',
  '/sys/class/tty/ttyUSB0/device/../../idProduct': '6001\n',
  '/sys/class/tty/ttyUSB0/device/../../manufacturer': 'FTDI\n',
  '/sys/class/tty/ttyUSB0/device/../../product': 'FT232R USB UART\n',
  '/sys/class/tty/ttyUSB0/device/../../serial': 'A5069RR4\n',
  '/sys/class/tty/ttyUSB0/device/../interface': 'FT232R USB UART\n',
  '/sys/class/tty/ttyACM0/device/../idVendor': '2A03\n',
  '/sys/class/tty/ttyACM0/device/../idProduct': '0043\n',
}
const reader: PortReader = {
  list: (folder) =>
    folder === '/sys/class/tty'
      ? ['console', 'ttyACM0', 'ttyS0', 'ttyS3', 'ttyTHS1', 'ttyUSB0', 'ttymxc2']
      : Object.keys(links).flatMap((path) => (path.startsWith(`${folder}/`) ? [path.slice(folder.length + 1)] : [])),
  link: (path) => links[path],
  text: (path) => texts[path],
}

test('USB first by its lasting name, then the UARTs that SerialPort.list() misses; empty slots not at all', () => {
  expect(ports(reader)).toEqual([
    {
      path: '/dev/serial/by-id/usb-FTDI_FT232R_A5069RR4-if00-port0',
      device: '/dev/ttyUSB0',
      byPath: '/dev/serial/by-path/platform-3610000.usb-usb-0:2.3:1.0-port0',
      driver: 'ftdi_sio',
      usb: true,
      vendor: '0403',
      product: '6001',
      manufacturer: 'FTDI',
      model: 'FT232R USB UART',
      serial: 'A5069RR4',
      interface: 'FT232R USB UART',
      board: 'FT232R converter',
    },
    {
      path: '/dev/ttyACM0',
      device: '/dev/ttyACM0',
      driver: 'cdc_acm',
      usb: true,
      vendor: '2a03',
      product: '0043',
      board: 'Arduino Uno R3',
    },
    { path: '/dev/ttymxc2', device: '/dev/ttymxc2', driver: 'imx-uart', usb: false },
    { path: '/dev/ttyS0', device: '/dev/ttyS0', driver: 'serial', usb: false },
    { path: '/dev/ttyTHS1', device: '/dev/ttyTHS1', driver: 'serial-tegra', usb: false },
  ])
})

test('a machine without any of these folders has no ports', () => {
  expect(ports({ list: () => [], link: () => undefined, text: () => undefined })).toEqual([])
})

const port = (of: Partial<Port>): Port => ({
  path: '/dev/ttyUSB0',
  device: '/dev/ttyUSB0',
  driver: 'x',
  usb: true,
  ...of,
})

test('a board is known again by its serial number, else by kind and socket', () => {
  const arduino = { vendor: '2341', product: '0043' }
  const a = port({ ...arduino, serial: '111' })
  expect(samePort(a, port({ ...arduino, serial: '111', path: '/dev/ttyACM4', device: '/dev/ttyACM4' }))).toBe(true)
  expect(samePort(a, port({ ...arduino, serial: '222' }))).toBe(false)
  expect(samePort(a, port(arduino))).toBe(false)
  // Two of the same kind without numbers share a by-id name: only the socket tells them apart.
  const clone = { vendor: '1a86', product: '7523', path: '/dev/serial/by-id/usb-1a86_USB_Serial-if00-port0' }
  expect(
    samePort(port({ ...clone, byPath: 'usb-1' }), port({ ...clone, byPath: 'usb-1', device: '/dev/ttyUSB9' })),
  ).toBe(true)
  expect(samePort(port({ ...clone, byPath: 'usb-1' }), port({ ...clone, byPath: 'usb-2' }))).toBe(false)
  // Another function of the same device, a debugger say, is another port.
  expect(samePort(port({ ...clone, interface: 'A' }), port({ ...clone, interface: 'B' }))).toBe(false)
  expect(samePort(port({}), port({ vendor: '1a86', product: '7523' }))).toBe(false)
})

test('auto is the only USB port; more, or none, are named', () => {
  const usb = port({ board: 'Arduino Uno R3' })
  const uart = port({ path: '/dev/ttyTHS1', device: '/dev/ttyTHS1', driver: 'serial-tegra', usb: false })
  expect(only([usb, uart])).toBe(usb)
  expect(() => only([usb, port({ path: '/dev/ttyUSB1', model: 'Pico' }), uart])).toThrow(
    /one USB port but found \/dev\/ttyUSB0 \(Arduino Uno R3\), \/dev\/ttyUSB1 \(Pico\)/,
  )
  expect(() => only([uart])).toThrow(/only \/dev\/ttyTHS1 \(serial-tegra\); name one/)
  expect(() => only([])).toThrow(/none; plug the board in/)
})

/** An FTDI converter's timer, at `ms`; `stuck` takes a write and does nothing. */
function timer(ms: number, how: 'writable' | 'locked' | 'stuck' = 'writable') {
  const written: string[] = []
  let now = ms
  const files: LatencyFiles = {
    real: () => '/dev/ttyUSB3',
    read: (path) => {
      if (path !== '/sys/bus/usb-serial/devices/ttyUSB3/latency_timer') throw new Error('ENOENT')
      return `${now}\n`
    },
    write: (_, text) => {
      if (how === 'locked') throw new Error('EACCES')
      written.push(text)
      if (how === 'writable') now = Number(text)
    },
  }
  return { files, written }
}

test('a slow FTDI timer is set to 1 ms; where that may not be, a note says so', () => {
  const by = '/dev/serial/by-id/usb-FTDI'
  const slow = timer(16)
  expect(lowLatency(by, slow.files)).toBeUndefined()
  expect(slow.written).toEqual(['1'])
  const well = timer(1)
  expect(lowLatency(by, well.files)).toBeUndefined()
  expect(well.written).toEqual([])
  for (const how of ['locked', 'stuck'] as const)
    expect(lowLatency(by, timer(16, how).files)).toMatch(/ttyUSB3\/latency_timer .*16 ms .*udev rule/)
})

test('a port without such a timer has nothing to say', () => {
  expect(lowLatency('/dev/ttyACM0', { ...timer(16).files, real: (path) => path })).toBeUndefined()
  expect(lowLatency('/dev/nothing')).toBeUndefined()
})
