/** How motion is shaped: ramps, the ways of a base with two driven wheels, and the way that was gone by its poses. */
export { type DriveOptions, travel, unvouched, type Wheels } from './differential.js'
export { Profile, type ProfileLimits } from './profile.js'
export { type Place, Way } from './way.js'
