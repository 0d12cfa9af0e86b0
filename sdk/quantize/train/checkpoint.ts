/**
 * All that a cut-off training run needs, in one file that is replaced whole: a line of JSON, then the trainer's state.
 * takes  a path, progress, bytes · gives  them back; undefined where there is nothing or something of another wish
 * before ../output/replace · after ./loop, ./blocks
 */
import { existsSync, readFileSync } from 'node:fs'
import { LutraError } from '../../../hal/error.js'
import { replaceFile } from '../output/replace.js'

export interface Checkpoint<Progress> {
  readonly progress: Progress
  readonly states: readonly Uint8Array[]
}

interface Head<Progress> {
  readonly wish: string
  readonly progress: Progress
  /** Bytes of each state, which follow in this order. */
  readonly lengths: readonly number[]
}

const NEWLINE = 10

export function writeCheckpoint<Progress>(
  path: string,
  wish: string,
  { progress, states }: Checkpoint<Progress>,
): void {
  const head: Head<Progress> = { wish, progress, lengths: states.map(({ length }) => length) }
  replaceFile(path, [Buffer.from(`${JSON.stringify(head)}\n`), ...states])
}

export function readCheckpoint<Progress>(path: string, wish: string): Checkpoint<Progress> | undefined {
  if (!existsSync(path)) return undefined
  const bytes = new Uint8Array(readFileSync(path))
  const end = bytes.indexOf(NEWLINE)
  let head: Head<Progress>
  try {
    head = JSON.parse(Buffer.from(bytes.subarray(0, end)).toString('utf8')) as Head<Progress>
  } catch (cause) {
    throw new LutraError('format', `Expected a training checkpoint at ${path} but its head is none; remove it`, {
      cause,
    })
  }
  if (head.wish !== wish) return undefined
  const expected = head.lengths.reduce((a, b) => a + b, end + 1)
  if (expected !== bytes.length)
    throw new LutraError('format', `Expected ${expected} bytes in ${path} but found ${bytes.length}; remove it`)
  let at = end + 1
  const states = head.lengths.map((length) => {
    at += length
    return bytes.slice(at - length, at)
  })
  return { progress: head.progress, states }
}
