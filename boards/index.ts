/** The boards Lutra knows. A new one is a file of constants and an entry here. */
import type { Board } from '../hal/board.js'
import { beaglePlay } from './beagleplay.js'
import { generic } from './generic.js'
import { jetsonOrinNano } from './jetson-orin-nano.js'
import { orangePi5 } from './orange-pi-5.js'
import { raspberryPi4b } from './raspberry-pi-4b.js'
import { raspberryPi5 } from './raspberry-pi-5.js'
import { raspberryPiZero2w } from './raspberry-pi-zero-2w.js'
import { rock5b } from './rock-5b.js'
import { simulatedLut } from './simulated-lut.js'
import { surfaceLaptop7 } from './surface-laptop-7.js'

export type { Board, Chip, ChipCluster, Figure, Match, Wire, WireFind } from '../hal/board.js'
export {
  beaglePlay,
  generic,
  jetsonOrinNano,
  orangePi5,
  raspberryPi4b,
  raspberryPi5,
  raspberryPiZero2w,
  rock5b,
  simulatedLut,
  surfaceLaptop7,
}

export const boards: readonly Board[] = [
  generic,
  beaglePlay,
  jetsonOrinNano,
  orangePi5,
  raspberryPi4b,
  raspberryPi5,
  raspberryPiZero2w,
  rock5b,
  simulatedLut,
  surfaceLaptop7,
]
