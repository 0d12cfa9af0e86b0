/**
 * A module after synthesis as a Part: cells, area, and what its gates did.
 * before ./yosys, ./simulate, ./vectors · after ./parts, ../../../sdk/cli/lut-core/synth
 */
import { LutraError } from '../../../hal/error.js'
import type { FoundLibrary } from './library.js'
import type { Part } from './part.js'
import { activityOf } from './simulate.js'
import type { Subject } from './subjects.js'
import { vectorsOf } from './vectors.js'
import { synthesize } from './yosys.js'

export interface MeasureOptions {
  /** Cycles that are simulated; 0: none. Default 64. */
  readonly cycles?: number
  readonly signal?: AbortSignal
}

/** LutraError unsupported: no yosys. */
export async function measure(subject: Subject, library: FoundLibrary, options: MeasureOptions = {}): Promise<Part> {
  const { module, parameters, data = 'random' } = subject
  const { cycles = 64, signal } = options
  const netlist = await synthesize(module, parameters, library.file, subject.flow, signal)
  const cells: Record<string, number> = {}
  for (const { type } of Object.values(netlist.cells)) cells[type] = (cells[type] ?? 0) + 1
  let [area, registerArea] = [0, 0]
  for (const [name, count] of Object.entries(cells)) {
    const cell = library.cells.get(name)
    if (!cell) throw new LutraError('format', `Expected a cell of ${library.name} but found ${name}`)
    area += count * cell.area
    if (cell.flipFlop) registerArea += count * cell.area
  }
  return {
    module,
    parameters,
    library: library.name,
    area,
    gates: area / library.about.nand2,
    registerArea,
    cells: Object.fromEntries(Object.entries(cells).sort()),
    ...(cycles > 0 && { activity: activityOf(netlist, library, cycles, vectorsOf(module, parameters, data), hertz) }),
  }
}

/** The clock that leakage is told at, the paper's. */
const hertz = 1e9
