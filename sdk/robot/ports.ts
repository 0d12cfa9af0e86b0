/**
 * Which serial ports are here: /sys/class/tty for what exists, /dev/serial for names that survive replugging.
 * Our own, since SerialPort.list() needs udevadm and never lists ttyTHS (Jetson), ttymxc or ttyMSM.
 * takes  a reader (injected, so that a fake board is a table in a test) · gives  Port[], stable names first
 * before ./line, ./reconnect · after ./usb-boards
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { boardOf } from './usb-boards.js'

export interface Port {
  /** The path to open: the by-id path where there is one. */
  readonly path: string
  readonly device: string
  /** Names the socket that it is plugged into, where that is known. */
  readonly byPath?: string
  /** The kernel driver: ftdi_sio, cdc_acm, serial-tegra … */
  readonly driver: string
  readonly usb: boolean
  /** USB vendor and product, four hexadecimal digits each. */
  readonly vendor?: string
  readonly product?: string
  /** What the device says of itself. */
  readonly manufacturer?: string
  readonly model?: string
  readonly serial?: string
  readonly interface?: string
  /** What it probably is, by vendor and product. */
  readonly board?: string
}

export interface PortReader {
  list(folder: string): readonly string[]
  /** The target of a link, or undefined. */
  link(path: string): string | undefined
  text(path: string): string | undefined
}

export function ports(reader: PortReader = system): Port[] {
  const byId = links(reader, '/dev/serial/by-id')
  const byPath = links(reader, '/dev/serial/by-path')
  const found = reader.list('/sys/class/tty').flatMap((name): Port[] => {
    const driver = driverOf(reader, name)
    // Consoles and pseudo-terminals have no device; an 8250 slot without hardware has type 0.
    if (!driver || reader.text(`/sys/class/tty/${name}/type`)?.trim() === '0') return []
    const id = usbOf(reader, name)
    const usb = id !== undefined || /ttyUSB|ttyACM/.test(name)
    const path = byId.get(name) ?? `/dev/${name}`
    return [{ path, device: `/dev/${name}`, byPath: byPath.get(name), driver, usb, ...id }]
  })
  return found.sort((a, b) => Number(b.usb) - Number(a.usb) || a.path.localeCompare(b.path))
}

/** Is it the same device, perhaps under another name? Without a serial number of its own: the same kind in the same socket. */
export function samePort(a: Port, b: Port): boolean {
  if (a.vendor !== b.vendor || a.product !== b.product || a.interface !== b.interface) return false
  if (a.serial !== undefined || b.serial !== undefined) return a.serial === b.serial
  if (a.byPath !== undefined || b.byPath !== undefined) return a.byPath === b.byPath
  return a.path === b.path
}

/** What a person reads of a port, on one line. */
export function describePort({ path, board, model, driver }: Port): string {
  return `${path} (${board ?? model ?? driver})`
}

/** Since Linux 6.5 a UART stands behind a port of the serial core, and the driver one floor above. */
function driverOf(reader: PortReader, name: string): string | undefined {
  const at = `/sys/class/tty/${name}/device`
  const driver = reader.link(`${at}/driver`)
  if (!driver?.includes('serial-base/')) return driver && last(driver)
  // The controller's folder has the driver of the hardware, two above the port.
  return last(reader.link(`${at}/../../driver`) ?? driver)
}

/** ttyACM hangs on the USB interface, ttyUSB on a port of it; the device itself is the folder above. */
function usbOf(reader: PortReader, name: string) {
  const at = `/sys/class/tty/${name}/device`
  const word = (file: string) => reader.text(file)?.trim() || undefined
  for (const [face, device] of [
    [at, `${at}/..`],
    [`${at}/..`, `${at}/../..`],
  ]) {
    const vendor = word(`${device}/idVendor`)?.toLowerCase()
    const product = word(`${device}/idProduct`)?.toLowerCase()
    if (!vendor || !product) continue
    return {
      vendor,
      product,
      manufacturer: word(`${device}/manufacturer`),
      model: word(`${device}/product`),
      serial: word(`${device}/serial`),
      interface: word(`${face}/interface`),
      board: boardOf(vendor, product),
    }
  }
}

function links(reader: PortReader, folder: string): Map<string, string> {
  const found = new Map<string, string>()
  for (const name of reader.list(folder)) {
    const target = reader.link(`${folder}/${name}`)
    if (target) found.set(last(target), `${folder}/${name}`)
  }
  return found
}

const quiet = <T>(read: () => T): T | undefined => {
  try {
    return read()
  } catch {
    return undefined
  }
}

const system: PortReader = {
  list: (folder) => quiet(() => readdirSync(folder)) ?? [],
  link: (path) => quiet(() => readlinkSync(path)),
  text: (path) => quiet(() => readFileSync(path, 'utf8')),
}

function last(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}
