/**
 * Which board this is: by name if one is wished, by `compatible` (most specific first), by SKU, model or macOS' name of
 * the processor, else generic.
 * takes  a reader, the boards (`generic` among them, `generic-ARCH` where there is one), a wished name
 * gives  the board and how it was told
 */
import type { Board } from './board.js'
import { type Identity, readIdentity } from './detect/identity.js'
import { LutraError } from './error.js'
import type { Reader } from './reader.js'

export interface Identified {
  readonly board: Board
  readonly why: string
  readonly identity: Identity
}

export function identify(reader: Reader, boards: readonly Board[], wished?: string): Identified {
  const identity = readIdentity(reader)
  if (wished !== undefined) {
    const board = boards.find((each) => each.name === wished)
    if (board) return { board, why: 'asked for by name', identity }
    throw unknownBoard(wished, boards)
  }
  const real = boards.filter((board) => !board.simulated)
  for (const word of identity.compatible) {
    const board = real.find((each) => each.match.compatible.includes(word))
    if (board) return { board, why: `device tree compatible "${word}"`, identity }
  }
  const { model, sku } = identity
  const bySku = sku && real.find((board) => board.match.skus?.includes(sku))
  if (bySku) return { board: bySku, why: `DMI SKU "${sku}"`, identity }
  const byModel = model && real.find((board) => board.match.models.some((pattern) => fits(pattern, model)))
  if (byModel) return { board: byModel, why: `model "${model}"`, identity }
  const { brand } = identity
  const byBrand = brand && real.find(({ match }) => match.brands?.some((pattern) => fits(pattern, brand)))
  if (byBrand) return { board: byBrand, why: `processor "${brand}"`, identity }
  return { board: genericFor(reader.arch, boards), why: unknownWhy(identity), identity }
}

function genericFor(arch: string, boards: readonly Board[]): Board {
  const named = (name: string) => boards.find((board) => board.name === name)
  const generic = named(`generic-${arch}`) ?? named('generic')
  if (!generic) throw unknownBoard('generic', boards)
  return generic
}

/** Names what was asked in vain, so that a report of it is enough to write the board's file. */
function unknownWhy({ model, compatible, brand }: Identity): string {
  const told = model ?? compatible[0] ?? brand
  return told === undefined ? 'the machine does not name itself' : `no board file for "${told}"`
}

function fits(pattern: string, model: string): boolean {
  return pattern.endsWith('*') ? model.startsWith(pattern.slice(0, -1)) : pattern === model
}

function unknownBoard(name: string, boards: readonly Board[]): LutraError {
  const names = boards.map((board) => board.name).join(', ')
  return new LutraError('unsupported', `Expected a board among ${names} but found "${name}"; correct LUTRA_BOARD`)
}
