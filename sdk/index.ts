/** The door of the package: all that an app may import. */
export { type ErrorKind, LutraError } from '../hal/error.js'
export type { Action } from './action/action.js'
export { Audit, audited, createGuard, type Guard, type GuardOptions, guarded, type Verdict } from './action/index.js'
export * from './open.js'
export type { Port, Report, Robot, RobotOptions, RobotState, Skill, Skills, Transport } from './robot/index.js'
export { ports, robot, roverSkills } from './robot/index.js'
export { iterate, json, lines, meter, paced, sentences, text, until } from './stream/index.js'
export type { Token } from './stream/token.js'
