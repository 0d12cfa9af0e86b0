/**
 * What is said on a robot's lease topic, read with suspicion.
 * takes  a payload · gives  a Word, or nothing where it is none
 * after ./lease
 */
import { isLevel } from '../broker/topic.js'
import { parse, utf8 } from '../request/request.js'

export interface Word {
  readonly epoch: number
  readonly holder: string
  readonly phase: 'claim' | 'confirm' | 'hold' | 'begin' | 'release'
  readonly id?: string
  /** Which process said it, and its how-manieth word this is. */
  readonly from: string
  readonly n: number
}

export function readWord(payload: Uint8Array): Word | undefined {
  if (payload.length === 0 || payload.length > 4096) return undefined
  try {
    const { epoch, holder, phase, id, from, n } = parse(utf8(payload))
    const known = ['claim', 'confirm', 'hold', 'begin', 'release'].includes(String(phase))
    const numbers = Number.isSafeInteger(epoch) && Number(epoch) >= 0 && Number.isSafeInteger(n)
    if (!known || !numbers || !isLevel(holder) || typeof from !== 'string') return undefined
    if (id !== undefined && !isLevel(id)) return undefined
    return { epoch, holder, phase, id, from, n } as Word
  } catch {
    return undefined
  }
}
