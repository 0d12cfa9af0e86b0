/**
 * What a crew shares: a board of int32 with the calls to make now. Calls are cut into chunks; whoever is free takes the next
 * one, so that a participant that comes late, or is held up, keeps nobody waiting but for the chunk that it holds.
 * before ./conductor, ./helper · after ../engine, which makes the board
 */
import type { WasmFunction } from '../../ladder/wasm/web-assembly.js'

/** Generation of the calls · 256 + chunks not taken yet. Helpers sleep on it. */
export const ticket = 0
/** Chunks done; the conductor sleeps on it. */
export const done = 1
/** Chunks that failed. */
export const fault = 2
/** Participants that may take part; the engine's owner sets it at any time. */
export const active = 3
/** Number of the module whose functions are called. */
export const moduleId = 4
export const chunks = 5
export const calls = 6
/** The next weight to pack. */
export const packJob = 7

/** A helper's place: away in its event loop, asked to come, or here. */
export const away = 0
export const asked = 1
export const here = 2

const helpersAt = 8
export const helperAt = (participant: number): number => helpersAt + participant - 1

/** Calls at once: one for each sequence of a chunk of tokens at most. */
export const mostCalls = 64
/** Of all calls together; it has eight bits in the ticket. */
export const mostChunks = 255
export const argumentCount = 12
const callSize = 4 + argumentCount

/** A call's function, first chunk, chunks, items, then its arguments. */
export const callAt = (threads: number, index: number): number => helpersAt + threads - 1 + index * callSize

export interface Call {
  readonly name: string
  /** 12 of them; 6, 7 and 11 are the crew's, see `perform`. */
  readonly args: Int32Array
  /** What may be split: tiles, tokens, rows, groups of four. */
  readonly items: number
  /** About how many bytes are read, or as slow: small calls are not worth a meeting. */
  readonly work: number
}

export function callOf(name: string, args: readonly number[], items: number, work: number): Call {
  const all = new Int32Array(argumentCount)
  all.set(args)
  return { name, args: all, items, work }
}

export function createBoard(threads: number): Int32Array {
  const board = new Int32Array(new SharedArrayBuffer(4 * callAt(threads, mostCalls)))
  board[active] = threads
  return board
}

/**
 * Every function of ours takes items `from` … `to` as its arguments 6 and 7; argument 11 is the participant, for scratch
 * memory of its own.
 */
export function perform(
  f: WasmFunction,
  a: Int32Array,
  at: number,
  from: number,
  to: number,
  participant: number,
): void {
  f(
    a[at],
    a[at + 1],
    a[at + 2],
    a[at + 3],
    a[at + 4],
    a[at + 5],
    from,
    to,
    a[at + 8],
    a[at + 9],
    a[at + 10],
    participant,
  )
}

/** Takes chunks until none is left. */
export function takeChunks(
  board: Int32Array,
  threads: number,
  functions: readonly WasmFunction[],
  participant: number,
): void {
  for (;;) {
    const seen = Atomics.load(board, ticket)
    const left = seen & 255
    if (left === 0) return
    // The calls stay as they are while chunks are left: had they changed meanwhile, the ticket would have, too.
    const total = board[chunks]
    if (Atomics.compareExchange(board, ticket, seen, seen - 1) !== seen) continue
    const chunk = total - left
    let at = callAt(threads, 0)
    while (chunk >= board[at + 1] + board[at + 2]) at += callSize
    const [index, first, parts, items] = [board[at], board[at + 1], board[at + 2], board[at + 3]]
    const part = chunk - first
    const [from, to] = [Math.floor((items * part) / parts), Math.floor((items * (part + 1)) / parts)]
    try {
      perform(functions[index], board, at + 4, from, to, participant)
    } catch {
      Atomics.add(board, fault, 1)
    }
    if (Atomics.add(board, done, 1) + 1 === total) Atomics.notify(board, done)
  }
}
