/**
 * The board's own GPIO, by the kernel's character device (Linux 5.10). The one door from robots to native code.
 * gives  Gpio, or LutraError unsupported where this build or system has none
 * before ./find, ./input, ./output · after kernels/native
 */
import { readdirSync } from 'node:fs'
import { LutraError } from '../../../hal/error.js'
import { loadNative } from '../../../kernels/native/load.js'
import type { Edge, Gpio, HeldLines, LineOptions } from './gpio.js'

/** What the addon gives, see native/gpio/door.h. */
interface Addon {
  gpioChip(path: string): { name: string; label: string; lines: number }
  gpioRequest(path: string, offsets: readonly number[], options: LineOptions): number
  gpioGet(descriptor: number, count: number): boolean[]
  gpioSet(descriptor: number, values: readonly boolean[]): void
  gpioClose(descriptor: number): void
  gpioWatch(descriptor: number, listen: (edges: readonly Edge[], error?: Error) => void): () => void
}

/** `folder` holds the chips' files. */
export function nativeGpio(folder = '/dev'): Gpio {
  const { exports, reason } = loadNative()
  const addon = (exports ?? {}) as unknown as Addon
  if (typeof addon.gpioWatch === 'function')
    return { chips: () => chips(addon, folder), request: request.bind(null, addon) }
  const why = reason ?? 'it was built without GPIO (Linux 5.10 headers), or by an older version'
  throw new LutraError('unsupported', `Expected the native addon for GPIO but ${why}`)
}

function chips(addon: Addon, folder: string) {
  const names = readdirSync(folder).filter((name) => /^gpiochip\d+$/.test(name))
  return names
    .sort((a, b) => a.length - b.length || (a < b ? -1 : 1))
    .flatMap((name) => {
      const path = `${folder}/${name}`
      try {
        const { label, lines } = addon.gpioChip(path)
        return { path, label, lines }
      } catch {
        return [] // gone meanwhile, or not this user's
      }
    })
}

function request(addon: Addon, chip: string, lines: readonly number[], options: LineOptions): HeldLines {
  const descriptor = addon.gpioRequest(chip, lines, options)
  const watches = new Set<() => void>()
  let open = true
  // A number may soon be another file's: nothing is asked of it once it is closed.
  const held = <T>(act: () => T): T => {
    if (!open) throw Object.assign(new Error('Cannot use lines that are closed'), { code: 'EBADF' })
    return act()
  }
  return {
    get: () => held(() => addon.gpioGet(descriptor, lines.length)),
    set: (values) => held(() => addon.gpioSet(descriptor, values)),
    watch: (listen) =>
      held(() => {
        let listening = true
        const stop = addon.gpioWatch(descriptor, (edges, error) => listening && listen(edges, error))
        const end = () => {
          listening = false
          if (watches.delete(end)) stop()
        }
        watches.add(end)
        return end
      }),
    close() {
      if (!open) return
      for (const end of watches) end()
      open = false
      addon.gpioClose(descriptor)
    },
  }
}
