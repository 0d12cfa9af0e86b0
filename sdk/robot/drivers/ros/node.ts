/**
 * What the ROS driver asks of a node, whoever brings it: topics out and in.
 * before ./ros · after ./rosbridge (roslib, over a web socket), ./rclnode (rclnodejs, a ROS 2 node in this process)
 */
import type { LutraError } from '../../../../hal/error.js'

export interface RosNode {
  /** What a person would call it: the bridge's address, or the node's name. */
  readonly name: string
  /** Settles once, when the node is gone: with the reason where we did not ask for it. Never rejects. */
  readonly closed: Promise<LutraError | undefined>
  /** A topic that we speak on; sends at once. Messages are plain objects; types as in ROS 2, `geometry_msgs/msg/Twist`. */
  publisher(topic: string, type: string): (message: object) => void
  /** Messages of a topic, as they come; whoever is at its other end is not trusted to keep to the type. */
  subscribe(topic: string, type: string, listener: (message: unknown) => void): void
  close(): Promise<void>
}
