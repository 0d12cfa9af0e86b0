import { Subject } from 'rxjs'
import { describe, expect, it } from 'vitest'
import { SimulatedRosBase } from '../../../../examples/simulated-ros/base.js'
import { simulatedBridge } from '../../../../examples/simulated-ros/bridge.js'
import type { LutraError } from '../../../../hal/error.js'
import { rosGraph } from '../../../../sdk/robot/drivers/ros/graph.js'
import type { RosNode } from '../../../../sdk/robot/drivers/ros/node.js'
import { readOdometry } from '../../../../sdk/robot/drivers/ros/odometry.js'
import { type Rclnodejs, rclnode } from '../../../../sdk/robot/drivers/ros/rclnode.js'
import { ros } from '../../../../sdk/robot/drivers/ros/ros.js'
import { rosbridge } from '../../../../sdk/robot/drivers/ros/rosbridge.js'
import { memoryPair } from '../../../../sdk/robot/index.js'
import { Way } from '../../../../sdk/robot/motion/index.js'
import { type Bench, call, conforms, rests, stopped, using } from './conformance.js'

const fast = { speed: 0.5, acceleration: 2, turnSpeed: 120 }
const base = {
  actions: [
    { skill: 'drive', metres: 0.1 },
    { skill: 'turn', degrees: -30 },
    { skill: 'wait', seconds: 0.1 },
  ],
  long: { skill: 'drive', metres: 5 },
}
const bench: Bench = {
  ...base,
  runtime: true,
  name: 'ros with odometry',
  factory: ros(fast),
  board: (line) => new SimulatedRosBase(line),
}
conforms(bench)
conforms({
  ...base,
  variant: true,
  name: 'ros without odometry',
  factory: ros({ ...fast, odometry: false }),
  board: (line) => new SimulatedRosBase(line, { odometry: false }),
  oneWay: 'nobody answers velocities',
})

describe.concurrent('ros', () => {
  it('drives and turns as far as it was told, over the jump at half a turn', () =>
    using(bench, async ({ driver, board }) => {
      const robot = board as SimulatedRosBase
      await driver.perform({ skill: 'drive', metres: 0.4 }, call())
      await rests(board, 500)
      expect(Math.hypot(robot.x, robot.y)).toBeCloseTo(0.4, 1)
      const { yaw } = robot
      await driver.perform({ skill: 'turn', degrees: 90 }, call())
      await rests(board, 500)
      expect(Math.abs(((robot.yaw - yaw) * 180) / Math.PI - 90)).toBeLessThan(10)
    }))

  it('speaks stamped velocities and an emergency topic where asked to', async () => {
    const stamped: Bench = { ...bench, factory: ros({ ...fast, stamped: true, emergency: '/e_stop' }) }
    await using(stamped, async ({ driver, board }) => {
      const robot = board as SimulatedRosBase
      expect(robot.types.get('/cmd_vel')).toBe('geometry_msgs/msg/TwistStamped')
      await driver.perform({ skill: 'drive', metres: 0.1 }, call())
      expect(robot.heard.some(({ message }) => message?.twist !== undefined)).toBe(true)
      const stop = await stopped(driver)
      await rests(board, 500)
      expect(robot.emergency).toBe(true)
      await driver.release(stop)
      await rests(board, 50)
      expect(robot.emergency).toBe(false)
    })
  })

  it('reads odometry of any quality', () => {
    for (const wrong of [null, 5, {}, { pose: { pose: null } }, { pose: { pose: { position: { x: 'far' } } } }])
      expect(readOdometry(wrong)).toBeUndefined()
    const way = new Way()
    const at = (x: number, yaw = 0) => ({ x, y: 0, yaw })
    for (const x of [0, 0.1, 0.2, 7, 6.9]) way.add(at(x))
    // A leap is a new origin; 0.1 + 0.1 - 0.1.
    expect(way.metres).toBeCloseTo(0.1, 9)
    way.add(at(6.9, 3.1))
    way.add(at(6.9, -3.1))
    expect(way.radians).toBeCloseTo(2 * Math.PI - 6.2, 9)
  })
})

const greeted = async (node: RosNode) => {
  const driver = ros(fast)(rosGraph(node))
  await driver.greet({ stopAfter: 300, patience: 3000 })
  return driver
}

describe.concurrent('rosbridge', () => {
  it('drives a base by roslib and tells when the bridge goes', async () => {
    const it = await simulatedBridge()
    const driver = await greeted(await rosbridge(it.url))
    await driver.perform({ skill: 'drive', metres: 0.2 }, call())
    expect(Math.hypot(it.robot.x, it.robot.y)).toBeCloseTo(0.2, 1)
    const end = driver.perform(base.long, call()).catch((error: LutraError) => error)
    await new Promise((done) => setTimeout(done, 200))
    it.drop()
    expect(await end).toMatchObject({ kind: 'closed' })
    await rests(it.robot, 900)
    await driver.close()
    await it.off()
  })

  it('names a bridge that is not there', async () => {
    await expect(rosbridge('ws://127.0.0.1:9', { patience: 2000 })).rejects.toMatchObject({ kind: 'io' })
  })
})

describe.concurrent('rclnode', () => {
  it('drives a base by a node in this process (a stand-in for the package)', async () => {
    const pair = memoryPair()
    const robot = new SimulatedRosBase(pair.board)
    const news = new Subject<{ topic: string; message: unknown }>()
    pair.host.bytes.subscribe((bytes) => news.next(JSON.parse(new TextDecoder().decode(bytes))))
    const put = (word: object) => void pair.host.write(Buffer.from(`${JSON.stringify(word)}\n`))
    let down = false
    const package_: Rclnodejs = {
      init: async () => {},
      createNode: () => ({
        createPublisher: (type, topic) => {
          put({ op: 'advertise', topic, type })
          return { publish: (message) => put({ op: 'publish', topic, message }) }
        },
        createSubscription: (_type, topic, listener) =>
          news.subscribe((each) => each.topic === topic && listener(each.message)),
        spin: () => {},
        destroy: () => {},
      }),
      shutdown: () => {
        down = true
      },
    }
    const driver = await greeted(await rclnode('lutra', { load: async () => package_ }))
    await driver.perform({ skill: 'drive', metres: 0.2 }, call())
    expect(Math.hypot(robot.x, robot.y)).toBeCloseTo(0.2, 1)
    await driver.close()
    expect(down).toBe(true)
    robot.off()
  })

  it('says what is missing', async () => {
    await expect(rclnode()).rejects.toMatchObject({
      kind: 'unsupported',
      message: expect.stringContaining('rosbridge'),
    })
  })
})
