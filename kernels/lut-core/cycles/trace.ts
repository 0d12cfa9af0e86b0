/**
 * What each unit does when: spans of work, and how busy it is from bin to bin. Simulated.
 * takes  CoreConfig, linears · gives  Trace; where there are several, one of each, one after another
 * before ./model · after ./picture, ./page, ./chrome
 */
import type { CoreConfig } from '../config.js'
import { linearProgram } from '../lmma/driver.js'
import type { Instruction } from '../lmma/instruction.js'
import type { LinearShape } from '../lmma/tiling.js'
import { timeLinear } from './linear.js'
import { timeProgram } from './model.js'
import { type Span, type Timing, type Unit, units } from './timing.js'

/** A linear in a trace, from cycle `start` to `end`. */
export interface TracePart {
  readonly title: string
  readonly start: number
  readonly end: number
  readonly timing: Timing
}

export interface Trace {
  readonly simulated: true
  readonly core: string
  readonly hertz: number
  readonly cycles: number
  readonly parts: readonly TracePart[]
  /** Spans up to a bound in number; all that begin before `spansUntil` are there. */
  readonly spans: readonly Span[]
  readonly spansUntil: number
  /** Cycles of a bin, and the part of each bin that each unit works, 0 … 1. */
  readonly bin: number
  readonly occupancy: Readonly<Record<Unit, readonly number[]>>
}

export interface TraceOptions {
  /** Default 2000. */
  readonly bins?: number
  /** Spans that are kept; default 60000. */
  readonly spans?: number
}

/** Walks every round of every loop; LutraError limit: too many tokens for that. */
export function traceLinears(config: CoreConfig, shapes: readonly LinearShape[], options: TraceOptions = {}): Trace {
  const timings = shapes.map((shape) => timeLinear(config, shape))
  const cycles = timings.reduce((sum, timing) => sum + timing.cycles, 0)
  const bin = Math.max(1, Math.ceil(cycles / (options.bins ?? 2000)))
  const worked = Object.fromEntries(units.map((unit) => [unit, new Float64Array(Math.ceil(cycles / bin))]))
  const spans: Span[] = []
  const most = options.spans ?? 60_000
  let spansUntil = cycles
  const parts: TracePart[] = []
  let begin = 0
  shapes.forEach((shape, i) => {
    const { program } = linearProgram(config, shape)
    const at = begin
    timeProgram(program, config, {
      limit: 3e7,
      onSpan: ({ unit, start, end, at: place }) => {
        add(worked[unit], bin, at + start, at + end)
        if (spans.length < most)
          spans.push({ unit, start: at + start, end: at + end, at: place, label: labelOf(program[place]) })
        else spansUntil = Math.min(spansUntil, at + start)
      },
    })
    begin += timings[i].cycles
    parts.push({ title: titleOf(shape), start: at, end: begin, timing: timings[i] })
  })
  const length = (i: number) => Math.min(bin, cycles - i * bin)
  const occupancy = Object.fromEntries(
    units.map((unit) => [unit, Array.from(worked[unit], (sum, i) => sum / length(i))]),
  ) as Record<Unit, number[]>
  const core = `M${config.m}N${config.n}K${config.k}`
  return { simulated: true, core, hertz: config.hertz, cycles, parts, spans, spansUntil, bin, occupancy }
}

export function titleOf({ rows, cols, bits, tokens, segment }: LinearShape): string {
  const scales = segment === undefined || segment === cols ? '' : `, a scale per ${segment} columns`
  return `${rows} x ${cols}, ${bits} bit${bits === 1 ? '' : 's'}${scales}, ${tokens} token${tokens === 1 ? '' : 's'}`
}

/** Adds the cycles start … end to the bins that they fall into. */
function add(bins: Float64Array, bin: number, start: number, end: number): void {
  for (let i = Math.floor(start / bin); i * bin < end; i++)
    bins[i] += Math.min(end, (i + 1) * bin) - Math.max(start, i * bin)
}

function labelOf(instruction: Instruction): string {
  switch (instruction.op) {
    case 'copy':
      return `copy to ${instruction.to}, ${instruction.bytes} bytes`
    case 'lmma':
      return `lmma m${instruction.m} n${instruction.n} k${instruction.k} i${instruction.weightBits}: t${instruction.tables} w${instruction.weights} to a${instruction.target}`
    case 'ldt':
    case 'ldx':
      return `${instruction.op} t${instruction.register}, ${instruction.bytes} bytes`
    case 'ldw':
      return `ldw w${instruction.register}, ${instruction.bytes} bytes`
    case 'lda':
    case 'sta':
      return `${instruction.op} a${instruction.register}, ${instruction.bytes} bytes`
    case 'zero':
      return `zero a${instruction.register}`
    default:
      return instruction.op
  }
}
