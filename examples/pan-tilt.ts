/**
 * A camera on two servos that looks where it is told, and slowly looks around while nobody speaks to it.
 * takes  a serial port (U2D2, OpenRB) or nothing for simulated servos; a line an instruction, Ctrl-D ends it
 * board  any with a USB port; two Dynamixel X servos
 */
import { createInterface } from 'node:readline'
import {
  catchError,
  concatMap,
  EMPTY,
  endWith,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  type Observable,
  share,
  switchMap,
  takeUntil,
  timer,
} from 'rxjs'
import { type Action, open, robot } from '../sdk/index.js'
import { dynamixel } from '../sdk/robot/drivers/index.js'
import { memoryPair } from '../sdk/robot/index.js'
import { SimulatedDynamixel } from './simulated-boards/dynamixel.js'

const [, , port] = process.argv
const driver = dynamixel({
  joints: { pan: { id: 1, min: -120, max: 120 }, tilt: { id: 2, min: -45, max: 60 } },
  poses: {
    ahead: { pan: 0, tilt: 0 },
    left: { pan: 90 },
    right: { pan: -90 },
    up: { tilt: 40 },
    down: { tilt: -30 },
  },
})
/** Nobody has spoken for so many milliseconds. */
const quiet = 10_000
const around = ['left', 'ahead', 'right', 'ahead']

const pair = memoryPair()
const simulated = port === undefined ? new SimulatedDynamixel(pair.board, { ids: [1, 2] }) : undefined
if (simulated) console.log('the servos are simulated')
const model = await open('pilot')
const camera = await robot(port ?? pair.host, { driver, alive: model.alive() })

/** A camera has no wheels: only looking is taken over. */
const look = (action: Action): Action[] =>
  action.skill === 'look' ? [{ skill: 'pose', name: action.direction }] : action.skill === 'stop' ? [action] : []

const said: Observable<string> = from(createInterface({ input: process.stdin })).pipe(share())
const told = said.pipe(concatMap((text) => model.actions(text).pipe(concatMap(look))))
const over = said.pipe(ignoreElements(), endWith(true))
const bored = said.pipe(
  switchMap(() => timer(quiet, 3000)),
  map((i): Action => ({ skill: 'pose', name: around[i % around.length] })),
  takeUntil(over),
)

merge(told, bored)
  .pipe(
    camera.execute(),
    catchError((error: Error) => {
      console.error(error.message)
      return EMPTY
    }),
    finalize(async () => {
      await camera.close()
      await model.close()
      simulated?.off()
    }),
  )
  .subscribe(({ state, action, telemetry }) => {
    if (state === 'done') console.log(JSON.stringify(action), telemetry?.joints)
  })
