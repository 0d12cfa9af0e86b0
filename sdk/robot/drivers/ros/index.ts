/** Robots in a ROS graph: robot(rosGraph(await rosbridge(url)), { driver: ros() }). */
export { rosGraph } from './graph.js'
export type { RosNode } from './node.js'
export { type Rclnodejs, type RclnodeOptions, rclnode } from './rclnode.js'
export { type RosOptions, ros } from './ros.js'
export { type RosbridgeOptions, rosbridge } from './rosbridge.js'
