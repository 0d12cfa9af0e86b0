/**
 * A ROS 2 node in this process, by rclnodejs: needs a sourced ROS 2 (Humble or later) beside it.
 * takes  a node name · gives  a RosNode; rclnodejs is loaded only then
 * before ./graph. Not run here: no ROS 2 stood beside us; its tests have a stand-in for the package
 */
import { LutraError } from '../../../../hal/error.js'
import type { RosNode } from './node.js'

/** The part of rclnodejs that is used; the package's types come with a ROS installation only. */
export interface Rclnodejs {
  init(): Promise<void>
  createNode(name: string): {
    createPublisher(type: string, topic: string): { publish(message: object): void }
    createSubscription(type: string, topic: string, listener: (message: unknown) => void): unknown
    spin(): void
    destroy(): void
  }
  shutdown(): void
}

export interface RclnodeOptions {
  /** Brings the package. Default: `import('rclnodejs')`. */
  readonly load?: () => Promise<Rclnodejs>
}

/** LutraError unsupported where rclnodejs cannot be loaded or finds no ROS 2. */
export async function rclnode(name = 'lutra', { load = installed }: RclnodeOptions = {}): Promise<RosNode> {
  let rcl: Rclnodejs
  let node: ReturnType<Rclnodejs['createNode']>
  try {
    rcl = await load()
    await rcl.init()
    node = rcl.createNode(name)
  } catch (cause) {
    const found = cause instanceof Error ? cause.message.split('\n')[0] : String(cause)
    const told = `Expected rclnodejs with a sourced ROS 2 but found: ${found}`
    throw new LutraError('unsupported', `${told}; source its setup.bash, run npm install rclnodejs, or use rosbridge`, {
      cause,
    })
  }
  node.spin()
  let settle!: (reason: undefined) => void
  const closed = new Promise<LutraError | undefined>((done) => {
    settle = done
  })
  let open = true
  return {
    name,
    closed,
    publisher(topic, type) {
      const out = node.createPublisher(type, topic)
      return (message) => out.publish(message)
    },
    subscribe(topic, type, listener) {
      node.createSubscription(type, topic, listener)
    },
    async close() {
      if (!open) return
      open = false
      node.destroy()
      rcl.shutdown()
      settle(undefined)
    },
  }
}

async function installed(): Promise<Rclnodejs> {
  // By a name that the compiler does not look up: the package is its user's to install.
  const name: string = 'rclnodejs'
  const found = (await import(name)) as { default?: Rclnodejs } & Rclnodejs
  return found.default ?? found
}
