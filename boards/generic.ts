/** A machine of another architecture without a board file: whatever detection finds, and nothing declared. */
import type { Board } from '../hal/board.js'
import { undeclared } from './chips/unknown.js'

export const generic: Board = {
  ...undeclared,
  name: 'generic',
  title: 'Generic machine',
}
