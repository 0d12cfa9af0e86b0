/**
 * What robots need of the addon: GPIO lines. The one door from here to native code.
 * gives  Gpio, or LutraError unsupported where this build or system has none
 * before ./button · after kernels/native
 */
import { closeSync } from 'node:fs'
import { LutraError } from '../../hal/error.js'
import { loadNative } from '../../kernels/native/load.js'

/** One line as an input, by the kernel's character device. Errors have the errno's name as `code`. */
export interface Gpio {
  /** A descriptor of the line. */
  open(chip: string, line: number, bias: 'up' | 'down' | 'none'): number
  /** Is it high? */
  read(descriptor: number): boolean
  close(descriptor: number): void
}

export function nativeGpio(): Gpio {
  const { exports, reason } = loadNative()
  const { gpioOpen, gpioRead } = (exports ?? {}) as { gpioOpen?: Gpio['open']; gpioRead?: Gpio['read'] }
  if (gpioOpen && gpioRead) return { open: gpioOpen, read: gpioRead, close: closeSync }
  const why = reason ?? 'it was built without GPIO (Linux 5.10 headers)'
  throw new LutraError('unsupported', `Expected the native addon for GPIO but ${why}`)
}
