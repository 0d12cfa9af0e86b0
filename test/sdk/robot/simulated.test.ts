/** The rover that everybody has: robot('simulated'), and the map of where it drives. */
import { expect, test } from 'vitest'
import { robot } from '../../../sdk/robot/robot.js'
import { floorPlan } from '../../../sdk/robot/simulated-rover/floor-plan.js'
import { obstacle, place } from '../../../sdk/robot/simulated-rover/room.js'
import { places } from '../../../sdk/robot/skills.js'
import { all, drive, list } from './rig.js'
import { Toy } from './toy.js'

test('it drives, says that it is simulated, and ends when closed', async () => {
  const rover = await robot('simulated:speed=10')
  expect(rover).toMatchObject({ name: 'simulated rover', simulated: true })
  const from = rover.now.telemetry!.pose!
  const [report] = (await list(rover.perform(drive(1)))).slice(-1)
  expect(report.telemetry!.pose!.x - from.x).toBeCloseTo(1, 1)
  await rover.close()
  expect(rover.now.mode).toBe('closed')
})

test('two of them are two', async () => {
  const [a, b] = await Promise.all([robot('simulated'), robot('simulated')])
  await a.stop()
  expect([a.now.latched, b.now.latched]).toEqual([true, false])
  expect((await all(a.perform(drive(1)))).error).toMatchObject({ kind: 'unsafe' })
  await Promise.all([a.close(), b.close()])
})

test.each(['simulated:', 'simulated:speed=0', 'simulated:speed=99', 'simulated:speed=', 'simulated:fast'])(
  '%s is no rover',
  async (address) => {
    await expect(robot(address)).rejects.toMatchObject({ kind: 'format' })
  },
)

test('it speaks its own protocol only', async () => {
  const driver = () => new Toy(async () => {})
  await expect(robot('simulated', { driver })).rejects.toMatchObject({ kind: 'unsupported' })
})

test('the map has every place, on free ground, and walls where the rover meets them', () => {
  const map = floorPlan()
  expect(Object.keys(map.places).sort()).toEqual([...places].sort())
  for (const name of places) expect(map.places[name]).toEqual(place(name))
  for (const { x, y } of Object.values(map.places)) {
    expect(x > 0 && x < map.width && y > 0 && y < map.height).toBe(true)
    expect(obstacle(x, y)).toBe(false)
  }
  const inside = (x: number, y: number) =>
    [...map.walls, ...map.edges, ...map.people].some(
      (at) => x >= at.x && x < at.x + at.width && y >= at.y && y < at.y + at.height,
    )
  for (let x = 0.125; x < map.width; x += 0.25)
    for (let y = 0.125; y < map.height; y += 0.25) expect(inside(x, y)).toBe(obstacle(x, y, 0))
})
