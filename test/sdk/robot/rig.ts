/** A robot, its simulated board and the monitor between them, joined in memory; and a line that does harm. */
import { lastValueFrom, type Observable, Subject, toArray } from 'rxjs'
import type { Action } from '../../../sdk/action/action.js'
import { type MemoryPair, memoryPair } from '../../../sdk/robot/memory.js'
import type { Report } from '../../../sdk/robot/report.js'
import { type Robot, type RobotOptions, robot } from '../../../sdk/robot/robot.js'
import { Firmware, type FirmwareOptions } from '../../../sdk/robot/simulated-rover/firmware.js'
import type { Transport } from '../../../sdk/robot/transport.js'
import { Monitor } from './monitor.js'

export interface Rig extends AsyncDisposable {
  readonly robot: Robot
  readonly firmware: Firmware
  readonly monitor: Monitor
  readonly pair: MemoryPair
}

export interface RigOptions extends FirmwareOptions, RobotOptions {
  readonly bytesPerSecond?: number
  readonly harm?: (line: Transport) => Transport
}

export async function rig({ bytesPerSecond, harm = (line) => line, ...options }: RigOptions = {}): Promise<Rig> {
  const pair = memoryPair({ bytesPerSecond })
  const monitor = new Monitor()
  const firmware = new Firmware(monitor.tap(harm(pair.board)), options)
  monitor.watch(firmware)
  const it = await robot(pair.host, { stopAfter: 300, ...options })
  const end = async () => {
    await it.close()
    firmware.off()
  }
  return { robot: it, firmware, monitor, pair, [Symbol.asyncDispose]: end }
}

/** All reports, and the error that ended them, if any. */
export async function all(reports: Observable<Report>): Promise<{ reports: Report[]; error?: unknown }> {
  const seen: Report[] = []
  return new Promise((done) => {
    reports.subscribe({
      next: (report) => seen.push(report),
      error: (error) => done({ reports: seen, error }),
      complete: () => done({ reports: seen }),
    })
  })
}

export const list = (reports: Observable<Report>) => lastValueFrom(reports.pipe(toArray()))

export const drive = (metres: number): Action => ({ skill: 'drive', metres })
export const turn = (degrees: number): Action => ({ skill: 'turn', degrees })
export const wait = (seconds: number): Action => ({ skill: 'wait', seconds })

export interface Harm {
  drop: number
  corrupt: number
  duplicate: number
}

/** The board's end of a line that loses, damages and doubles chunks in both directions, by seeded chance. */
export function harmful(harm: Harm, random: () => number): (line: Transport) => Transport {
  const hurt = (bytes: Uint8Array, deliver: (bytes: Uint8Array) => void) => {
    if (random() < harm.drop) return
    let chunk = bytes
    if (random() < harm.corrupt) {
      chunk = bytes.slice()
      chunk[Math.floor(random() * chunk.length)] ^= 1 + Math.floor(random() * 255)
    }
    deliver(chunk)
    if (random() < harm.duplicate) deliver(chunk)
  }
  return (line) => {
    const bytes = new Subject<Uint8Array>()
    line.bytes.subscribe({
      next: (chunk) => hurt(chunk, (out) => bytes.next(out)),
      complete: () => bytes.complete(),
    })
    return {
      name: line.name,
      simulated: true,
      bytes,
      closed: line.closed,
      write: async (chunk) => hurt(chunk, (out) => void line.write(out).catch(() => {})),
      writeNow: (chunk) => line.writeNow(chunk),
      close: () => line.close(),
    }
  }
}

export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
}

export const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms))
