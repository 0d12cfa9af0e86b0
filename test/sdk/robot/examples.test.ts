/** The examples as a newcomer meets them: compiled, without hardware, from the command line. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { Track } from '../../../examples/simulated-rover/track.js'
import { at, height, obstacle, place, route, width } from '../../../sdk/robot/simulated-rover/room.js'
import { places } from '../../../sdk/robot/skills.js'

const dist = new URL('../../../dist/examples/', import.meta.url)
const noDist = existsSync(new URL('demo/main.js', dist)) ? undefined : 'dist/ is not built (npm run build:ts)'
if (noDist) console.warn(`skipped: ${noDist}`)

const run = (file: string, ...words: string[]) =>
  promisify(execFile)(process.execPath, [fileURLToPath(new URL(file, dist)), ...words], { timeout: 50_000 })

test('every place can be driven to from every other', () => {
  for (const from of places) for (const to of places) expect(route(place(from)!, place(to)!)).toBeDefined()
})

test('the flat is closed', () => {
  for (let x = 0; x < width; x += 0.1) expect([at(x, 0), at(x, height - 0.01)]).toEqual(['#', '#'])
  expect(obstacle(0, 0)).toBe(true)
  expect(at(-1, -1)).toBe('#')
})

test('the track is drawn where the rover was', () => {
  const track = new Track()
  const blank = track.render(4, 3, 0)
  track.add(9, 3)
  const drawn = track.render(4, 3, 0)
  const changed = drawn.flatMap((line, row) => [...line].flatMap((c, i) => (c === blank[row][i] ? [] : [[row, i]])))
  expect(changed).toEqual([[6, 36]])
  expect(drawn.join('')).toContain('→')
})

test.skipIf(noDist)('the demo understands, refuses, drives, stops, and tells what was simulated', async () => {
  const { stdout, stderr } = await run('demo/main.js', '--model', 'scripted', '--speed', '20', '--headless')
  expect(stderr).toBe('')
  expect(stdout).toMatch(/engine {3}scripted .* SIMULATED/)
  expect(stdout).toMatch(/✓ drive metres 2\n/)
  expect(stdout).toMatch(/done goto place kitchen at 1\.\d+, 1\.\d+ m/)
  expect(stdout).toMatch(/refused refuse reason unsafe/)
  expect(stdout).toMatch(/done stop/)
  expect(stdout).toMatch(/tokens\/s/)
})

test.skipIf(noDist)('the robot script drives its square', async () => {
  const { stdout } = await run('rover.js')
  expect(stdout).toMatch(/the rover is moving/)
  expect(stdout).toMatch(/back again/)
  expect(stdout).toMatch(/the rover is closed\n$/)
})
