/** A look around without a model: device, board, which back ends open here, how fast memory reads. */
import { boards } from '../../boards/index.js'
import type { Board } from '../../hal/board.js'
import { detectDevice } from '../../hal/detect/detect.js'
import type { Device } from '../../hal/device.js'
import { identify } from '../../hal/identify.js'
import { systemReader } from '../../hal/reader.js'
import { wishOf } from '../../hal/wish.js'
import { backends } from '../../kernels/index.js'
import { nativeBandwidth } from '../../kernels/native/tools.js'

export interface Around {
  readonly device: Device
  readonly board: Board
  readonly backends: readonly { name: string; simulated: boolean; available: boolean; reason?: string }[]
}

/** Opens and closes every back end to learn whether it is there; measures the read bandwidth. */
export async function inspectDevice(): Promise<Around> {
  const reader = systemReader()
  const { board } = identify(reader, boards, wishOf(process.env).board)
  const device = detectDevice(reader, board.luts)
  const rows = await openEach(device)
  const counts = device.cpus > 1 ? [1, device.cpus] : [1]
  const bandwidth = []
  for (const threads of counts) bandwidth.push({ threads, bytesPerSecond: await measureBandwidth(threads) })
  return { device: { ...device, bandwidth }, board, backends: rows }
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

/** Read bandwidth in bytes per second: by the addon where it is built, by worker threads otherwise. */
export async function measureBandwidth(threads: number): Promise<number> {
  const measured = await nativeBandwidth(threads)
  if (measured !== undefined) return measured
  const { measureInWorkers } = await import('../../hal/bandwidth.js')
  return measureInWorkers(threads)
}
