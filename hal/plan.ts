/**
 * Which engine runs the model, with which kernels and how many threads, and why the others lost. Pure: same in, same out.
 * takes  device, board, descriptions of back ends, op shapes, measurements, wish · gives  a Plan
 * before ./detect, ./identify · after  ./choose opens it
 */
import type { Board } from './board.js'
import type { Device, LutAccelerator } from './device.js'
import { familyOf } from './dtypes/vq.js'
import { LutraError } from './error.js'
import { describeKernel, type Kernel, type KernelMeasurement, pickKernel } from './kernel-choice.js'
import { lendLinear } from './lend.js'
import { bytesPerToken, type OpShape } from './shapes.js'
import { bandwidthAt, planThreads } from './threads.js'
import type { Wish } from './wish.js'

/** What the plan knows of a back end; a Backend is one, and may say more. */
export interface BackendDescription {
  readonly name: string
  /** True where no such hardware exists and software stands in; such a back end is never chosen by itself. */
  readonly simulated: boolean
  /** Device features that MUST all be present, e.g. `['neon']`. Empty: runs anywhere. */
  readonly needs: readonly string[]
  /** Instruction set tiers, best first; with an `arch`, those devices' only. Absent: the engine knows. */
  readonly tiers?: readonly { readonly name: string; readonly needs: readonly string[]; readonly arch?: string }[]
  /** Absent: the engine has a kernel for everything and picks it itself. */
  readonly kernels?: readonly Kernel[]
  /** Present in an accelerator: it computes only these ops, and is lent to a host engine. */
  readonly accelerates?: readonly string[]
  /** The ES module of an accelerator, see EngineOptions. */
  readonly module?: string
  /**
   * What the accelerator is here: by what the board declares and the user's options. Beside it the plain data that
   * `createAccelerator` is called with. LutraError mismatch where the options make no sense.
   */
  readonly lend?: (device: Device, options: unknown) => { readonly lut: LutAccelerator; readonly options: unknown }
  /** True where the engine takes accelerators. */
  readonly hosts?: boolean
}

export interface PlanInput {
  readonly device: Device
  readonly board: Board
  readonly backends: readonly BackendDescription[]
  readonly shapes: readonly OpShape[]
  readonly measurements?: readonly KernelMeasurement[]
  readonly wish?: Wish
}

export interface Candidate {
  readonly name: string
  readonly simulated: boolean
  readonly chosen: boolean
  /** May be opened if those before it turn out absent. */
  readonly eligible: boolean
  readonly why: string
}

export interface PlannedOp extends OpShape {
  readonly engine: string
  /** Operation, dtype, algorithm, ISA: the same words everywhere. */
  readonly kernel: string
  /** Which of the engine's rivals, where there are any to choose from. */
  readonly algorithm?: string
  readonly why: string
}

/** A bound by arithmetic, never a measurement of the model: bandwidth / bytes per token. */
export interface Ceiling {
  readonly computed: true
  readonly tokensPerSecond: number
  readonly bytesPerToken: number
  readonly bandwidth: number
  readonly bandwidthIs: 'measured' | 'declared peak'
}

export interface Plan {
  readonly engine: string
  /** True where anything in this plan stands in for hardware that is not there. */
  readonly simulated: boolean
  readonly isa?: string
  /** The algorithm asked for, else that of the largest linear that has rivals. Absent: no rivals. */
  readonly algorithm?: string
  readonly threads: number
  readonly threadsWhy: string
  readonly accelerator?: {
    readonly name: string
    readonly module: string
    /** For `createAccelerator`. */
    readonly options?: unknown
    /** What it can do, where it says. */
    readonly lut?: LutAccelerator
  }
  /** The engine was asked for by name: if it is absent, that is an error. */
  readonly forced: boolean
  readonly wish: Wish
  readonly ops: readonly PlannedOp[]
  /** In the order in which they are tried. */
  readonly candidates: readonly Candidate[]
  readonly ceiling?: Ceiling
}

const ORDER = ['native', 'wasm', 'ts']

export function makePlan(input: PlanInput): Plan {
  const { device, board, shapes, wish = {} } = input
  const wanted = wish.backend ?? board.backend
  const backends = inOrder(input.backends)
  if (wanted !== undefined && !backends.some(({ name }) => name === wanted)) throw unknownBackend(wanted, backends)
  const special = backends.find((backend) => backend.name === wanted && backend.accelerates)
  // A lent accelerator leaves the choice of its host open; any other name wished is the engine itself.
  const losses = new Map(backends.map((backend) => [backend.name, lossOf(backend, input, wanted, special)]))
  const winner = backends.find((backend) => losses.get(backend.name) === undefined)
  if (!winner || (special && losses.get(special.name) !== ''))
    throw nothingLeft(backends, losses, special && losses.get(special.name) !== '' ? special.name : wanted)
  const lent = special?.lend?.(device, wish.lutCore)
  const threads = planThreads(device, wish.threads)
  const isa = wish.isa ?? tiersOf(winner, device)?.find((tier) => missing(tier.needs, device).length === 0)?.name
  const choices = shapes.map((shape) => {
    const accelerated = special?.accelerates?.includes(shape.op) ?? false
    const lending = accelerated && lent ? lendLinear(lent.lut, shape) : { takes: accelerated, why: undefined }
    const by = special && lending.takes ? special : winner
    const here = tiersOf(by, device)?.filter((tier) => missing(tier.needs, device).length === 0)
    const tiers = here?.map((tier) => tier.name)
    const choice = pickKernel(by.kernels, shape, {
      tier: by === winner ? isa : undefined,
      algorithm: wish.algorithm,
      tiers,
      threads: threads.count,
      device,
      measurements: input.measurements ?? [],
    })
    return { shape, by, choice, why: lending.why }
  })
  const rivalled = choices.filter(({ choice, shape, by }) => choice && rivals(by, shape).length > 1)
  const largest = rivalled.sort((a, b) => b.shape.bytes * b.shape.count - a.shape.bytes * a.shape.count)[0]
  return {
    engine: winner.name,
    simulated: winner.simulated || (special?.simulated ?? false),
    isa,
    algorithm: wish.algorithm ?? largest?.choice?.algorithm,
    threads: threads.count,
    threadsWhy: threads.why,
    accelerator: special && { name: special.name, module: special.module ?? '', ...lent },
    forced: wanted === winner.name,
    wish,
    ops: choices.map(({ shape, by, choice, why }) => ({
      ...shape,
      engine: by.name,
      kernel: choice?.kernel ?? describeKernel(shape, by.name),
      algorithm: choice?.algorithm,
      why: why ?? choice?.why ?? 'its own choice',
    })),
    candidates: backends.map((backend) => {
      const loss = losses.get(backend.name)
      const chosen = backend === winner || backend === special
      const why = chosen ? chosenWhy(backend, winner, input) : (loss ?? `comes after ${winner.name}`)
      return { name: backend.name, simulated: backend.simulated, chosen, eligible: loss === undefined, why }
    }),
    ceiling: ceilingOf(device, board, shapes, threads.count),
  }
}

/** Why a back end may not be the engine; undefined where it may, '' for the accelerator that is lent. */
function lossOf(
  backend: BackendDescription,
  { device, shapes, wish }: PlanInput,
  wanted: string | undefined,
  special: BackendDescription | undefined,
): string | undefined {
  const absent = missing(backend.needs, device)
  if (absent.length) return `needs ${absent.join(', ')}, which this device lacks`
  if (backend === special) return ''
  if (backend.accelerates) return `computes only ${backend.accelerates.join(', ')}, and only if asked for by name`
  if (special && !backend.hosts) return 'does not take an accelerator'
  if (!special && wanted !== undefined && wanted !== backend.name) return `${wanted} was asked for by name`
  if (backend.simulated && wanted !== backend.name) return 'simulated: only if asked for by name'
  const tiers = tiersOf(backend, device)
  if (wish?.isa && tiers) {
    const tier = tiers.find(({ name }) => name === wish.isa)
    if (!tier) return `has no tier ${wish.isa}, only ${tiers.map(({ name }) => name).join(', ')}`
    const lacks = missing(tier.needs, device)
    if (lacks.length) return `tier ${wish.isa} needs ${lacks.join(', ')}, which this device lacks`
  }
  const kernels = backend.kernels?.filter(({ op }) => op === 'linear')
  const hole = kernels && shapes.find((s) => s.op === 'linear' && s.dtype && !kernels.some((k) => covers(k, s.dtype!)))
  return hole && `has no kernel for linear in ${hole.dtype}`
}

function tiersOf({ tiers }: BackendDescription, device: Device) {
  return tiers?.filter(({ arch }) => arch === undefined || arch === device.arch)
}

function covers(kernel: Kernel, dtype: string): boolean {
  return kernel.dtypes === undefined || kernel.dtypes.includes(familyOf(dtype))
}

/** The algorithms that an engine has for an op. */
export function rivals({ kernels }: BackendDescription, { op, dtype }: OpShape): readonly string[] {
  const fitting = (kernels ?? []).filter((kernel) => !kernel.asked && kernel.op === op && covers(kernel, dtype ?? ''))
  return [...new Set(fitting.map(({ algorithm }) => algorithm))]
}

function missing(needs: readonly string[], device: Device): readonly string[] {
  return needs.filter((need) => !device.features.includes(need) && !(need === 'lut' && device.luts.length > 0))
}

function inOrder(backends: readonly BackendDescription[]): readonly BackendDescription[] {
  const place = ({ name, simulated }: BackendDescription) =>
    simulated ? ORDER.length + 1 : ORDER.includes(name) ? ORDER.indexOf(name) : ORDER.length
  return [...backends].sort((a, b) => place(a) - place(b))
}

function chosenWhy(backend: BackendDescription, winner: BackendDescription, { board, wish }: PlanInput): string {
  if (wish?.backend === backend.name) return 'asked for by name'
  if (board.backend === backend.name && !wish?.backend) return `board ${board.name} asks for it`
  return backend === winner && ORDER[0] === backend.name
    ? 'the fastest kind that this device can run'
    : 'first in order that can run here'
}

function ceilingOf(device: Device, board: Board, shapes: readonly OpShape[], threads: number): Ceiling | undefined {
  const bytes = bytesPerToken(shapes)
  const measured = bandwidthAt(device, threads)
  const peak = board.chip.peakBandwidth.value
  const bandwidth = measured ?? (typeof peak === 'number' ? peak : undefined)
  if (!bytes || !bandwidth) return undefined
  return {
    computed: true,
    tokensPerSecond: bandwidth / bytes,
    bytesPerToken: bytes,
    bandwidth,
    bandwidthIs: measured ? 'measured' : 'declared peak',
  }
}

function unknownBackend(name: string, backends: readonly BackendDescription[]): LutraError {
  const names = backends.map((backend) => backend.name).join(', ')
  return new LutraError('unsupported', `Expected a back end among ${names} but found "${name}"; correct LUTRA_BACKEND`)
}

function nothingLeft(
  backends: readonly BackendDescription[],
  losses: ReadonlyMap<string, string | undefined>,
  wanted: string | undefined,
): LutraError {
  const reasons = backends
    .filter(
      ({ name }) => wanted === undefined || name === wanted || losses.get(name) !== `${wanted} was asked for by name`,
    )
    .map(({ name }) => `${name}: ${losses.get(name) || 'no engine here takes it'}`)
  return new LutraError(
    'unsupported',
    `Expected a back end that can run this model here but found none (${reasons.join('; ')})`,
  )
}
