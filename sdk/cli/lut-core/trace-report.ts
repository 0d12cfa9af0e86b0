/**
 * What `lutra lut-core trace` tells beside the picture.
 * takes  Subject, tokens · gives  a document, and lines for people
 */
import {
  bytesText,
  type CoreConfig,
  type ModelTiming,
  percent,
  timeModel,
  timeText,
} from '../../../kernels/lut-core/index.js'
import type { Subject } from './trace-subject.js'

export interface Report {
  readonly document: object
  readonly head: string
  readonly lines: string
}

const leftOut = 'what the host computes (attention, norms, tables, linears that are not lent) is not in it'

export function report({ name, config, linears, notLent }: Subject, tokens: number): Report {
  const timing = timeModel(config, linears, tokens)
  const core = `M${config.m}N${config.n}K${config.k}`
  const several = linears.length > 1 || linears[0].count > 1
  const lines = [...(several ? timing.linears.map((each) => linearLine(each, config)) : []), summary(timing, config)]
  if (notLent.length > 0) lines.push(...notLent.map((each) => `left to the host: ${each}`))
  if (several) lines.push(`simulated; linears one after another, each with its own weights from DRAM; ${leftOut}`)
  const passing = tokens === 1 ? 'decoding one token' : `${tokens} tokens side by side`
  const shown = linears.length > 1 ? '; the picture shows one of each linear' : ''
  return {
    document: { name, core: config, ...timing, leftOut, notLent },
    head: `${printable(name)} on a LUT core ${core} at ${config.hertz / 1e6} MHz (simulated), ${passing}${shown}\n`,
    lines: `${lines.join('\n')}\n`,
  }
}

function linearLine({ linear, timing }: ModelTiming['linears'][number], { hertz }: CoreConfig): string {
  const shape = `${linear.count} of ${linear.rows} x ${linear.cols}, ${linear.bits} bits`
  const busy = percent(timing.busy.array / timing.cycles)
  return `${shape.padEnd(32)} ${timeText(timing.cycles / hertz).padStart(8)} each, array busy ${busy}, bound by ${timing.bound}`
}

function summary(timing: ModelTiming, { memory }: CoreConfig): string {
  const { cycles, seconds, tokensPerSecond, bytesPerToken, bound, utilisation, tokens } = timing
  const [lookups, slots] = (['lookups', 'slots'] as const).map((key) =>
    timing.linears.reduce((sum, { linear, timing }) => sum + linear.count * timing[key], 0),
  )
  const dram = (bytesPerToken * tokens) / seconds
  return [
    `${cycles} cycles, ${timeText(seconds)}: ${Number(tokensPerSecond.toPrecision(3))} tokens/s`,
    `bound by ${bound}; array busy ${percent(utilisation.array)}, ${percent(lookups / slots)} of its slots used`,
    `${bytesText(bytesPerToken)} a token over DRAM, ${bytesText(dram)}/s of ${bytesText(memory.dramBytesPerSecond)}/s`,
  ].join('\n')
}

/** A file's name must not steer the terminal. */
function printable(name: string): string {
  return JSON.stringify(name).slice(1, -1)
}
