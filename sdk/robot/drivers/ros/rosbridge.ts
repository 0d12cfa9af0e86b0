/**
 * A ROS node by way of rosbridge_suite's web socket: ROS 1 or 2, on this machine or another.
 * takes  ws://HOST:9090 · gives  a RosNode; roslib is loaded only then
 * before ./graph
 */
import { LutraError } from '../../../../hal/error.js'
import type { RosNode } from './node.js'

/** The part of roslib that is used; its own types do not resolve under Node's rules (2.1.0). */
interface Roslib {
  readonly Ros: new () => {
    on(event: 'error', listener: () => void): void
    once(event: 'connection' | 'close', listener: () => void): void
    connect(url: string): Promise<void>
    close(): void
  }
  readonly Topic: new (options: {
    ros: object
    name: string
    messageType: string
    queue_size: number
    reconnect_on_close: boolean
  }) => { advertise(): void; publish(message: object): void; subscribe(listener: (message: unknown) => void): void }
}

export interface RosbridgeOptions {
  /** Milliseconds to wait for the bridge. Default 4000. */
  readonly patience?: number
  /** ROS 1 names its types without `/msg/`. Default 2. */
  readonly ros?: 1 | 2
}

/** LutraError io where no bridge answers, unsupported without roslib. */
export async function rosbridge(
  url: string,
  { patience = 4000, ros: version = 2 }: RosbridgeOptions = {},
): Promise<RosNode> {
  const { Ros, Topic } = (await import('roslib').catch((cause) => {
    throw new LutraError('unsupported', 'Expected the roslib package; run npm install roslib', { cause })
  })) as unknown as Roslib
  const ros = new Ros()
  let asked = false
  const unreachable = (cause?: unknown) =>
    new LutraError('io', `Expected a rosbridge at ${url} but none answered`, { cause })
  // An error without a listener would end the process; the close that follows carries the news.
  ros.on('error', () => {})
  await new Promise<void>((open, failed) => {
    const late = setTimeout(() => failed(unreachable()), patience)
    const settle = (act: () => void) => () => {
      clearTimeout(late)
      act()
    }
    ros.once('connection', settle(open))
    ros.once(
      'close',
      settle(() => failed(unreachable())),
    )
    ros.connect(url).catch((cause: unknown) => settle(() => failed(unreachable(cause)))())
  }).catch((error) => {
    ros.close()
    throw error
  })
  const closed = new Promise<LutraError | undefined>((settle) => {
    ros.once('close', () => {
      settle(asked ? undefined : new LutraError('closed', `Expected ${url} to stay but the bridge closed the line`))
    })
  })
  const topic = (name: string, type: string) =>
    // What was said before a line broke must not be said again after it: this node does not reconnect by itself.
    new Topic({
      ros,
      name,
      messageType: version === 1 ? type.replace('/msg/', '/') : type,
      queue_size: 1,
      reconnect_on_close: false,
    })
  return {
    name: url,
    closed,
    publisher(name, type) {
      const out = topic(name, type)
      out.advertise()
      return (message) => out.publish(message)
    },
    subscribe(name, type, listener) {
      topic(name, type).subscribe(listener)
    },
    async close() {
      asked = true
      ros.close()
      await closed
    },
  }
}
