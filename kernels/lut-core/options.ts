/**
 * What a user says about the core: `m=2,n=64,k=4,activation=i8,table=shift:8,symmetrization=off`, in LUTRA_LUT_CORE or as an
 * option of `open`, there also as an object. Whatever is not said stays as the board declares it, else as in the paper.
 * takes  text or an object, a core to start from · gives  a checked core, and how it is executed; plain data
 * before ./config · after ./backend, ./accelerator
 */
import { LutraError } from '../../hal/error.js'
import {
  activations,
  type CoreConfig,
  checkConfig,
  exactTableBits,
  type Ideas,
  m2n64k4,
  type TableMode,
  tableModes,
} from './config.js'

/** `fast`: in function, whole models. `programs`: each linear as an LMMA program. `rtl`: the same on the Verilog array. */
export const executions = ['fast', 'programs', 'rtl'] as const
export type Execution = (typeof executions)[number]

export interface CoreOptions {
  readonly config: CoreConfig
  readonly execution: Execution
}

/** As text `key=value,…`, or an object of the same keys. */
export type CoreWish = string | Readonly<Record<string, string | number | boolean>>

/** Mutable while it is read. */
interface Draft {
  config: CoreConfig
  execution: Execution
  table?: { readonly mode: TableMode; readonly bits?: number }
  readonly ideas: Partial<Record<keyof Ideas, boolean>>
}

type Read = (value: string, draft: Draft, key: string) => void

const set =
  (of: (value: number) => Partial<CoreConfig>, min: number, max: number): Read =>
  (value, draft, key) => {
    draft.config = { ...draft.config, ...of(amount(key, value, min, max)) }
  }
const memory =
  (name: keyof CoreConfig['memory'], min: number, max: number): Read =>
  (value, draft, key) => {
    draft.config = { ...draft.config, memory: { ...draft.config.memory, [name]: amount(key, value, min, max) } }
  }
const idea =
  (name: keyof Ideas): Read =>
  (value, draft, key) => {
    draft.ideas[name] = ['on', 'true'].includes(choice(key, value, ['on', 'off', 'true', 'false']))
  }

/** Every key, in the order of the documentation. */
const keys: Readonly<Record<string, Read>> = {
  m: set((m) => ({ m }), 1, 64),
  n: set((n) => ({ n }), 1, 1024),
  k: set((k) => ({ k }), 2, 6),
  activation: (value, draft, key) => {
    draft.config = { ...draft.config, activation: choice(key, value, activations) }
  },
  weights: (value, draft, key) => {
    draft.config = { ...draft.config, weightBits: widths(key, value) }
  },
  table: (value, draft, key) => {
    const [mode, bits, ...more] = value.split(':')
    if (more.length > 0) throw unlike(key, 'a mode and a width like shift:8', value)
    draft.table = {
      mode: choice(key, mode, tableModes),
      bits: bits === undefined ? undefined : amount(key, bits, 4, 24),
    }
  },
  accumulator: set((accumulatorBits) => ({ accumulatorBits }), 8, 32),
  reinterpretation: idea('reinterpretation'),
  symmetrization: idea('symmetrization'),
  negation: idea('negationElimination'),
  precompute: idea('fusedPrecompute'),
  hertz: set((hertz) => ({ hertz }), 1e3, 1e11),
  dram: memory('dramBytesPerSecond', 1e3, 1e15),
  latency: memory('dramLatency', 0, 1),
  sram: memory('sramBytes', 1024, 2 ** 40),
  port: memory('sramBytesPerCycle', 1, 65536),
  execution: (value, draft, key) => {
    draft.execution = choice(key, value, executions)
  },
}

/** LutraError mismatch, with the key, where something is wrong. */
export function coreOptions(wish: unknown, from: CoreConfig = m2n64k4): CoreOptions {
  const draft: Draft = { config: from, execution: 'fast', ideas: {} }
  const seen = new Set<string>()
  for (const [key, value] of entriesOf(wish)) {
    if (!Object.hasOwn(keys, key))
      throw new LutraError(
        'mismatch',
        `Expected a key of the LUT core among ${Object.keys(keys).join(', ')} but found "${clip(key)}"`,
      )
    if (seen.has(key)) throw new LutraError('mismatch', `Expected ${key} of the LUT core once but found it twice`)
    seen.add(key)
    keys[key](value, draft, key)
  }
  const config = { ...draft.config, ideas: ideasOf(draft) }
  const { execution } = draft
  const checked = checkConfig({ ...config, ...tableOf(draft, config, from) })
  if (execution !== 'fast' && (checked.activation !== 'i8' || checked.tableMode !== 'exact'))
    throw new LutraError(
      'unsupported',
      `Expected activation i8 and exact tables for execution=${execution} but found ${checked.activation} and ${checked.tableMode}; take execution=fast`,
    )
  return { config: checked, execution }
}

function entriesOf(wish: unknown): (readonly [string, string])[] {
  if (wish === undefined) return []
  if (typeof wish === 'string')
    return wish.split(',').map((part) => {
      const at = part.indexOf('=')
      if (at < 1) throw new LutraError('mismatch', `Expected key=value,… for the LUT core but found "${clip(part)}"`)
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()] as const
    })
  if (typeof wish === 'object' && wish !== null && !Array.isArray(wish))
    return Object.entries(wish).map(([key, value]) => [key, String(value)] as const)
  throw new LutraError('mismatch', `Expected options of the LUT core as text or an object but found ${typeof wish}`)
}

/** What is off takes along what cannot be without it, unless that was asked for. */
function ideasOf({ config, ideas }: Draft): Ideas {
  const reinterpretation = ideas.reinterpretation ?? config.ideas.reinterpretation
  const symmetrization = ideas.symmetrization ?? (config.ideas.symmetrization && reinterpretation)
  const negationElimination = ideas.negationElimination ?? (config.ideas.negationElimination && symmetrization)
  return {
    reinterpretation,
    symmetrization,
    negationElimination,
    fusedPrecompute: ideas.fusedPrecompute ?? config.ideas.fusedPrecompute,
  }
}

/** Exact tables are as wide as they must be, rounded ones 8 bits, floats 16; floating activations have float tables. */
function tableOf({ table }: Draft, config: CoreConfig, from: CoreConfig): Pick<CoreConfig, 'tableMode' | 'tableBits'> {
  const exact = exactTableBits(config)
  const mode = table?.mode ?? (from.tableMode === 'exact' && exact === undefined ? 'float' : from.tableMode)
  const usual = { exact: exact ?? from.tableBits, shift: 8, scale: 8, float: 16 }[mode]
  const same = mode === from.tableMode && (mode !== 'exact' || exact === exactTableBits(from))
  return { tableMode: mode, tableBits: table?.bits ?? (same && !table ? from.tableBits : usual) }
}

/** `2`, `1-4` or `1+2+4`. */
function widths(key: string, value: string): readonly number[] {
  const range = /^([1-8])-([1-8])$/.exec(value)
  if (range && range[1] <= range[2])
    return Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, i) => Number(range[1]) + i)
  const all = value.split('+').map((each) => (/^[1-8]$/.test(each) ? Number(each) : Number.NaN))
  if (all.some(Number.isNaN) || new Set(all).size < all.length) throw unlike(key, 'widths like 1-4 or 1+2+4', value)
  return all
}

function amount(key: string, value: string, min: number, max: number): number {
  const found = /^[\d.]+(e[-+]?\d+)?$/i.test(value) ? Number(value) : Number.NaN
  if (found >= min && found <= max) return found
  throw unlike(key, `a number from ${min} to ${max}`, value)
}

function choice<const T extends string>(key: string, value: string, all: readonly T[]): T {
  const found = all.find((each) => each === value)
  if (found !== undefined) return found
  throw unlike(key, `one of ${all.join(', ')}`, value)
}

function unlike(key: string, expected: string, found: string): LutraError {
  return new LutraError('mismatch', `Expected ${key} of the LUT core to be ${expected} but found "${clip(found)}"`)
}

function clip(text: string): string {
  return text.length > 40 ? `${text.slice(0, 40)}…` : text
}
