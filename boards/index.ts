/** The boards Lutra knows. A new one is a file of constants and an entry here. */
import type { Board } from '../hal/board.js'
import { appleM1Mac } from './apple-m1.js'
import { appleM2Mac } from './apple-m2.js'
import { appleM3Mac } from './apple-m3.js'
import { appleM4Mac } from './apple-m4.js'
import { appleProMax } from './apple-pro-max.js'
import { beagleBoneAi64 } from './beaglebone-ai-64.js'
import { beaglePlay } from './beagleplay.js'
import { beagleYAi } from './beagley-ai.js'
import { generic } from './generic.js'
import { genericArm64 } from './generic-arm64.js'
import { genericX64 } from './generic-x64.js'
import { jetsonAgxOrin } from './jetson-agx-orin.js'
import { jetsonNano } from './jetson-nano.js'
import { jetsonOrinNano } from './jetson-orin-nano.js'
import { jetsonOrinNx } from './jetson-orin-nx.js'
import { jetsonThor } from './jetson-thor.js'
import { orangePi5 } from './orange-pi-5.js'
import { orangePi5Plus } from './orange-pi-5-plus.js'
import { radxaDragonQ6a } from './radxa-dragon-q6a.js'
import { raspberryPi3bPlus } from './raspberry-pi-3b-plus.js'
import { raspberryPi4b } from './raspberry-pi-4b.js'
import { raspberryPi5 } from './raspberry-pi-5.js'
import { raspberryPiCm4 } from './raspberry-pi-cm4.js'
import { raspberryPiCm5 } from './raspberry-pi-cm5.js'
import { raspberryPiZero2w } from './raspberry-pi-zero-2w.js'
import { rock5b } from './rock-5b.js'
import { simulatedLut } from './simulated-lut.js'
import { surfaceLaptop7 } from './surface-laptop-7.js'

export type { Board, Chip, ChipCluster, Figure, Match, Wire, WireFind } from '../hal/board.js'
export {
  appleM1Mac,
  appleM2Mac,
  appleM3Mac,
  appleM4Mac,
  appleProMax,
  beagleBoneAi64,
  beaglePlay,
  beagleYAi,
  generic,
  genericArm64,
  genericX64,
  jetsonAgxOrin,
  jetsonNano,
  jetsonOrinNano,
  jetsonOrinNx,
  jetsonThor,
  orangePi5,
  orangePi5Plus,
  radxaDragonQ6a,
  raspberryPi3bPlus,
  raspberryPi4b,
  raspberryPi5,
  raspberryPiCm4,
  raspberryPiCm5,
  raspberryPiZero2w,
  rock5b,
  simulatedLut,
  surfaceLaptop7,
}

export const boards: readonly Board[] = [
  generic,
  appleM1Mac,
  appleM2Mac,
  appleM3Mac,
  appleM4Mac,
  appleProMax,
  beagleBoneAi64,
  beaglePlay,
  beagleYAi,
  genericArm64,
  genericX64,
  jetsonAgxOrin,
  jetsonNano,
  jetsonOrinNano,
  jetsonOrinNx,
  jetsonThor,
  orangePi5,
  orangePi5Plus,
  radxaDragonQ6a,
  raspberryPi3bPlus,
  raspberryPi4b,
  raspberryPi5,
  raspberryPiCm4,
  raspberryPiCm5,
  raspberryPiZero2w,
  rock5b,
  simulatedLut,
  surfaceLaptop7,
]
