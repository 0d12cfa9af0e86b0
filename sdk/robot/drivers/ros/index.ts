/** Robots in a ROS graph: robot(await rosbridge(url), { driver: ros() }). */
export { type RclnodeOptions, rclnode } from './rclnode.js'
export { type RosOptions, ros } from './ros.js'
export { type RosbridgeOptions, rosbridge } from './rosbridge.js'
