/** Drivers for boards that speak a language of their own: docs/drivers.md. */
export { type WaveshareOptions, waveshare } from './waveshare/waveshare.js'
export { type DriveSkills, driveSkills } from './wheeled.js'
