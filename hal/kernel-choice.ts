/**
 * Which of an engine's kernels computes an op: table lookup and multiply-add are rivals, and measurement decides.
 * takes  the engine's kernels, one op's shape, what is known · gives  the kernel's name and why, or nothing to choose
 */
import type { Device } from './device.js'
import { familyOf } from './dtypes/vq.js'
import type { OpShape } from './shapes.js'
import { bandwidthAt } from './threads.js'

export interface Kernel {
  readonly op: string
  /** Absent: any dtype. */
  readonly dtypes?: readonly string[]
  /** `mad`, `lut` … */
  readonly algorithm: string
  /** The tier it belongs to; absent: runs on any. */
  readonly tier?: string
  /** Instructions per weight in its inner loop, and bytes it reads per weight: the cost model's two numbers. */
  readonly instructionsPerWeight?: number
  readonly bytesPerWeight?: number
  /** Stands only where its algorithm is asked for by name. */
  readonly asked?: boolean
}

/** One run of the micro-benchmark, under the kernel's full name. */
export interface KernelMeasurement {
  readonly kernel: string
  readonly rows: number
  readonly cols: number
  readonly threads: number
  readonly seconds: number
}

export interface Knowledge {
  readonly tier?: string
  /** Asked for by name; kernels of other algorithms then only stand where this one does not reach. */
  readonly algorithm?: string
  /** Tiers that can run here. */
  readonly tiers?: readonly string[]
  readonly threads: number
  readonly device: Device
  readonly measurements: readonly KernelMeasurement[]
}

export function describeKernel(shape: OpShape, tier: string, algorithm?: string): string {
  return [shape.op, shape.dtype?.toLowerCase(), algorithm, tier].filter(Boolean).join(' ')
}

export function pickKernel(
  kernels: readonly Kernel[] | undefined,
  shape: OpShape,
  known: Knowledge,
): { kernel: string; algorithm: string; why: string } | undefined {
  const fits = ({ op, dtypes, tier, asked, algorithm }: Kernel) =>
    op === shape.op &&
    (!asked || algorithm === known.algorithm) &&
    (dtypes === undefined || (shape.dtype !== undefined && dtypes.includes(familyOf(shape.dtype)))) &&
    (tier === undefined || tier === known.tier || (known.tier === undefined && (known.tiers ?? []).includes(tier)))
  const fitting = (kernels ?? []).filter(fits)
  const wished = fitting.filter(({ algorithm }) => algorithm === known.algorithm)
  const rivals = (wished.length ? wished : fitting).map((kernel) => {
    const name = describeKernel(shape, kernel.tier ?? known.tier ?? '', kernel.algorithm).trim()
    return {
      name,
      algorithm: kernel.algorithm,
      measured: measuredSeconds(name, shape, known),
      computed: computedSeconds(kernel, shape, known.device, known.threads),
    }
  })
  if (rivals.length === 0) return undefined
  const [{ name, algorithm }] = rivals
  if (rivals.length === 1)
    return { kernel: name, algorithm, why: wished.length ? 'asked for by name' : 'the only kernel' }
  const measured = rivals.filter((rival) => rival.measured !== undefined)
  // One measured kernel says nothing about the others: only a full race counts.
  if (measured.length === rivals.length) return best(rivals, (rival) => rival.measured!, 'measured')
  if (rivals.every((rival) => rival.computed !== undefined)) return best(rivals, (rival) => rival.computed!, 'computed')
  return { kernel: name, algorithm, why: `the engine's first of ${rivals.length}; not measured on this device` }
}

function best<T extends { readonly name: string; readonly algorithm: string }>(
  rivals: readonly T[],
  seconds: (rival: T) => number,
  how: string,
) {
  const order = [...rivals].sort((a, b) => seconds(a) - seconds(b))
  const others = order.slice(1).map((rival) => `${rival.name} ${micros(seconds(rival))}`)
  return {
    kernel: order[0].name,
    algorithm: order[0].algorithm,
    why: `${how} ${micros(seconds(order[0]))} against ${others.join(', ')}`,
  }
}

function measuredSeconds(name: string, shape: OpShape, { measurements, threads }: Knowledge): number | undefined {
  return measurements.find(
    (m) => m.kernel === name && m.rows === shape.rows && m.cols === shape.cols && m.threads === threads,
  )?.seconds
}

/** The slower of reading the weights and computing on them. */
function computedSeconds(kernel: Kernel, shape: OpShape, device: Device, threads: number): number | undefined {
  if (kernel.instructionsPerWeight === undefined || !shape.rows || !shape.cols) return undefined
  const weights = shape.rows * shape.cols
  const hertz = device.clusters[0]?.maxHertz ?? 1e9
  const compute = (weights * kernel.instructionsPerWeight) / (hertz * threads)
  const bandwidth = bandwidthAt(device, threads)
  const bytes = kernel.bytesPerWeight === undefined ? shape.bytes : weights * kernel.bytesPerWeight
  return Math.max(compute, bandwidth ? bytes / bandwidth : 0)
}

function micros(seconds: number): string {
  return `${(seconds * 1e6).toPrecision(3)} µs`
}
