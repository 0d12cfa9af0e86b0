/**
 * Words to a robot arm of bus servos (SO-101 and its like): the pilot's arm and gripper become the arm's own poses.
 * takes  a serial port of a bus adapter and words, or nothing for a simulated arm
 * board  any with a USB port; six Feetech STS3215
 */
import { filter, lastValueFrom, map, tap } from 'rxjs'
import { type Action, open, robot } from '../sdk/index.js'
import { feetech } from '../sdk/robot/drivers/index.js'
import { memoryPair } from '../sdk/robot/index.js'
import { SimulatedFeetech } from './simulated-boards/feetech.js'

const [, , port, words = 'raise the arm, open the gripper, then close it'] = process.argv
const driver = feetech({
  joints: {
    base: { id: 1, min: -110, max: 110 },
    shoulder: { id: 2, min: -100, max: 100 },
    elbow: { id: 3, min: -95, max: 95 },
    wrist: { id: 4, min: -95, max: 95 },
    roll: { id: 5, min: -160, max: 160 },
    gripper: { id: 6, min: -5, max: 95, speed: 120 },
  },
  poses: {
    home: { base: 0, shoulder: 0, elbow: 0, wrist: 0 },
    up: { shoulder: 30, elbow: -20, wrist: -10 },
    down: { shoulder: -30, elbow: 40, wrist: 20 },
    open: { gripper: 40 },
    close: { gripper: 0 },
  },
})

/** The pilot speaks of arm and gripper, this arm of poses. */
function meant(action: Action): Action {
  if (action.skill === 'arm') return { skill: 'pose', name: action.pose }
  if (action.skill === 'grip') return { skill: 'pose', name: action.state }
  return action
}

const pair = memoryPair()
const simulated = port === undefined ? new SimulatedFeetech(pair.board, { ids: [1, 2, 3, 4, 5, 6] }) : undefined
if (simulated) console.log('the arm is simulated')
const model = await open('pilot')
const arm = await robot(port ?? pair.host, { driver, alive: model.alive() })
try {
  await lastValueFrom(
    model.actions(words).pipe(
      map(meant),
      arm.execute(),
      filter(({ state }) => state === 'done' || state === 'refused'),
      tap(({ action, telemetry }) => console.log(JSON.stringify(action), telemetry?.joints)),
    ),
  )
} catch (error) {
  console.error((error as Error).message)
  process.exitCode = 1
} finally {
  await arm.close()
  await model.close()
  simulated?.off()
}
