import { writeFile } from 'node:fs/promises'
import { LutraError } from '../../../hal/error.js'
import { findLibrary, type LibraryName, libraryNames } from '../../../kernels/lut-core/synthesis/library.js'
import { measure } from '../../../kernels/lut-core/synthesis/measure.js'
import { measuredParts, type NamedPart, type Ratio, ratiosOf } from '../../../kernels/lut-core/synthesis/parts.js'
import { sweeps } from '../../../kernels/lut-core/synthesis/subjects.js'
import { yosysVersion } from '../../../kernels/lut-core/synthesis/yosys.js'
import { type Command, type Invocation, text, UsageError } from '../command.js'

/** `lutra lut-core synth`: synthesizes our Verilog anew, or shows what was committed. */
export const synth: Command = {
  name: 'synth',
  usage: '[--sweep NAME|all] [--part NAME] [--library osu018|osu035] [--out FILE]',
  about:
    'Synthesizes the LUT array and what it is compared with: area, simulated energy, ratios. Without --sweep: as committed.',
  options: {
    sweep: { type: 'string' },
    part: { type: 'string' },
    library: { type: 'string' },
    out: { type: 'string' },
  },
  async run(call) {
    if (call.words.length > 0) throw new UsageError('Expected options only')
    const fresh = ['sweep', 'part', 'library', 'out'].some((name) => text(call, name) !== undefined)
    const { tools, libraries, parts } = fresh ? await synthesized(call) : measuredParts()
    const ratios = [...new Set(parts.map(({ sweep }) => sweep))].map((sweep) => ({
      sweep,
      ratios: ratiosOf(parts.filter((part) => part.sweep === sweep)),
    }))
    const out = text(call, 'out')
    if (out !== undefined)
      await writeFile(out, `${JSON.stringify({ tools, libraries, parts }, null, 2)}\n`).catch((cause) => {
        throw new LutraError('io', `Could not write ${out}: ${cause.message}`, { cause })
      })
    if (!call.json) process.stdout.write(report(parts, ratios))
    return { simulated: true, tools, libraries, parts, ratios }
  },
}

async function synthesized(call: Invocation) {
  const library = findLibrary(oneOf(libraryNames, text(call, 'library') ?? 'osu018', 'library') as LibraryName)
  const tool = await yosysVersion()
  const wanted = oneOf([...Object.keys(sweeps), 'all'], text(call, 'sweep') ?? 'reference', 'sweep')
  const name = text(call, 'part')
  const parts: NamedPart[] = []
  for (const [sweep, subjects] of Object.entries(sweeps)) {
    if (wanted !== 'all' && wanted !== sweep) continue
    for (const subject of subjects) {
      if (name !== undefined && subject.name !== name) continue
      if (!call.json) process.stderr.write(`${sweep} ${subject.name}\n`)
      parts.push({ sweep, name: subject.name, ...(await measure(subject, library, { signal: call.signal })) })
    }
  }
  if (parts.length === 0) throw new LutraError('mismatch', `Expected a part of ${wanted} but found "${name}"`)
  return { tools: { yosys: tool ?? '' }, libraries: [library.about], parts }
}

function oneOf(names: readonly string[], name: string, what: string): string {
  if (names.includes(name)) return name
  throw new LutraError('mismatch', `Expected a ${what} of ${names.join(', ')} but found ${name}`)
}

function report(parts: readonly NamedPart[], ratios: readonly { sweep: string; ratios: readonly Ratio[] }[]): string {
  const lines = ['simulated: area of cells and energy of gates, no wires', '']
  lines.push(
    `${'part'.padEnd(40)}${'µm²'.padStart(10)}${'gates'.padStart(9)}${'pJ/cycle'.padStart(10)}${'no glitches'.padStart(13)}`,
  )
  for (const { sweep, name, area, gates, activity: a } of parts) {
    const joules = a && (a.switching + a.internal + a.leakage / a.hertz) * 1e12
    const steady = a?.steady && (a.steady.switching + a.steady.internal + a.leakage / a.hertz) * 1e12
    const numbers = [area.toFixed(0).padStart(10), gates.toFixed(0).padStart(9), fixed(joules, 10), fixed(steady, 13)]
    lines.push(`${`${sweep} ${name}`.padEnd(40)}${numbers.join('')}`)
  }
  lines.push(
    '',
    `${'ratio'.padEnd(46)}${['area', 'energy', 'no glitches', 'all alike'].map((s) => s.padStart(12)).join('')}`,
  )
  for (const { sweep, ratios: all } of ratios)
    for (const { name, area, energy, steady, even } of all)
      lines.push(
        `${`${sweep} ${name}`.padEnd(46)}${[area, energy, steady, even].map((x) => x.toFixed(3).padStart(12)).join('')}`,
      )
  return `${lines.join('\n')}\n`
}

const fixed = (value: number | undefined, width: number) =>
  (value === undefined ? '' : value.toFixed(1)).padStart(width)
