/**
 * The parts that the cost model stands on, read from ./points.
 * before ./element, ./stores · after ./points, ../synthesis/part
 */
import { LutraError } from '../../../hal/error.js'
import type { Library, Part, Synthesis } from '../synthesis/part.js'
import { points, tool } from './points.js'

/** OSU's standard cells for TSMC's 0.18 µm process. */
const osu018: Library = { name: 'osu018', volts: 1.8, nand2: 24 }

let read: Synthesis | undefined

/** Our RTL's parts, as `node bench/lut-core/points.mjs` synthesized them. */
export function synthesizedParts(): Synthesis {
  read ??= {
    tools: { yosys: tool },
    libraries: [osu018],
    parts: points
      .trim()
      .split('\n')
      .map((line) => readPart(line, osu018)),
  }
  return read
}

function readPart(line: string, library: Library): Part {
  const [module, parameters, areas, numbers, cells, vectors] = line.split(' | ')
  const [area, registerArea] = areas.split(' ').map(Number)
  const [cycles, toggles, switching, internal, leakage] = numbers.split(' ').map(Number)
  const part: Part = {
    module,
    parameters: record(parameters),
    library: library.name,
    area,
    gates: area / library.nand2,
    registerArea,
    cells: record(cells),
    activity: { cycles, vectors, toggles, switching, internal, leakage, hertz: 1e9 },
  }
  if (![area, registerArea, cycles, toggles, switching, internal, leakage].every(Number.isFinite))
    throw new LutraError('format', `Expected numbers in a part but found "${line}"`)
  return part
}

function record(text: string): Record<string, number> {
  return Object.fromEntries(text.split(' ').map((pair) => [pair.split('=')[0], Number(pair.split('=')[1])]))
}

/** Parts of a module whose parameters are as given; a parameter that is not named may be anything. */
export function partsOf(
  synthesis: Synthesis,
  module: string,
  wanted: Readonly<Record<string, number>> = {},
): readonly Part[] {
  return synthesis.parts.filter(
    (part) =>
      part.module === module && Object.entries(wanted).every(([name, value]) => part.parameters[name] === value),
  )
}

/** Joules per cycle, at `hertz` of leakage. */
export function joulesOf({ module, activity }: Part): number {
  if (!activity) throw new LutraError('unsupported', `Expected toggles of ${module} but found none; synthesize it anew`)
  return activity.switching + activity.internal + activity.leakage / activity.hertz
}
