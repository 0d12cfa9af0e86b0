/**
 * The inner loops of GPTVQ, which the addon has too: nearest entries and their sums, feedback, and the update's sums.
 * gives  Loops, the plain ones · before ./em, ./feedback, ./pull · after ./native, ../gptvq
 */
import { assign } from './em.js'
import { look } from './feedback.js'
import { follow, moveCodes, normalOf, pullOf } from './pull.js'

export interface Loops {
  readonly assign: typeof assign
  readonly look: typeof look
  readonly pullOf: typeof pullOf
  readonly normalOf: typeof normalOf
  readonly follow: typeof follow
  readonly moveCodes: typeof moveCodes
}

export const plain: Loops = { assign, look, pullOf, normalOf, follow, moveCodes }
