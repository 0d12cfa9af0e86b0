/** How motion is shaped: ramps, and the ways of a base with two driven wheels. */
export { type DriveOptions, travel, unvouched, type Wheels } from './differential.js'
export { Profile, type ProfileLimits } from './profile.js'
