/**
 * The words of Waveshare's newline-JSON rovers (WAVE ROVER, UGV01, UGV02, UGV Rover, UGV Beast): one JSON object a line.
 * takes  commands · gives  bytes, and Feedback out of lines
 * source json_cmd.h and uart_ctrl.h of waveshareteam/ugv_base_general and ugv_base_ros; Waveshare wiki, "Sub-controller
 *        JSON Command Set"
 */
const code = {
  emergencyStop: 0,
  speed: 1,
  imu: 126,
  feedback: 130,
  feedbackFlow: 131,
  heartbeat: 136,
  echo: 143,
  resetEmergency: 999,
  baseInfo: 1001,
  imuData: 1002,
} as const

/** What the board says of itself, in its own units made SI. */
export interface Feedback {
  /** Metres per second by the encoders; a board without them repeats its motor drive here. */
  readonly left: number
  readonly right: number
  /** Metres that the wheels rolled since the board started, where its firmware counts them. */
  readonly rolled?: { readonly left: number; readonly right: number }
  /** Volts. */
  readonly battery?: number
  /** Degrees. */
  readonly roll?: number
  readonly pitch?: number
}

const encoder = new TextEncoder()
const line = (command: object) => encoder.encode(`${JSON.stringify(command)}\n`)
const number = (value: number) => Math.round(value * 1e4) / 1e4

export const askFeedback = line({ T: code.feedback })
export const askImu = line({ T: code.imu })
export const quiet = join(line({ T: code.feedbackFlow, cmd: 0 }), line({ T: code.echo, cmd: 0 }))
export const resetEmergency = line({ T: code.resetEmergency })
/** The line end in front closes whatever half line came before. */
export const stopLines = join(
  encoder.encode('\n'),
  line({ T: code.speed, L: 0, R: 0 }),
  line({ T: code.emergencyStop }),
  askFeedback,
)

/** Milliseconds without a speed word after which the board stops its wheels. */
export function heartbeat(ms: number): Uint8Array {
  return line({ T: code.heartbeat, cmd: Math.round(ms) })
}

/** Speeds as the board wants them: m/s with encoders, ±0.5 for full drive without. Asks how it goes in the same breath. */
export function speeds(left: number, right: number): Uint8Array {
  return join(line({ T: code.speed, L: number(left), R: number(right) }), askFeedback)
}

/** The newest IMU reading as it stands (T 1002), or the base's feedback (T 1001); undefined for any other line. */
export function readLine(text: string): Feedback | { readonly imu: Record<string, number> } | 'bad' | undefined {
  // Everything else that the firmware prints for people.
  if (!text.startsWith('{')) return undefined
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return 'bad'
  }
  const { T, L, R, v, odl, odr, r, p } = said as Record<string, unknown>
  if (T === code.imuData) return { imu: numbersOf(said as Record<string, unknown>) }
  if (T !== code.baseInfo) return undefined
  if (!finite(L) || !finite(R)) return 'bad'
  return {
    left: L,
    right: R,
    ...(finite(odl) && finite(odr) && { rolled: { left: odl / 100, right: odr / 100 } }),
    // Newer firmware counts hundredths of a volt.
    ...(finite(v) && { battery: v > 100 ? v / 100 : v }),
    ...(finite(r) && { roll: r }),
    ...(finite(p) && { pitch: p }),
  }
}

function numbersOf(said: Record<string, unknown>): Record<string, number> {
  const pairs = Object.entries(said).filter((pair): pair is [string, number] => finite(pair[1]))
  // The board's own keys are few and short; more is noise.
  return Object.fromEntries(pairs.filter(([key]) => key !== 'T' && /^[a-z0-9]{1,8}$/i.test(key)).slice(0, 24))
}

function finite(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
