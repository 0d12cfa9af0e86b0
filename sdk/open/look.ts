/**
 * A look around without a model: device, board, which back ends open here, how fast memory reads; and the page that tells
 * all of it to somebody else.
 */
import { boards } from '../../boards/index.js'
import type { Board } from '../../hal/board.js'
import { detectDevice } from '../../hal/detect/detect.js'
import type { Identity } from '../../hal/detect/identity.js'
import type { Device } from '../../hal/device.js'
import { identify } from '../../hal/identify.js'
import { writePage } from '../../hal/page.js'
import { type Reader, systemReader } from '../../hal/reader.js'
import { planThreads } from '../../hal/threads.js'
import { wishOf } from '../../hal/wish.js'
import { backends } from '../../kernels/index.js'
import { nativeBandwidth } from '../../kernels/native/tools.js'

export interface Around {
  /** Of this document's form; grows when a field changes its meaning or goes. New fields leave it. */
  readonly schema: 1
  readonly device: Device
  readonly board: Board
  /** How the board was told, and what the machine calls itself. */
  readonly identity: Identity & { readonly why: string }
  /** Empty where a page is looked at. */
  readonly backends: readonly { name: string; simulated: boolean; available: boolean; reason?: string }[]
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
  const found = { schema: 1, device, board, identity: { ...identity, why }, backends: [] } as const
  if (options.reader) return found
  const rows = await openEach(device)
  const counts = options.bandwidth ?? [...new Set([1, planThreads(device).count, device.cpus])].sort((a, b) => a - b)
  const bandwidth = []
  for (const threads of counts) bandwidth.push({ threads, bytesPerSecond: await measureBandwidth(threads) })
  return { ...found, device: { ...device, bandwidth }, backends: rows }
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
    detectDevice(recorder, board.luts)
  })
}

/** Read bandwidth in bytes per second: by the addon where it is built, by worker threads otherwise. */
export async function measureBandwidth(threads: number): Promise<number> {
  const measured = await nativeBandwidth(threads)
  if (measured !== undefined) return measured
  const { measureInWorkers } = await import('../../hal/bandwidth.js')
  return measureInWorkers(threads)
}
