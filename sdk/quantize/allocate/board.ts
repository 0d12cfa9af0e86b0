/**
 * A board by name, and how much of its memory a model may take.
 * takes  `raspberry-pi-5`, or `raspberry-pi-5:8GB` · gives  board, bytes
 * before ./fit · after ../../cli/quantize
 */
import { type Board, boards } from '../../../boards/index.js'
import { LutraError } from '../../../hal/error.js'
import { quote } from '../../model/quote.js'
import { bytesOf } from './budget.js'

/**
 * Share of the sold memory that is left to the system, to firmware and to whatever else runs, and the least that they are
 * left. The machines in test/fakes/roots have more than the rest available, those of 512 MB included.
 */
export const usualMargin = 0.3
const leastMargin = 256 * 2 ** 20

export interface BoardMemory {
  readonly board: Board
  /** As it is sold. */
  readonly memory: number
  /** What a model may take of it. */
  readonly usable: number
}

/**
 * The board, with the smallest memory that it is sold with, so that the model fits each of them; or with the memory that is
 * named behind a colon, in the makers' units: 8GB are 8 · 2³⁰ bytes.
 *
 * @param margin share that is left to the system, default 0.3 and 256 MiB at least
 * @throws LutraError unsupported (no such board, or no memory known of it), mismatch (a size or margin that is none)
 */
export function boardMemory(text: string, margin?: number): BoardMemory {
  const [name, size] = text.split(/:(.*)/s)
  const board = boards.find((each) => each.name === name.toLowerCase())
  if (!board)
    throw new LutraError(
      'unsupported',
      `Expected a board among ${boards.map((each) => each.name).join(', ')} but found ${quote(name)}`,
    )
  if (margin !== undefined && !(margin >= 0 && margin < 1))
    throw new LutraError('mismatch', `Expected a margin of 0 to 1, 1 excluded, but found ${margin}`)
  const memory = size === undefined ? board.memory?.[0] : bytesOf(size.trim().replace(/(?<=[kmgt])b?$/i, 'iB'))
  if (memory === undefined)
    throw new LutraError('unsupported', `Expected the memory of ${name}, as ${name}:8GB: it comes with any`)
  const kept = margin === undefined ? Math.max(usualMargin * memory, leastMargin) : margin * memory
  if (kept >= memory)
    throw new LutraError('limit', `Expected more than ${leastMargin} bytes of memory but found ${memory}`)
  return { board, memory, usable: Math.floor(memory - kept) }
}
