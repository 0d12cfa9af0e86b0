/** A x64 machine without a board file: whatever detection finds, and nothing declared. */
import type { Board } from '../hal/board.js'
import { undeclared } from './chips/unknown.js'

export const genericX64: Board = {
  ...undeclared,
  name: 'generic-x64',
  title: 'Generic x64 machine',
  notes: [
    ...undeclared.notes,
    'A board that should be known: paste the output of lutra inspect --report into an issue.',
  ],
}
