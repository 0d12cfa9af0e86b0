/**
 * All phrases by skill, with how often each skill is drawn.
 * gives  skillGroups, the plain steps of an instruction
 */
import { corrections } from './correction.js'
import { drive } from './drive.js'
import { gotoPhrases } from './goto.js'
import { hand } from './hand.js'
import { light, wait } from './light.js'
import { look_ } from './look.js'
import type { Group } from './phrase.js'
import { sayPhrases } from './say.js'
import { turnPhrases } from './turn.js'
import { until } from './until.js'

const starting = (prefix: string) => hand.filter((g) => g.id.startsWith(prefix))

/** [skill, weight, groups]. */
export const skillGroups: readonly (readonly [string, number, readonly Group[]])[] = [
  ['drive', 22, [...drive, ...corrections.drive]],
  ['turn', 20, [...turnPhrases, ...corrections.turn]],
  ['drive_until', 11, until],
  ['goto', 9, [...gotoPhrases, ...corrections.goto]],
  ['look', 9, look_],
  ['grip', 8, starting('grip')],
  ['arm', 7, starting('arm')],
  ['light', 6, light],
  ['wait', 13, [...wait, ...corrections.wait]],
  ['say', 14, sayPhrases],
]
