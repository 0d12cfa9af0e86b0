/**
 * FTDI converters hold bytes back for up to 16 ms, to send more at once: too long for a control loop. Sets that to 1 ms.
 * takes  the path of a port · gives  nothing where it is well, else a sentence for a person
 * after ./serial
 */
import { readFileSync, realpathSync, writeFileSync } from 'node:fs'

export interface LatencyFiles {
  /** The device that a link such as /dev/serial/by-id/… stands for. */
  real(path: string): string
  read(path: string): string
  write(path: string, text: string): void
}

const system: LatencyFiles = {
  real: (path) => realpathSync(path),
  read: (path) => readFileSync(path, 'utf8'),
  write: (path, text) => writeFileSync(path, text),
}

export function lowLatency(path: string, files: LatencyFiles = system): string | undefined {
  let file: string
  let now: number
  try {
    const device = files.real(path)
    file = `/sys/bus/usb-serial/devices/${device.slice(device.lastIndexOf('/') + 1)}/latency_timer`
    now = Number(files.read(file))
  } catch {
    // No such timer: another chip, a UART, a pseudo-terminal.
    return undefined
  }
  if (!(now > 1)) return undefined
  try {
    files.write(file, '1')
    const after = Number(files.read(file))
    return after > 1 ? slow(file, after) : undefined
  } catch {
    return slow(file, now)
  }
}

function slow(file: string, ms: number): string {
  return `${file} holds answers back for up to ${ms} ms and may not be changed; let a udev rule set it to 1`
}
