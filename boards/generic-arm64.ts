/** A 64-bit ARM machine without a board file: whatever detection finds, and nothing declared. */
import type { Board } from '../hal/board.js'
import { undeclared } from './chips/unknown.js'

export const genericArm64: Board = {
  ...undeclared,
  name: 'generic-arm64',
  title: 'Generic 64-bit ARM machine',
  notes: [
    ...undeclared.notes,
    'A board that should be known: paste the output of lutra inspect --report into an issue.',
  ],
}
