/**
 * Makes the emulator's timers wake only for counts at which something happens: a match, the top, the bottom. They would
 * otherwise wake for each of two million counts a second, and a sleeping chip would cost as much as a busy one.
 * takes  a CPU and its timers (avr8js 0.21, whose fields are named below) · after ./chip
 */
import type { AVRTimer, CPU } from 'avr8js'

/** What avr8js keeps private. */
interface Inside {
  readonly count: (reschedule?: boolean) => void
  readonly config: { readonly OCRA: number; readonly OCRB: number }
  readonly timerMode: number
  readonly tcnt: number
  readonly tcntUpdated: boolean
  readonly countingUp: boolean
  readonly updateDivider: boolean
  readonly ocrA: number
  readonly ocrB: number
  readonly TOP: number
  readonly divider: number
  readonly lastCycle: number
}

/** Timer modes that count up and down. */
const phaseCorrect = [1, 4]

export function swift(cpu: CPU, timers: readonly AVRTimer[]): void {
  const inside = new Map(timers.map((timer) => [(timer as unknown as Inside).count, timer as unknown as Inside]))
  const add = cpu.addClockEvent.bind(cpu)
  cpu.addClockEvent = (callback, cycles) => {
    const timer = inside.get(callback)
    return add(callback, timer ? cycles + (ahead(timer) - 1) * timer.divider : cycles)
  }
  // A new match may come sooner than the one that was waited for.
  for (const timer of inside.values())
    for (const register of [timer.config.OCRA, timer.config.OCRB]) {
      const hook = cpu.writeHooks[register]
      cpu.writeHooks[register] = (value, before, address, mask) => {
        if (timer.divider) timer.count(false)
        const handled = hook?.(value, before, address, mask)
        if (timer.divider && cpu.clearClockEvent(timer.count))
          cpu.addClockEvent(timer.count, timer.lastCycle + timer.divider - cpu.cycles)
        return handled
      }
    }
}

/** Counts until the next one that matters, 1 where in doubt. */
function ahead(timer: Inside): number {
  const { tcnt, ocrA, ocrB, TOP } = timer
  if (timer.tcntUpdated || timer.updateDivider || !timer.divider) return 1
  const falls = phaseCorrect.includes(timer.timerMode) && !timer.countingUp
  // The top is a stop of its own: a whole round in one go would look like no step at all.
  const marks = falls ? [ocrA, ocrB, 0] : [ocrA, ocrB, TOP, TOP + 1]
  const far = marks.map((mark) => (falls ? tcnt - mark : mark - tcnt)).filter((counts) => counts > 0)
  return far.length ? Math.min(...far) : 1
}
