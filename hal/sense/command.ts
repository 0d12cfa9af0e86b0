/**
 * Questions to a firmware that no file of the system answers. The list is closed: a program at its known places, its whole
 * command line fixed here, never through a shell or PATH, half a second and 64 KiB at most.
 * gives  what it printed, or undefined · before ../reader
 */
import { existsSync } from 'node:fs'

const questions = {
  /** `throttled=0x50005`: bits as in ./throttling. Raspberry Pi. */
  'vcgencmd get_throttled': ['vcgencmd', 'get_throttled'],
  /** A line for each ADC channel of the power chip, as in ./pmic. Raspberry Pi 5 and its modules. */
  'vcgencmd pmic_read_adc': ['vcgencmd', 'pmic_read_adc'],
} as const

export type FirmwareQuestion = keyof typeof questions

export function isFirmwareQuestion(path: string): path is FirmwareQuestion {
  return Object.hasOwn(questions, path)
}

/** Where Raspberry Pi OS, other distributions and older images put it. */
const folders = ['/usr/bin', '/usr/local/bin', '/opt/vc/bin']

const limits = { encoding: 'utf8', timeout: 500, killSignal: 'SIGKILL', maxBuffer: 1 << 16, env: {}, cwd: '/' } as const

/** What asks each question once, for one look at a machine: its answers grow old. */
export function askingOnce<T extends { run?(question: FirmwareQuestion): string | undefined }>(reader: T): T {
  if (!reader.run) return reader
  const answers = new Map<FirmwareQuestion, string | undefined>()
  return {
    ...reader,
    run(question: FirmwareQuestion) {
      if (!answers.has(question)) answers.set(question, reader.run?.(question))
      return answers.get(question)
    },
  }
}

/** Blocks for as long as the program runs: some milliseconds on the boards that have it. */
export function askFirmware(question: FirmwareQuestion): string | undefined {
  const [program, ...words] = questions[question]
  const path = placeOf(program)
  if (path === undefined) return undefined
  try {
    const { execFileSync } = process.getBuiltinModule('node:child_process')
    return execFileSync(path, words, { ...limits, stdio: ['ignore', 'pipe', 'ignore'] })
  } catch {
    return undefined
  }
}

export async function askFirmwareLater(question: FirmwareQuestion): Promise<string | undefined> {
  const [program, ...words] = questions[question]
  const path = placeOf(program)
  if (path === undefined) return undefined
  const { execFile } = process.getBuiltinModule('node:child_process')
  return new Promise((resolve) => {
    execFile(path, words, limits, (error, stdout) => resolve(error ? undefined : stdout))
  })
}

function placeOf(program: string): string | undefined {
  if (process.platform !== 'linux' || !process.arch.startsWith('arm')) return undefined
  return folders.map((folder) => `${folder}/${program}`).find((path) => existsSync(path))
}
