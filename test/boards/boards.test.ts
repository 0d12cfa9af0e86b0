import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { boards } from '../../boards/index.js'

const folder = join(dirname(fileURLToPath(import.meta.url)), '../../boards')

it('every board file is in the list, under its own name', () => {
  const files = readdirSync(folder).filter((file) => file.endsWith('.ts') && file !== 'index.ts')
  expect(boards.map((board) => `${board.name}.ts`).sort()).toEqual(files.sort())
})

it('boards are constants: they survive JSON', () => {
  for (const board of boards) expect(JSON.parse(JSON.stringify(board))).toEqual(board)
})

it('every figure has a unit and a source', () => {
  for (const board of boards)
    for (const figure of [...board.figures, board.chip.peakBandwidth, ...(board.chip.tdp ? [board.chip.tdp] : [])]) {
      expect(figure.unit).not.toBe('')
      expect(figure.source).not.toBe('')
      if (figure.value !== 'not known') expect(figure.value).toBeGreaterThan(0)
    }
})

it('no two boards answer to the same string', () => {
  const words = boards.flatMap(({ match }) => [
    ...match.compatible,
    ...match.models,
    ...(match.skus ?? []),
    ...(match.brands ?? []),
  ])
  expect(new Set(words).size).toBe(words.length)
})

it('only simulated boards carry simulated accelerators, say so, and are found by name only', () => {
  const simulated = boards.filter((board) => board.simulated)
  expect(simulated.map((board) => board.name)).toEqual(['simulated-lut'])
  expect(simulated[0].luts).toMatchObject([{ simulated: true, array: [2, 64, 4] }])
  expect(simulated[0].title).toMatch(/simulated/i)
  expect([...simulated[0].match.compatible, ...simulated[0].match.models]).toEqual([])
  for (const board of boards) if (!board.simulated) expect(board.luts.filter((lut) => lut.simulated)).toEqual([])
})

it('every board stands in the docs with its strings', () => {
  const page = readFileSync(join(folder, '../docs/boards.md'), 'utf8')
  for (const { name, match } of boards)
    for (const word of [name, ...match.compatible, ...match.models, ...(match.brands ?? [])])
      expect(page).toContain(`\`${word}\``)
})
