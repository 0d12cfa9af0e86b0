/**
 * The power chip of a Raspberry Pi 5: `vcgencmd pmic_read_adc` prints a line a channel, in columns that differ by model,
 *     VDD_CORE_A current(7)=0.89274000A
 *     VDD_CORE_V volt(15)=0.87667410V
 * and a rail's power is the product of both. EXT5V_V and BATT_V have no current: what hangs on 5 V (USB, a HAT), and what
 * the regulators themselves lose, is not in the sum.
 * takes  the text · gives  watts, or undefined where not one whole pair is in it
 */

const channel = /^\s*(\w{1,40})_([AV])\s+(?:current|volt)\(\d{1,3}\)=(\d{1,6}(?:\.\d{1,12})?)([AV])\s*$/

/** More than the board's supply can give on any rail: such a number is noise. */
const mostAmperes = 50
const mostVolts = 50

export function pmicWatts(text: string): number | undefined {
  const rails = new Map<string, { A?: number; V?: number }>()
  for (const line of text.slice(0, 1 << 16).split('\n')) {
    const match = channel.exec(line)
    if (!match) continue
    const [, name, kind, digits, unit] = match
    const value = Number(digits)
    if (kind !== unit || value > (kind === 'A' ? mostAmperes : mostVolts)) continue
    rails.set(name, { ...rails.get(name), [kind]: value })
  }
  let watts: number | undefined
  for (const { A, V } of rails.values()) if (A !== undefined && V !== undefined) watts = (watts ?? 0) + A * V
  return watts
}
