/**
 * Standard cells of a liberty file: area, leakage, what pins load and spend, what outputs compute.
 * before ./liberty, ./logic · after ./simulate, ./measure
 */
import { LutraError } from '../../../hal/error.js'
import { type Group, parseLiberty } from './liberty.js'
import { type Logic, parseLogic } from './logic.js'

export interface Pin {
  readonly input: boolean
  /** Farad. */
  readonly capacitance: number
  /** Joules inside the cell per toggle of this pin at a load in farad: mean of rise and fall, over the related pins. */
  spends(load: number): number
  /** Of an output of a gate. */
  readonly logic?: Logic
}

export interface Cell {
  /** µm² */
  readonly area: number
  /** W */
  readonly leakage: number
  readonly pins: ReadonlyMap<string, Pin>
  /** The pins of a plain flip-flop. */
  readonly flipFlop?: { readonly clock: string; readonly data: string; readonly output: string }
}

export interface Cells {
  readonly volts: number
  readonly cells: ReadonlyMap<string, Cell>
}

/** Seconds of input slew at which internal power is read; the libraries' tables have a column there. */
export const slew = 0.18e-9

/** LutraError format: not a liberty file, or one whose units are not pF, ns, nW. */
export function readCells(text: string): Cells {
  const library = parseLiberty(text)
  const volts = number(library, 'nom_voltage')
  const [factor, unit] = library.values.get('capacitive_load_unit') ?? []
  const farad = Number(factor) * ({ pf: 1e-12, ff: 1e-15 }[unit?.toLowerCase() ?? ''] ?? Number.NaN)
  const watt =
    { '1nW': 1e-9, '1pW': 1e-12, '1uW': 1e-6 }[library.values.get('leakage_power_unit')?.[0] ?? ''] ?? Number.NaN
  if (!(farad > 0 && watt > 0 && volts > 0))
    throw new LutraError('format', 'Expected volts and units of load and leakage in the liberty file but found none')
  const cells = new Map<string, Cell>()
  for (const group of library.groups)
    if (group.name === 'cell' && group.args.length === 1) cells.set(group.args[0], readCell(group, farad, watt))
  return { volts, cells }
}

function readCell(group: Group, farad: number, watt: number): Cell {
  const flop = group.groups.find(({ name }) => name === 'ff')
  const pins = new Map<string, Pin>()
  let output: string | undefined
  for (const pin of group.groups) {
    if (pin.name !== 'pin' || pin.args.length !== 1) continue
    const input = pin.values.get('direction')?.[0] === 'input'
    const written = pin.values.get('function')?.[0]
    if (flop && written === flop.args[0]) output = pin.args[0]
    pins.set(pin.args[0], {
      input,
      capacitance: number(pin, 'capacitance', 0) * farad,
      spends: power(pin, farad),
      ...(written !== undefined && !flop && { logic: parseLogic(written) }),
    })
  }
  const clock = flop?.values.get('clocked_on')?.[0]
  const data = flop?.values.get('next_state')?.[0]
  const plain = output !== undefined && clock !== undefined && data !== undefined && pins.has(clock) && pins.has(data)
  return {
    area: number(group, 'area', 0),
    leakage: number(group, 'cell_leakage_power', 0) * watt,
    pins,
    ...(plain && !flop?.values.has('clear') && { flipFlop: { clock, data, output: output! } }),
  }
}

/** Energy is in units of load · V²: joules = value · farad for a load unit times one volt squared. */
function power(pin: Group, farad: number): (load: number) => number {
  const tables = pin.groups
    .filter(({ name }) => name === 'internal_power')
    .flatMap(({ groups }) => groups.filter(({ name }) => name === 'rise_power' || name === 'fall_power'))
    .map((table) => {
      const axis = (name: string) => (table.values.get(name)?.[0] ?? '').split(',').map(Number)
      const rows = (table.values.get('values') ?? []).map((row) => row.split(',').map(Number))
      const passive = !table.values.has('index_2')
      const column = nearest(axis(passive ? 'index_1' : 'index_2'), slew * 1e9)
      const line = rows.map((row) => row[column] ?? 0)
      return { loads: passive ? [0] : axis('index_1').map((load) => load * farad), line }
    })
  return (load) => {
    let sum = 0
    for (const { loads, line } of tables) sum += (line[nearest(loads, load)] ?? 0) * farad
    return tables.length === 0 ? 0 : sum / tables.length
  }
}

function nearest(axis: readonly number[], value: number): number {
  let best = 0
  for (let i = 1; i < axis.length; i++) if (Math.abs(axis[i] - value) < Math.abs(axis[best] - value)) best = i
  return best
}

function number(group: Group, name: string, otherwise?: number): number {
  const written = group.values.get(name)?.[0]
  const value = written === undefined ? otherwise : Number(written)
  if (value === undefined || !Number.isFinite(value))
    throw new LutraError('format', `Expected a number as ${name} of ${group.args[0]} but found ${written ?? 'none'}`)
  return value
}
