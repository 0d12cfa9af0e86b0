/**
 * Read bandwidth of the memory, measured: what bounds the speed of decoding.
 * takes  thread counts, and how to measure one (worker threads in plain JavaScript unless something faster is injected)
 * gives  bytes per second for each, as Device.bandwidth holds them
 */
import { Worker } from 'node:worker_threads'
import type { Device } from './device.js'
import { workerFile } from './worker-file.js'

/** Bytes per second that `threads` threads read together. */
export type MeasureBandwidth = (threads: number) => Promise<number>

export async function measureBandwidth(
  threadCounts: readonly number[],
  measure: MeasureBandwidth = (threads) => measureInWorkers(threads),
): Promise<NonNullable<Device['bandwidth']>> {
  const rows: { threads: number; bytesPerSecond: number }[] = []
  for (const threads of threadCounts) rows.push({ threads, bytesPerSecond: await measure(threads) })
  return rows
}

/**
 * The fallback: every worker sums its own part of a buffer beyond the caches. A JavaScript loop loads 8 bytes at a
 * time, so where a core could read faster this is a lower bound.
 */
export async function measureInWorkers(threads: number, bytes = 128 * 2 ** 20, milliseconds = 150): Promise<number> {
  const shared = new SharedArrayBuffer(Math.max(4096, bytes - (bytes % (4096 * threads))))
  const gate = new Int32Array(new SharedArrayBuffer(8))
  const part = shared.byteLength / threads
  const workers = Array.from({ length: threads }, (_, i) => {
    const workerData = { shared, from: i * part, bytes: part, gate, threads, milliseconds }
    return new Worker(workerFile(import.meta.url, './bandwidth-worker.js'), { workerData })
  })
  try {
    const rates = await Promise.all(workers.map(answerOf))
    return rates.reduce((sum, rate) => sum + rate, 0)
  } finally {
    await Promise.all(workers.map((worker) => worker.terminate()))
  }
}

function answerOf(worker: Worker): Promise<number> {
  return new Promise((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
    worker.once('exit', () => reject(new Error('The bandwidth worker ended without an answer')))
  })
}
