/**
 * Which chip is meant: a path, or a label, since the kernel numbers chips as it finds them (the Raspberry Pi 5's header
 * was gpiochip4 and is gpiochip0 today; its label was pinctrl-rp1 all along).
 * takes  a Gpio, a path or label · gives  the path; LutraError io with what is here
 * before ./input, ./output · after ./native
 */
import { LutraError } from '../../../hal/error.js'
import type { Gpio } from './gpio.js'

export function findChip(gpio: Gpio, chip: string): string {
  if (chip.startsWith('/')) return chip
  const here = gpio.chips()
  const found = here.filter(({ label }) => label === chip)
  if (found.length === 1) return found[0].path
  const list = here.map(({ path, label }) => `${path} "${label}"`).join(', ') || 'none that this user may open'
  const several = found.length > 1 ? `${found.length} of that label` : 'none'
  throw new LutraError('io', `Expected one GPIO chip with the label "${chip}" but found ${several}; here: ${list}`)
}

/** What the system answered, for people. */
export function unusable(what: string, cause: unknown): LutraError {
  if (cause instanceof LutraError) return cause
  const { code, message } = cause as NodeJS.ErrnoException
  const hints: Record<string, string> = {
    ENOENT: 'gpiodetect lists the chips',
    ENOTTY: 'that is no GPIO chip',
    EACCES: 'add yourself to its group (gpio)',
    EPERM: 'add yourself to its group (gpio)',
    EBUSY: 'another program has it; gpioinfo says which',
    EINVAL: 'gpioinfo lists its lines',
  }
  const hint = hints[code ?? ''] ?? 'check chip and line'
  return new LutraError('io', `Expected to use ${what} (${message}); ${hint}`, { cause })
}

/** LutraError limit where it is no line's number. */
export function checkLine(line: number): void {
  if (Number.isInteger(line) && line >= 0 && line < 2 ** 32) return
  throw new LutraError('limit', `Expected a line from 0 on but received ${line}`)
}
