/**
 * What the embedded model may answer: the rover's skills (sdk/robot/skills), under the names that this room uses.
 * gives  the words and ranges, and the PilotAction type · after ./wire, ./wire-schema, ./fragments, ./data
 */
import type { events, headings, places, RoverAction } from '../robot/skills.js'

export {
  events,
  gazes,
  grips,
  headings,
  places,
  poses,
  ranges,
  reasons,
  roverSkills,
  switches,
} from '../robot/skills.js'

export type Place = (typeof places)[number]
export type Heading = (typeof headings)[number]
export type Event = (typeof events)[number]
export type PilotAction = RoverAction
