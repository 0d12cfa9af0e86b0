/**
 * Finds the open standard cell libraries where Debian's packages put them.
 * after  ./yosys, ./measure
 */
import { existsSync, readFileSync } from 'node:fs'
import { LutraError } from '../../../hal/error.js'
import { type Cells, readCells } from './cells.js'
import type { Library } from './part.js'

export const libraryNames = ['osu018', 'osu035'] as const
export type LibraryName = (typeof libraryNames)[number]

const folders = ['/usr/share/qflow/tech', '/usr/local/share/qflow/tech']

export interface FoundLibrary extends Cells {
  readonly name: LibraryName
  readonly file: string
  readonly about: Library
}

/** LutraError unsupported: the package is not installed. */
export function findLibrary(name: LibraryName): FoundLibrary {
  const file = folders.map((folder) => `${folder}/${name}/${name}_stdcells.lib`).find(existsSync)
  if (!file)
    throw new LutraError(
      'unsupported',
      `Expected the cell library ${name} but found none; apt install qflow-tech-${name}`,
    )
  const cells = readCells(readFileSync(file, 'utf8'))
  const nand2 = cells.cells.get('NAND2X1')?.area
  if (!nand2) throw new LutraError('format', `Expected a cell NAND2X1 in ${file} but found none`)
  return { ...cells, name, file, about: { name, volts: cells.volts, nand2 } }
}
