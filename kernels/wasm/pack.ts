/**
 * Packing weights: every participant takes the next job from the board until none is left.
 * takes  jobs (rows of a weight, an address) · gives  packed rows in shared memory, which is zero before
 * before ./linear/kernel, ./source · after ./coordinator, ./crew/helper
 */
import type { WasmMemory } from '../ladder/wasm/web-assembly.js'
import { packJob } from './crew/board.js'
import type { Conductor } from './crew/conductor.js'
import type { Host } from './host/host.js'
import { kernelOf } from './linear/kernel.js'
import type { HelperOrder, PackJob, SentWeight } from './messages.js'
import { Files, rowStep, Source } from './source.js'

/** Weights that a job takes in at a time: taken apart, each is some bytes. */
const elementsAtOnce = 1 << 20

/** Cuts a weight into jobs: whole tiles, whole blocks. */
export function jobsOf(weight: SentWeight, mode: PackJob['mode'], features: readonly string[], at: number): PackJob[] {
  const kernel = kernelOf(weight, mode, features)
  const { rows, cols } = weight
  const step = leastCommonMultiple(rowStep(weight), kernel.tileRows)
  const most = Math.max(step, Math.floor(elementsAtOnce / cols / step) * step)
  const jobs: PackJob[] = []
  for (let from = 0; from < rows; from += most) jobs.push({ weight, mode, from, rows: Math.min(most, rows - from), at })
  return jobs
}

export async function packAll(
  jobs: readonly PackJob[],
  features: readonly string[],
  conductor: Conductor,
  host: Host,
): Promise<void> {
  const { board, helpers, memory } = conductor
  Atomics.store(board, packJob, 0)
  const others = helpers.map((helper, i) => {
    helper.post({ do: 'pack', jobs } satisfies HelperOrder)
    return conductor.hear(i + 1)
  })
  packJobs(jobs, features, memory, board, host)
  await Promise.all(others)
}

export function packJobs(
  jobs: readonly PackJob[],
  features: readonly string[],
  memory: WasmMemory,
  board: Int32Array,
  host: Host,
): void {
  const files = new Files(host)
  try {
    for (;;) {
      const job = jobs[Atomics.add(board, packJob, 1)]
      if (!job) return
      const { weight, mode, from, rows, at } = job
      const kernel = kernelOf(weight, mode, features)
      const bytes = kernel.packedBytes(weight.rows, weight.cols)
      kernel.pack(new Source(weight, files).piece(from, rows), new Uint8Array(memory.buffer, at, bytes), from)
    }
  } finally {
    files.close()
  }
}

function leastCommonMultiple(a: number, b: number): number {
  let [x, y] = [a, b]
  while (y > 0) [x, y] = [y, x % y]
  return (a / x) * b
}
