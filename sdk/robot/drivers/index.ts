/** Drivers for boards that speak a language of their own: docs/drivers.md. */
export { type DriveOptions, Way } from '../motion/index.js'
export { type DynamixelOptions, dynamixel } from './dynamixel/dynamixel.js'
export { type FeetechOptions, feetech } from './feetech/feetech.js'
export { type RoboclawOptions, roboclaw } from './roboclaw/roboclaw.js'
export * from './ros/index.js'
export { type SabertoothOptions, sabertooth } from './sabertooth/sabertooth.js'
export { type WaveshareOptions, waveshare } from './waveshare/waveshare.js'
export { type DriveSkills, driveSkills, WheeledBoard } from './wheeled.js'
