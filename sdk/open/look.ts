/**
 * A look around without a model: device, board, which back ends open here, how fast memory reads; and the page that tells
 * all of it to somebody else.
 */
import { boards } from '../../boards/index.js'
import type { Board, Wire } from '../../hal/board.js'
import { type BoardCeiling, ceilingsOf } from '../../hal/ceilings.js'
import { detectDevice } from '../../hal/detect/detect.js'
import type { Identity } from '../../hal/detect/identity.js'
import type { Device } from '../../hal/device.js'
import { identify } from '../../hal/identify.js'
import { writePage } from '../../hal/page.js'
import { type Reader, systemReader } from '../../hal/reader.js'
import { planThreads } from '../../hal/threads.js'
import { type GpioLabels, type ResolvedWire, resolveWire } from '../../hal/wires.js'
import { wishOf } from '../../hal/wish.js'
import { backends } from '../../kernels/index.js'
import { nativeBandwidth } from '../../kernels/native/tools.js'
import { nativeGpio } from '../robot/gpio/native.js'

export interface Around {
  /** Of this document's form; grows when a field changes its meaning or goes. New fields leave it. */
  readonly schema: 1
  readonly device: Device
  readonly board: Board
  /** How the board was told, and what the machine calls itself. */
  readonly identity: Identity & { readonly why: string }
  /** Where the board's declared serial ports and GPIO chips are on this kernel. */
  readonly wires: { readonly uarts: readonly FoundWire[]; readonly gpio: readonly FoundWire[] }
  /** What the memory's data sheet allows, computed for models that many know. */
  readonly ceilings: readonly BoardCeiling[]
  /** Empty where a page is looked at. */
  readonly backends: readonly { name: string; simulated: boolean; available: boolean; reason?: string }[]
}

export interface FoundWire extends ResolvedWire {
  readonly name: string
}

export interface LookOptions {
  /** Another machine: its folder, its page. Only what is read is told then: nothing is opened or measured. */
  readonly reader?: Reader
  /** Thread counts to measure the read bandwidth with; default one, as many as the plan takes, and all. */
  readonly bandwidth?: readonly number[]
}

/** Opens and closes every back end to learn whether it is there; measures the read bandwidth. */
export async function inspectDevice(options: LookOptions = {}): Promise<Around> {
  const reader = options.reader ?? systemReader()
  const { board, why, identity } = identify(reader, boards, wishOf(process.env).board)
  const device = detectDevice(reader, board.luts)
  const wires = wiresOf(reader, board, options.reader ? undefined : gpioLabels())
  const about = { schema: 1, device, board, identity: { ...identity, why } } as const
  const found = { ...about, wires, ceilings: ceilingsOf(board), backends: [] }
  if (options.reader) return found
  const rows = await openEach(device)
  const counts = options.bandwidth ?? [...new Set([1, planThreads(device).count, device.cpus])].sort((a, b) => a - b)
  const bandwidth = []
  for (const threads of counts) bandwidth.push({ threads, bytesPerSecond: await measureBandwidth(threads) })
  return { ...found, device: { ...device, bandwidth }, backends: rows }
}

function wiresOf(reader: Reader, board: Board, labels?: GpioLabels): Around['wires'] {
  const find = (wire: Wire) => ({ name: wire.name, ...resolveWire(reader, wire, labels) })
  return { uarts: board.uarts.map(find), gpio: board.gpio.map(find) }
}

/** By the character device; none without the addon, or where this user may not open the chips. */
function gpioLabels(): GpioLabels {
  try {
    return new Map(
      nativeGpio()
        .chips()
        .map(({ path, label }) => [path.slice('/dev/'.length), label]),
    )
  } catch {
    return new Map()
  }
}

/** Which back ends open here: each is opened and closed. */
export async function openEach(device: Device): Promise<Around['backends']> {
  const rows = []
  for (const backend of backends) {
    const opened = await backend.open(device, { threads: 1 })
    const absent = 'absent' in opened ? opened.absent : undefined
    if (!('absent' in opened)) await opened.close()
    rows.push({ name: backend.name, simulated: backend.simulated, available: absent === undefined, reason: absent })
  }
  return rows
}

/**
 * This machine on a page: every file that telling it reads (hal/page.ts). Paste it into an issue about a board that is not
 * known, or not told right: it becomes a machine of the tests. It holds no serial number and no address.
 */
export function reportDevice(reader: Reader = systemReader()): string {
  return writePage(reader, (recorder) => {
    const { board } = identify(recorder, boards)
    // In full: what a Device reads late is read here.
    Object.values(detectDevice(recorder, board.luts))
    // All nodes behind terminals and GPIO chips: for a board that nobody has declared, they are what can be declared.
    wiresOf(recorder, { ...board, uarts: [anyWire], gpio: [] })
  })
}

/** Looked for everywhere, found nowhere. */
const anyWire: Wire = { name: 'any', find: { nodes: ['any'], labels: ['any'] }, note: '' }

/** Read bandwidth in bytes per second: by the addon where it is built, by worker threads otherwise. */
export async function measureBandwidth(threads: number): Promise<number> {
  const measured = await nativeBandwidth(threads)
  if (measured !== undefined) return measured
  const { measureInWorkers } = await import('../../hal/bandwidth.js')
  return measureInWorkers(threads)
}
