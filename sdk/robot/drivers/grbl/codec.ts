/**
 * The language of Grbl 1.1 and of what speaks like it (grblHAL, FluidNC): lines out, lines and reports back, and single
 * bytes that act at once.
 * takes  lines · gives  what they say
 * source Grbl v1.1 documentation: "Interface", "Commands", "Jogging"
 */
const ascii = (text: string) => new TextEncoder().encode(text)

/** Bytes that Grbl takes out of the stream wherever it stands. */
export const realtime = {
  status: ascii('?'),
  /** Ends all queued jogs with the machine's own deceleration; the position is kept. */
  jogCancel: Uint8Array.of(0x85),
  reset: Uint8Array.of(0x18),
} as const
/** Feed hold, then soft reset: steps and spindle end at once, and the position may be lost. */
export const stopBytes = Uint8Array.of(0x21, 0x18)
/** Grbl's own limit is 80 characters a line; boards that talk more in one report exist. */
export const longest = 256

export interface Place {
  readonly x: number
  readonly y: number
  readonly z: number
}

export type Heard =
  | { readonly kind: 'ok' | 'banner' }
  | { readonly kind: 'error' | 'alarm'; readonly code: string }
  | { readonly kind: 'setting'; readonly name: string; readonly value: string }
  | {
      readonly kind: 'status'
      /** Idle, Run, Hold, Jog, Alarm, Door, Check, Home, Sleep; without what follows a colon. */
      readonly state: string
      readonly machine?: Place
      readonly work?: Place
      /** Machine minus work position; only now and then in a report. */
      readonly offset?: Place
    }

export function line(text: string): Uint8Array {
  return ascii(`${text}\n`)
}

/** A jog to an absolute place, mm and mm/min: it leaves the machine's modes alone and can be cancelled without loss. */
export function jog(to: Partial<Place>, feed: number, machine: boolean): Uint8Array {
  const words = Object.entries(to).map(([axis, mm]) => `${axis.toUpperCase()}${mm.toFixed(3)}`)
  return line(`$J=G21G90${machine ? 'G53' : ''}${words.join('')}F${Math.max(1, Math.round(feed))}`)
}

/** Undefined for talk; 'bad' for what looks like a report and is none. */
export function readLine(text: string): Heard | 'bad' | undefined {
  if (text === 'ok') return { kind: 'ok' }
  if (/^Grbl(?:HAL)?\s/i.test(text)) return { kind: 'banner' }
  const failure = /^(error|alarm):\s?([\w ]{1,40})/i.exec(text)
  if (failure) return { kind: failure[1].toLowerCase() as 'error' | 'alarm', code: failure[2] }
  const setting = /^\$(\w{1,32})=([^\s]{0,64})/.exec(text)
  if (setting) return { kind: 'setting', name: setting[1], value: setting[2] }
  if (!text.startsWith('<')) return undefined
  const report = /^<([A-Za-z]{2,10})(?::\d+)?((?:\|[^|<>]*)*)>$/.exec(text)
  if (!report) return 'bad'
  const fields = new Map(
    report[2]
      .split('|')
      .map((field) => field.split(':'))
      .map(([name, values = '']) => [name, values] as const),
  )
  const [machine, work, offset] = ['MPos', 'WPos', 'WCO'].map((name) => placeOf(fields.get(name)))
  if (machine === 'bad' || work === 'bad' || offset === 'bad') return 'bad'
  return {
    kind: 'status',
    state: report[1],
    ...(machine && { machine }),
    ...(work && { work }),
    ...(offset && { offset }),
  }
}

/** Axes beyond the third are left out. */
function placeOf(values: string | undefined): Place | undefined | 'bad' {
  if (values === undefined) return undefined
  const [x, y, z] = values
    .split(',')
    .map((value) => (/^-?\d{1,7}(?:\.\d{1,6})?$/.test(value) ? Number(value) : Number.NaN))
  return Number.isFinite(x) && Number.isFinite(y) && Number.isFinite(z) ? { x, y, z } : 'bad'
}
