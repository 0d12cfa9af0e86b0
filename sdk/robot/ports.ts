/**
 * Which serial ports are here: /sys/class/tty for what exists, /dev/serial/by-id for names that survive replugging.
 * Our own, since SerialPort.list() needs udevadm and never lists ttyTHS (Jetson), ttymxc or ttyMSM.
 * takes  a reader (injected, so that a fake board is a table in a test) · gives  Port[], stable names first
 */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

export interface Port {
  /** The path to open: the by-id path where there is one. */
  readonly path: string
  readonly device: string
  /** The kernel driver: ftdi_sio, cdc_acm, serial-tegra … */
  readonly driver: string
  readonly usb: boolean
}

export interface PortReader {
  list(folder: string): readonly string[]
  /** The target of a link, or undefined. */
  link(path: string): string | undefined
  text(path: string): string | undefined
}

export function ports(reader: PortReader = system): Port[] {
  const byId = new Map<string, string>()
  for (const name of reader.list('/dev/serial/by-id')) {
    const target = reader.link(`/dev/serial/by-id/${name}`)
    if (target) byId.set(last(target), `/dev/serial/by-id/${name}`)
  }
  const found = reader.list('/sys/class/tty').flatMap((name): Port[] => {
    const driver = reader.link(`/sys/class/tty/${name}/device/driver`)
    // Consoles and pseudo-terminals have no device; an 8250 slot without hardware has type 0.
    if (!driver || reader.text(`/sys/class/tty/${name}/type`)?.trim() === '0') return []
    const usb = /ttyUSB|ttyACM/.test(name) || (reader.link(`/sys/class/tty/${name}/device`) ?? '').includes('/usb')
    return [{ path: byId.get(name) ?? `/dev/${name}`, device: `/dev/${name}`, driver: last(driver), usb }]
  })
  return found.sort((a, b) => Number(b.usb) - Number(a.usb) || a.path.localeCompare(b.path))
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
