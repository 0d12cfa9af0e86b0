/** Drivers for boards that speak a language of their own: docs/drivers.md. */

export { type DriveOptions, Way } from '../motion/index.js'
export * from './ros/index.js'
export { type WaveshareOptions, waveshare } from './waveshare/waveshare.js'
export { type DriveSkills, driveSkills, WheeledBoard } from './wheeled.js'
